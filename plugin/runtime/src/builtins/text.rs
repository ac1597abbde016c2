//! Strings as code units, one byte or two bytes each.
//!
//! The engine knows no longest string, so that a mistake in a loop is a failed allocation. Ours do.

mod builder;
mod search;

use boa_engine::{
    JsNativeError, JsResult, JsString,
    string::{JsStr, JsStrVariant},
};

pub(super) use builder::Builder;
pub(super) use search::{Search, last};

/// Code units of the longest string: half a gigabyte of Latin-1, as in other engines.
const LONGEST: usize = (1 << 29) - 24;
/// Parts up to this length are copied; longer ones keep the text alive that they were cut from.
const COPIED: usize = 64;

/// A part of a string, which is not kept alive by a short one.
pub(super) fn part(text: &JsString, start: usize, end: usize) -> JsString {
    if end.saturating_sub(start) > COPIED {
        return text.slice(start, end);
    }
    match text.as_str().get(start..end).map(JsStr::variant) {
        None => JsString::default(),
        Some(JsStrVariant::Latin1(bytes)) => JsString::from(JsStr::latin1(bytes)),
        Some(JsStrVariant::Utf16(units)) => from_units(units),
    }
}

/// A string of code units, at one byte each where they allow it.
pub(super) fn from_units(units: &[u16]) -> JsString {
    match narrow(units) {
        Some(bytes) => JsString::from(JsStr::latin1(&bytes)),
        None => JsString::from(JsStr::utf16(units)),
    }
}

/// The units as Latin-1; none when one is no Latin-1 character.
fn narrow(units: &[u16]) -> Option<Vec<u8>> {
    units.iter().map(|unit| u8::try_from(*unit).ok()).collect()
}

/// Refuses a string that would be too long.
///
/// # Errors
/// A `RangeError`.
pub(super) fn check_length(length: usize) -> JsResult<()> {
    if length > LONGEST {
        let message = format!("the string would be longer than {LONGEST} characters");
        return Err(JsNativeError::range().with_message(message).into());
    }
    Ok(())
}
