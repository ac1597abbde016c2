//! Strings as code units, one byte or two bytes each.
//!
//! The engine has no maximum string length, so that a mistake in a loop ends in a failed allocation. Ours has one.

mod builder;
mod search;

use boa_engine::{
    JsNativeError, JsResult, JsString,
    string::{JsStr, JsStrVariant},
};

pub(super) use builder::Builder;
pub(super) use search::{Search, last};

/// Maximum length of a string in code units: half a gigabyte of Latin-1, as in other engines.
const MAX_LENGTH: usize = (1 << 29) - 24;
/// Maximum length of a part that is copied; longer parts share the memory of the original text.
const MAX_COPIED_PART: usize = 64;

/// Returns a part of a string; a short part does not keep the original alive.
pub(super) fn part(text: &JsString, start: usize, end: usize) -> JsString {
    if end.saturating_sub(start) > MAX_COPIED_PART {
        return text.slice(start, end);
    }
    match text.as_str().get(start..end).map(JsStr::variant) {
        None => JsString::default(),
        Some(JsStrVariant::Latin1(bytes)) => JsString::from(JsStr::latin1(bytes)),
        Some(JsStrVariant::Utf16(units)) => from_units(units),
    }
}

/// Creates a string from code units, with one byte each if possible.
pub(super) fn from_units(units: &[u16]) -> JsString {
    match narrow(units) {
        Some(bytes) => JsString::from(JsStr::latin1(&bytes)),
        None => JsString::from(JsStr::utf16(units)),
    }
}

/// Converts the units to Latin-1; `None` if one is not Latin-1.
fn narrow(units: &[u16]) -> Option<Vec<u8>> {
    units.iter().map(|unit| u8::try_from(*unit).ok()).collect()
}

/// Checks the length of a string.
///
/// # Errors
/// A `RangeError` if it would be too long.
pub(super) fn check_length(length: usize) -> JsResult<()> {
    if length > MAX_LENGTH {
        let message = format!("the string would be longer than {MAX_LENGTH} characters");
        return Err(JsNativeError::range().with_message(message).into());
    }
    Ok(())
}
