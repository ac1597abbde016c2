//! Regular expressions: the methods of `RegExp.prototype` that search, with matchers that are compiled once.
//!
//! The engine copies its matcher and converts the text for each match, tries every position of a text to split it, and
//! backtracks. Our methods search in linear time if the pattern allows it. They handle unmodified regular expressions;
//! those that a script has changed (own properties, a subclass) are left to the engine's methods, which call our `exec`.

mod linear;
mod matcher;
mod parse;
mod replace;
mod set;
mod split;
mod state;
mod subject;
mod syntax;

use std::rc::Rc;

use boa_engine::{
    Context, JsArgs, JsObject, JsResult, JsString, JsSymbol, JsValue, NativeFunction, builtins::regexp::RegExp,
    js_string, object::builtins::JsArray, property::PropertyKey,
};

use self::{
    matcher::{Detail, Match, Matcher},
    state::State,
    subject::Subject,
};
use super::{replace as replace_methods, replace_one, text::part};

pub(super) use state::forget;

/// The flags of a regular expression.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Flags {
    has_indices: bool,
    global: bool,
    ignore_case: bool,
    multiline: bool,
    dot_all: bool,
    unicode: bool,
    unicode_sets: bool,
    sticky: bool,
}

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    let prototype = context.intrinsics().constructors().regexp().prototype();
    let state = State::new(&prototype, context)?;
    context.insert_data(state);
    replace_methods(&prototype, &[("exec", exec), ("test", test)], context)?;
    let methods: [(JsSymbol, super::Native); 4] = [
        (JsSymbol::r#match(), match_),
        (JsSymbol::search(), search),
        (JsSymbol::replace(), replace::replace),
        (JsSymbol::split(), split::split),
    ];
    for (symbol, method) in methods {
        replace_one(&prototype, symbol, NativeFunction::from_fn_ptr(method), context)?;
    }
    Ok(())
}

fn exec(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = State::of(context)?;
    let Some(regexp) = this.as_object().filter(JsObject::is::<RegExp>) else {
        return state.engine.exec.call(this, args, context);
    };
    let text = args.get_or_undefined(0).to_string(context)?;
    let Some(matcher) = state.matcher(&regexp, context)?.filter(|matcher| !matcher.flags.has_indices) else {
        return state.engine.exec.call(this, &[text.into()], context);
    };
    match next(&regexp, &text, &matcher, Detail::Groups, context)? {
        Some(found) => result(&text, &found, context),
        None => Ok(JsValue::null()),
    }
}

fn test(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = State::of(context)?;
    let Some(regexp) = this.as_object() else { return state.engine.test.call(this, args, context) };
    let text = args.get_or_undefined(0).to_string(context)?;
    match plain(&regexp, &state, context)? {
        Some(matcher) => Ok(next(&regexp, &text, &matcher, Detail::Range, context)?.is_some().into()),
        None => state.engine.test.call(this, &[text.into()], context),
    }
}

fn match_(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = State::of(context)?;
    let Some(regexp) = this.as_object() else { return state.engine.r#match.call(this, args, context) };
    let text = args.get_or_undefined(0).to_string(context)?;
    match plain(&regexp, &state, context)? {
        Some(matcher) if !matcher.flags.global => exec(this, &[text.into()], context),
        Some(matcher) if !matcher.flags.sticky => {
            set_last_index(&regexp, 0, context)?;
            let subject = state.subject(&text);
            let found = matches(&matcher, &subject, Detail::Range)
                .map(|found| context.work(1).map(|()| cut(&text, &found.range)))
                .collect::<JsResult<Vec<JsValue>>>()?;
            Ok(if found.is_empty() { JsValue::null() } else { JsArray::from_iter(found, context).into() })
        }
        _ => state.engine.r#match.call(this, &[text.into()], context),
    }
}

fn search(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = State::of(context)?;
    let Some(regexp) = this.as_object() else { return state.engine.search.call(this, args, context) };
    let text = args.get_or_undefined(0).to_string(context)?;
    match plain(&regexp, &state, context)? {
        Some(matcher) if !matcher.flags.sticky => {
            let found = matcher.find(&state.subject(&text), 0, false, Detail::Range);
            Ok(found.map_or_else(|| JsValue::from(-1), |found| JsValue::from(found.range.start)))
        }
        _ => state.engine.search.call(this, &[text.into()], context),
    }
}

/// Returns the next match from `lastIndex`, and advances it.
fn next(
    regexp: &JsObject,
    text: &JsString,
    matcher: &Matcher,
    detail: Detail,
    context: &mut Context,
) -> JsResult<Option<Match>> {
    let last_index = regexp.get(js_string!("lastIndex"), context)?.to_length(context)?;
    let moves = matcher.flags.global || matcher.flags.sticky;
    let from = if moves { usize::try_from(last_index).unwrap_or(usize::MAX) } else { 0 };
    let found = if from > text.len() {
        None
    } else {
        let from = begin(text, from, matcher.flags);
        matcher.find(&State::of(context)?.subject(text), from, matcher.flags.sticky, detail)
    };
    if moves {
        set_last_index(regexp, found.as_ref().map_or(0, |found| found.range.end), context)?;
    }
    Ok(found)
}

/// Returns all matches from the start on, as the flag `g` finds them.
fn matches<'m>(matcher: &'m Rc<Matcher>, subject: &'m Rc<Subject>, detail: Detail) -> impl Iterator<Item = Match> + 'm {
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let found = matcher.find(subject, from.filter(|from| *from <= subject.text.len())?, false, detail);
        from = found.as_ref().map(|found| {
            if found.range.is_empty() {
                advance(&subject.text, found.range.end, matcher.flags)
            } else {
                found.range.end
            }
        });
        found
    })
}

