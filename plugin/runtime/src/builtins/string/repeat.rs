//! `repeat`, `padStart` and `padEnd`: the length is checked first, and the only allocation is the string itself.
//!
//! The engine's `repeat` keeps a list of the parts, which takes 24 times the memory of a string of one letter.

use boa_engine::{
    Context, JsArgs, JsNativeError, JsResult, JsString, JsValue, string::JsStr, value::IntegerOrInfinity,
};

use crate::builtins::text::check_length;

/// Maximum length of the block that is built from short parts before it is repeated.
const BLOCK: usize = 4096;

pub(super) fn repeat(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let string = this.require_object_coercible()?.to_string(context)?;
    let times = match args.get_or_undefined(0).to_integer_or_infinity(context)? {
        IntegerOrInfinity::Integer(times) => usize::try_from(times).ok(),
        IntegerOrInfinity::PositiveInfinity | IntegerOrInfinity::NegativeInfinity => None,
    };
    let times = times.ok_or_else(|| {
        JsNativeError::range().with_message("String.prototype.repeat: the count must be finite and not negative")
    })?;
    let length = string.len().saturating_mul(times);
    check_length(length)?;
    context.reserve(bytes(length, &[&string]))?;
    Ok(JsString::concat_array(&cycle(&string, length, &block(&string, length))).into())
}

pub(super) fn pad_start(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    pad(End::Front, this, args, context)
}

pub(super) fn pad_end(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    pad(End::Back, this, args, context)
}

/// The side of the padding.
#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

fn pad(end: End, this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let string = this.require_object_coercible()?.to_string(context)?;
    let length = args.get_or_undefined(0).to_length(context)?;
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length <= string.len() {
        return Ok(string.into());
    }
    let filler = args.get_or_undefined(1);
    let filler = if filler.is_undefined() { JsString::from(" ") } else { filler.to_string(context)? };
    if filler.is_empty() {
        return Ok(string.into());
    }
    check_length(length)?;
    context.reserve(bytes(length, &[&string, &filler]))?;
    let missing = length - string.len();
    let block = block(&filler, missing);
    let mut pieces = cycle(&filler, missing, &block);
    match end {
        End::Front => pieces.push(string.as_str()),
        End::Back => pieces.insert(0, string.as_str()),
    }
    Ok(JsString::concat_array(&pieces).into())
}

/// Returns the size in bytes of a text of this length that consists of these parts.
fn bytes(length: usize, parts: &[&JsString]) -> usize {
    let is_narrow = parts.iter().all(|part| part.as_str().is_latin1());
    length.saturating_mul(if is_narrow { 1 } else { size_of::<u16>() })
}

/// Repeats a short part into one block, not longer than needed.
fn block(part: &JsString, length: usize) -> JsString {
    let times = BLOCK.min(length).checked_div(part.len()).unwrap_or_default();
    JsString::concat_array(&vec![part.as_str(); times])
}

/// Repeats a part up to a length, as pieces of its block.
fn cycle<'s>(part: &'s JsString, length: usize, block: &'s JsString) -> Vec<JsStr<'s>> {
    let unit = if block.is_empty() { part } else { block };
    let Some(whole) = length.checked_div(unit.len()) else { return Vec::new() };
    let mut pieces = vec![unit.as_str(); whole];
    pieces.extend(unit.as_str().get(..length % unit.len()));
    pieces
}
