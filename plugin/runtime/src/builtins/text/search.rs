//! Finds strings in strings, in linear time.
//!
//! The engine compares at every position and starts from the beginning for each later match, which is quadratic twice over.

use boa_engine::string::{JsStr, JsStrVariant};
use memchr::memmem;

use super::narrow;

/// A pattern prepared to be found in one text.
pub(in crate::builtins) struct Search<'s> {
    text: JsStr<'s>,
    needle: Needle<'s>,
}

enum Needle<'s> {
    Empty,
    /// The pattern has code units that cannot occur in the text.
    Absent,
    Bytes(&'s [u8], Box<memmem::Finder<'s>>),
    Units(&'s [u16], Units),
}

impl<'s> Search<'s> {
    pub(in crate::builtins) fn new(text: JsStr<'s>, pattern: JsStr<'s>) -> Self {
        let needle = match (text.variant(), pattern.variant()) {
            _ if pattern.is_empty() => Needle::Empty,
            (JsStrVariant::Latin1(text), JsStrVariant::Latin1(bytes)) => {
                Needle::Bytes(text, Box::new(memmem::Finder::new(bytes)))
            }
            (JsStrVariant::Latin1(text), JsStrVariant::Utf16(units)) => narrow(units).map_or(Needle::Absent, |bytes| {
                Needle::Bytes(text, Box::new(memmem::Finder::new(&bytes).into_owned()))
            }),
            (JsStrVariant::Utf16(text), _) => Needle::Units(text, Units::new(pattern.iter().collect())),
        };
        Self { text, needle }
    }

    /// Returns the first position of the pattern, at or after `from`.
    pub(in crate::builtins) fn first(&self, from: usize) -> Option<usize> {
        match &self.needle {
            Needle::Empty => (from <= self.text.len()).then_some(from),
            Needle::Absent => None,
            Needle::Bytes(text, finder) => text.get(from..).and_then(|rest| finder.find(rest)).map(|at| at + from),
            Needle::Units(text, units) => text.get(from..).and_then(|rest| units.find(rest)).map(|at| at + from),
        }
    }
}

/// Returns the last position of a pattern, at or before `from`.
pub(in crate::builtins) fn last(text: JsStr<'_>, pattern: JsStr<'_>, from: usize) -> Option<usize> {
    let last_start = text.len().checked_sub(pattern.len())?.min(from);
    let end = last_start + pattern.len();
    match (text.variant(), pattern.variant()) {
        (JsStrVariant::Latin1(text), JsStrVariant::Latin1(bytes)) => memmem::rfind(text.get(..end)?, bytes),
        (JsStrVariant::Latin1(text), JsStrVariant::Utf16(units)) => memmem::rfind(text.get(..end)?, &narrow(units)?),
        (JsStrVariant::Utf16(_), _) if pattern.is_empty() => Some(last_start),
        (JsStrVariant::Utf16(text), _) => {
            // Reversing both turns the last position into the first.
            let mut units: Vec<u16> = pattern.iter().collect();
            units.reverse();
            let passed = Units::new(units).find_in(text.get(..end)?.iter().rev().copied())?;
            Some(end - passed - pattern.len())
        }
    }
}

/// The search of Knuth, Morris and Pratt, which never reads a unit of the text twice.
struct Units {
    needle: Vec<u16>,
    /// For each position of the needle: the length of the longest prefix that ends there.
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
        // Most positions do not match even the first unit.
        let start = text.iter().position(|unit| self.needle.first() == Some(unit))?;
        Some(start + self.find_in(text.get(start..)?.iter().copied())?)
    }

    /// Returns the number of units before the needle.
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