/// Returns the start of the character at a position, which may be its second code unit.
fn begin(text: &JsString, at: usize, flags: Flags) -> usize {
    let before = at.checked_sub(1).filter(|_| (flags.unicode || flags.unicode_sets) && at < text.len());
    before.filter(|before| text.code_point_at(*before).code_unit_count() == 2).unwrap_or(at)
}

/// Returns the position after a character.
fn advance(text: &JsString, at: usize, flags: Flags) -> usize {
    let whole = (flags.unicode || flags.unicode_sets) && at < text.len();
    at + if whole { text.code_point_at(at).code_unit_count() } else { 1 }
}

/// Returns the matcher of an unmodified regular expression, for which our methods see everything that the language requires
/// them to read. The prototype cannot be changed.
fn plain(regexp: &JsObject, state: &State, context: &mut Context) -> JsResult<Option<Rc<Matcher>>> {
    let prototype = context.intrinsics().constructors().regexp().prototype();
    if regexp.is::<RegExp>() && regexp.prototype() == Some(prototype) && has_own_index_only(regexp) {
        state.matcher(regexp, context)
    } else {
        Ok(None)
    }
}

fn has_own_index_only(regexp: &JsObject) -> bool {
    let regexp = regexp.borrow();
    let last_index = regexp.properties().get(&PropertyKey::from(js_string!("lastIndex")));
    let may_move = last_index.is_some_and(|property| {
        property.writable() == Some(true) && property.value().and_then(JsValue::as_i32).is_some()
    });
    may_move && regexp.shape().keys().len() == 1
}

fn set_last_index(regexp: &JsObject, to: usize, context: &mut Context) -> JsResult<()> {
    regexp.set(js_string!("lastIndex"), to, true, context)?;
    Ok(())
}

/// Returns the result array of `exec`.
fn result(text: &JsString, found: &Match, context: &mut Context) -> JsResult<JsValue> {
    let items = std::iter::once(cut(text, &found.range)).chain(group_values(text, found));
    let array = JsArray::from_iter(items.collect::<Vec<_>>(), context);
    array.create_data_property_or_throw(js_string!("index"), found.range.start, context)?;
    array.create_data_property_or_throw(js_string!("input"), text.clone(), context)?;
    let named = named_groups(text, found, context)?;
    array.create_data_property_or_throw(
        js_string!("groups"),
        named.map_or_else(JsValue::undefined, JsValue::from),
        context,
    )?;
    Ok(array.into())
}

fn group_values<'m>(text: &'m JsString, found: &'m Match) -> impl Iterator<Item = JsValue> + 'm {
    found.groups.iter().map(|group| group.as_ref().map_or_else(JsValue::undefined, |range| cut(text, range)))
}

/// Returns the groups by name, or `None` if the pattern has no names.
fn named_groups(text: &JsString, found: &Match, context: &mut Context) -> JsResult<Option<JsObject>> {
    if found.named.is_empty() {
        return Ok(None);
    }
    let groups = JsObject::with_null_proto();
    for (name, range) in &found.named {
        let value = range.as_ref().map_or_else(JsValue::undefined, |range| cut(text, range));
        groups.create_data_property_or_throw(name.clone(), value, context)?;
    }
    Ok(Some(groups))
}

fn cut(text: &JsString, range: &std::ops::Range<usize>) -> JsValue {
    part(text, range.start, range.end).into()
}
