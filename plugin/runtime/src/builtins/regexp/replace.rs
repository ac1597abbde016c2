//! `RegExp.prototype[Symbol.replace]`.

use boa_engine::{Context, JsArgs, JsResult, JsValue};

use super::{Detail, Match, State, Subject, group_values, matches, named_groups, plain, set_last_index};
use crate::builtins::{
    string::{ReplacedMatch, Replacement, between},
    text::Builder,
};

pub(super) fn replace(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = State::of(context)?;
    let Some(regexp) = this.as_object() else { return state.engine.replace.call(this, args, context) };
    let text = args.get_or_undefined(0).to_string(context)?;
    let replacement = Replacement::of(args.get_or_undefined(1), context)?;
    let Some(matcher) = plain(&regexp, &state, context)?.filter(|matcher| !matcher.flags.sticky) else {
        return state.engine.replace.call(this, &[text.into(), replacement.into_value()], context);
    };
    let subject = state.subject(&text);
    let detail = if replacement.uses_groups() { Detail::Groups } else { Detail::Range };
    let mut out = Builder::default();
    let mut copied = 0;
    if matcher.flags.global {
        set_last_index(&regexp, 0, context)?;
        for found in matches(&matcher, &subject, detail) {
            copied = put(&found, copied, &subject, &replacement, &mut out, context)?;
        }
    } else if let Some(found) = matcher.find(&subject, 0, false, detail) {
        copied = put(&found, copied, &subject, &replacement, &mut out, context)?;
    }
    if copied == 0 && out.len() == 0 {
        return Ok(text.into());
    }
    out.push(between(&text, copied, text.len()))?;
    Ok(out.build().into())
}

/// Writes the text before a match and its replacement; returns the end of the match.
fn put(
    found: &Match,
    copied: usize,
    subject: &Subject,
    replacement: &Replacement,
    out: &mut Builder,
    context: &mut Context,
) -> JsResult<usize> {
    let text = &subject.text;
    out.push(between(text, copied, found.range.start))?;
    let groups: Vec<JsValue> = group_values(text, found).collect();
    let named = named_groups(text, found, context)?;
    let (start, end) = (found.range.start, found.range.end);
    replacement.put(ReplacedMatch { text, start, end, groups: &groups, named: named.as_ref() }, out, context)?;
    Ok(end)
}
