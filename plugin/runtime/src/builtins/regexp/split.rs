//! `RegExp.prototype[Symbol.split]`.

use boa_engine::{Context, JsArgs, JsResult, JsValue, object::builtins::JsArray};

use super::{Detail, State, advance, cut, group_values, plain};

pub(super) fn split(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = State::of(context)?;
    let limit = args.get_or_undefined(1);
    let Some(regexp) = this.as_object() else { return state.engine.split.call(this, args, context) };
    let text = args.get_or_undefined(0).to_string(context)?;
    // The flag `v` is left to the engine.
    let Some(matcher) = plain(&regexp, &state, context)?.filter(|matcher| !matcher.flags.unicode_sets) else {
        return state.engine.split.call(this, &[text.into(), limit.clone()], context);
    };
    let limit = if limit.is_undefined() { u32::MAX } else { limit.to_u32(context)? };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let subject = state.subject(&text);
    let mut parts: Vec<JsValue> = Vec::new();
    // The current part begins at `start`; the search continues at `from`.
    let (mut start, mut from) = (0, 0);
    while parts.len() < limit {
        context.work(1)?;
        let found = if from < text.len() || text.is_empty() {
            matcher.find(&subject, from, false, Detail::Groups)
        } else {
            None
        };
        let Some(found) = found else {
            parts.push(cut(&text, &(start..text.len())));
            break;
        };
        if text.is_empty() {
            break;
        }
        if found.range.start >= text.len() {
            from = text.len();
        } else if found.range.end == start {
            from = advance(&text, found.range.start, matcher.flags);
        } else {
            parts.push(cut(&text, &(start..found.range.start)));
            parts.extend(group_values(&text, &found));
            start = found.range.end;
            from = start;
        }
    }
    parts.truncate(limit);
    Ok(JsArray::from_iter(parts, context).into())
}
