//! Strings as code units: search in linear time, and building up to a limit.
//!
//! The engine looks at every position afresh and starts from the front for each later match, which is quadratic twice
//! over. It knows no longest string either, so that a mistake in a loop is a failed allocation.

use boa_engine::{
    JsNativeError, JsResult, JsString,
    string::{JsStr, JsStrVariant, Latin1JsStringBuilder, Utf16JsStringBuilder},
};
use memchr::memmem;

/// Code units of the longest string: half a gigabyte of Latin-1, as in other engines.
pub(super) const LONGEST: usize = (1 << 29) - 24;
/// Parts up to this length are copied; longer ones keep the text alive that they were cut from.
const COPIED: usize = 64;

/// A pattern made ready to be found in one text.
pub(super) struct Search<'s> {
    text: JsStr<'s>,
    needle: Needle<'s>,
}

enum Needle<'s> {
    Empty,
    /// The pattern has code units that the text cannot have.
    Absent,
    Bytes(&'s [u8], memmem::Finder<'s>),
    Units(&'s [u16], Units),
}

impl<'s> Search<'s> {
    pub(super) fn new(text: JsStr<'s>, pattern: JsStr<'s>) -> Self {
        let needle = match (text.variant(), pattern.variant()) {
            _ if pattern.is_empty() => Needle::Empty,
            (JsStrVariant::Latin1(text), JsStrVariant::Latin1(bytes)) => {
                Needle::Bytes(text, memmem::Finder::new(bytes))
            }
            (JsStrVariant::Latin1(text), JsStrVariant::Utf16(units)) => narrow(units)
                .map_or(Needle::Absent, |bytes| Needle::Bytes(text, memmem::Finder::new(&bytes).into_owned())),
            (JsStrVariant::Utf16(text), _) => Needle::Units(text, Units::new(pattern.iter().collect())),
        };
        Self { text, needle }
    }

    /// Where the pattern begins first, not before `from`.
    pub(super) fn first(&self, from: usize) -> Option<usize> {
        match &self.needle {
            Needle::Empty => (from <= self.text.len()).then_some(from),
            Needle::Absent => None,
            Needle::Bytes(text, finder) => text.get(from..).and_then(|rest| finder.find(rest)).map(|at| at + from),
            Needle::Units(text, units) => text.get(from..).and_then(|rest| units.find(rest)).map(|at| at + from),
        }
    }
}

/// Where a pattern begins last, not behind `from`.
pub(super) fn last(text: JsStr<'_>, pattern: JsStr<'_>, from: usize) -> Option<usize> {
    let last_start = text.len().checked_sub(pattern.len())?.min(from);
    let end = last_start + pattern.len();
    match (text.variant(), pattern.variant()) {
        (JsStrVariant::Latin1(text), JsStrVariant::Latin1(bytes)) => memmem::rfind(text.get(..end)?, bytes),
        (JsStrVariant::Latin1(text), JsStrVariant::Utf16(units)) => memmem::rfind(text.get(..end)?, &narrow(units)?),
        (JsStrVariant::Utf16(_), _) if pattern.is_empty() => Some(last_start),
        (JsStrVariant::Utf16(text), _) => {
            // The first place from behind: both are turned around.
            let mut units: Vec<u16> = pattern.iter().collect();
            units.reverse();
            let passed = Units::new(units).find_in(text.get(..end)?.iter().rev().copied())?;
            Some(end - passed - pattern.len())
        }
    }
}

/// The units as Latin-1; none when one is no Latin-1 character.
pub(super) fn narrow(units: &[u16]) -> Option<Vec<u8>> {
    units.iter().map(|unit| u8::try_from(*unit).ok()).collect()
}

/// Knuth, Morris and Pratt's search: never looks at a unit of the text twice.
struct Units {
    needle: Vec<u16>,
    /// For each position of the needle: how much of its front stands right before and including it.
    borders: Vec<usize>,
}

impl Units {
    fn new(needle: Vec<u16>) -> Self {
        let mut borders = vec![0; needle.len()];
        let mut border = 0;
        for at in 1..needle.len() {
            while border > 0 && needle[border] != needle[at] {
                border = borders[border - 1];
            }
            if needle[border] == needle[at] {
                border += 1;
            }
            borders[at] = border;
        }
        Self { needle, borders }
    }

    fn find(&self, text: &[u16]) -> Option<usize> {
        // Most positions do not even begin like the needle.
        let start = text.iter().position(|unit| self.needle.first() == Some(unit))?;
        Some(start + self.find_in(text.get(start..)?.iter().copied())?)
    }

    /// The number of units in front of the needle.
    fn find_in(&self, text: impl Iterator<Item = u16>) -> Option<usize> {
        let mut matched = 0;
        for (at, unit) in text.enumerate() {
            while matched > 0 && self.needle[matched] != unit {
                matched = self.borders[matched - 1];
            }
            if self.needle[matched] == unit {
                matched += 1;
            }
            if matched == self.needle.len() {
                return Some(at + 1 - matched);
            }
        }
        None
    }
}

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

/// A string under construction: one byte a character for as long as that will do.
#[derive(Debug, Default)]
pub(super) struct Builder {
    narrow: Latin1JsStringBuilder,
    /// All of it, from the first character on that needs two bytes.
    wide: Option<Utf16JsStringBuilder>,
}

impl Builder {
    pub(super) fn len(&self) -> usize {
        self.wide.as_ref().map_or(self.narrow.len(), Utf16JsStringBuilder::len)
    }

    /// Appends text.
    ///
    /// # Errors
    /// A `RangeError` when the string would become longer than [`LONGEST`].
    pub(super) fn push(&mut self, text: JsStr<'_>) -> JsResult<()> {
        check_length(self.len().saturating_add(text.len()))?;
        match (&mut self.wide, text.variant()) {
            (None, JsStrVariant::Latin1(bytes)) => self.narrow.extend_from_slice(bytes),
            (None, JsStrVariant::Utf16(units)) => match narrow(units) {
                Some(bytes) => self.narrow.extend_from_slice(&bytes),
                None => {
                    let mut wide: Utf16JsStringBuilder =
                        self.narrow.as_slice().iter().copied().map(u16::from).collect();
                    wide.extend_from_slice(units);
                    self.narrow = Latin1JsStringBuilder::new();
                    self.wide = Some(wide);
                }
            },
            (Some(wide), JsStrVariant::Latin1(bytes)) => wide.extend(bytes.iter().copied().map(u16::from)),
            (Some(wide), JsStrVariant::Utf16(units)) => wide.extend_from_slice(units),
        }
        Ok(())
    }

    /// Appends ASCII text.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub(super) fn push_ascii(&mut self, text: &str) -> JsResult<()> {
        self.push(JsStr::latin1(text.as_bytes()))
    }

    pub(super) fn build(self) -> JsString {
        match self.wide {
            Some(wide) => wide.build(),
            // The engine takes the memory over where it is ASCII.
            None if self.narrow.as_slice().is_ascii() => self.narrow.build().unwrap_or_default(),
            None => JsString::from(JsStr::latin1(self.narrow.as_slice())),
        }
    }
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
