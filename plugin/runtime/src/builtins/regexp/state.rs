//! State between searches: compiled matchers, the text that was searched last, the engine's methods.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue, js_string,
    object::builtins::{JsFunction, JsRegExp},
    property::PropertyKey,
};

use super::{Flags, matcher::Matcher, subject::Subject};
use crate::builtins::function;

/// Maximum number of cached matchers.
const MAX_MATCHERS: usize = 32;

#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) engine: Rc<Engine>,
    /// The matcher that was used last comes first.
    matchers: Rc<RefCell<VecDeque<CachedMatcher>>>,
    subject: Rc<RefCell<Option<Rc<Subject>>>>,
}

#[derive(Debug)]
struct CachedMatcher {
    source: JsString,
    flags: Flags,
    /// `None` if the engine has to match.
    matcher: Option<Rc<Matcher>>,
}

/// The engine's own methods.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) exec: JsFunction,
    pub(super) test: JsFunction,
    pub(super) r#match: JsFunction,
    pub(super) search: JsFunction,
    pub(super) replace: JsFunction,
    pub(super) split: JsFunction,
    source: JsFunction,
    unicode_sets: JsFunction,
}

impl State {
    pub(super) fn new(prototype: &JsObject, context: &mut Context) -> JsResult<Self> {
        let engine = Engine {
            exec: function(prototype, js_string!("exec"), context)?,
            test: function(prototype, js_string!("test"), context)?,
            r#match: function(prototype, JsSymbol::r#match(), context)?,
            search: function(prototype, JsSymbol::search(), context)?,
            replace: function(prototype, JsSymbol::replace(), context)?,
            split: function(prototype, JsSymbol::split(), context)?,
            source: getter(prototype, js_string!("source"))?,
            unicode_sets: getter(prototype, js_string!("unicodeSets"))?,
        };
        Ok(Self { engine: Rc::new(engine), matchers: Rc::default(), subject: Rc::default() })
    }

    pub(super) fn of(context: &Context) -> JsResult<Self> {
        let state = context.get_data::<Self>().cloned();
        state.ok_or_else(|| JsNativeError::error().with_message("regular expressions are not installed").into())
    }

    /// Returns the matcher of a regular expression, or `None` if the original pattern cannot be recovered from the engine.
    pub(super) fn matcher(&self, regexp: &JsObject, context: &mut Context) -> JsResult<Option<Rc<Matcher>>> {
        let this = JsValue::from(regexp.clone());
        let typed = JsRegExp::from_object(regexp.clone())?;
        let source = self.engine.source.call(&this, &[], context)?.to_string(context)?;
        let flags = Flags {
            has_indices: typed.has_indices(context)?,
            global: typed.global(context)?,
            ignore_case: typed.ignore_case(context)?,
            multiline: typed.multiline(context)?,
            dot_all: typed.dot_all(context)?,
            unicode: typed.unicode(context)?,
            unicode_sets: self.engine.unicode_sets.call(&this, &[], context)?.to_boolean(),
            sticky: typed.sticky(context)?,
        };
        let mut matchers = self.matchers.borrow_mut();
        let known = matchers.iter().position(|matchers| matchers.flags == flags && matchers.source == source);
        let latest = match known.and_then(|at| matchers.remove(at)) {
            Some(known) => known,
            None => {
                matchers.truncate(MAX_MATCHERS - 1);
                let matcher = original_pattern(&source.to_vec()).map(|source| Rc::new(Matcher::new(source, flags)));
                CachedMatcher { source, flags, matcher }
            }
        };
        let matcher = latest.matcher.clone();
        matchers.push_front(latest);
        Ok(matcher)
    }

    /// Returns a prepared text; it is cached as long as the text is the same.
    pub(super) fn subject(&self, text: &JsString) -> Rc<Subject> {
        let mut last = self.subject.borrow_mut();
        match last.as_ref() {
            Some(subject) if subject.is(text) => Rc::clone(subject),
            _ => {
                let subject = Rc::new(Subject::new(text));
                *last = Some(Rc::clone(&subject));
                subject
            }
        }
    }
}

/// Drops the text that was searched last.
pub(in crate::builtins) fn forget(context: &Context) {
    if let Some(state) = context.get_data::<State>() {
        *state.subject.borrow_mut() = None;
    }
}

fn getter(prototype: &JsObject, name: JsString) -> JsResult<JsFunction> {
    let property = prototype.borrow().properties().get(&PropertyKey::from(name));
    let getter = property.and_then(|property| property.get().and_then(JsValue::as_object));
    let getter = getter.and_then(JsFunction::from_object);
    getter.ok_or_else(|| JsNativeError::typ().with_message("the engine lacks a getter of regular expressions").into())
}

/// Recovers a pattern from the engine's `source`, which put a backslash before each slash and wrote line ends as escapes.
/// `None` if a backslash before a line end cannot be told from an escaped backslash.
fn original_pattern(source: &[u16]) -> Option<Vec<u16>> {
    const BACKSLASH: u16 = b'\\' as u16;
    let mut written: Vec<u16> = Vec::with_capacity(source.len());
    let mut backslashes = 0;
    for (at, unit) in source.iter().copied().enumerate() {
        // In a class a slash needs no backslash, and `source` adds none.
        if unit == u16::from(b'/') && backslashes % 2 == 1 {
            written.pop();
        }
        let line_end = source.get(at..).is_some_and(|rest| {
            ["n", "r", "u2028", "u2029"]
                .iter()
                .any(|name| rest.iter().copied().take(name.len()).eq(name.encode_utf16()))
        });
        if line_end && backslashes >= 2 && backslashes % 2 == 0 {
            return None;
        }
        backslashes = if unit == BACKSLASH { backslashes + 1 } else { 0 };
        written.push(unit);
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::original_pattern;

    fn written(source: &str) -> Option<String> {
        let units: Vec<u16> = source.encode_utf16().collect();
        original_pattern(&units).map(|units| String::from_utf16_lossy(&units))
    }

    #[test]
    fn escaped_slashes_are_unescaped() {
        assert_eq!(written(r"a\/b").as_deref(), Some("a/b"));
        assert_eq!(written(r"[a\\/b]").as_deref(), Some(r"[a\\/b]"));
        assert_eq!(written(r"a\\\/b").as_deref(), Some(r"a\\/b"));
        assert_eq!(written(r"[\/]\n\\\n").as_deref(), Some(r"[/]\n\\\n"));
        assert_eq!(written(r"[/]x[^/]+\/[\w/]").as_deref(), Some(r"[/]x[^/]+/[\w/]"));
    }

    #[test]
    fn ambiguous_line_ends_are_not_recovered() {
        assert_eq!(written(r"\\n"), None);
        assert_eq!(written(r"a\\u2028"), None);
        assert_eq!(written(r"\\x").as_deref(), Some(r"\\x"));
    }
}
