//! A text that is searched, in the forms that the two engines need. Positions are in code units.

use std::{cell::OnceCell, ptr};

use boa_engine::{JsString, string::JsStrVariant};
use memchr::memchr;

use super::linear::Form;

/// Number of code units between marks.
const STEP: usize = 64;

#[derive(Debug)]
pub(super) struct Subject {
    pub(super) text: JsString,
    encoded: OnceCell<Encoded>,
    units: OnceCell<Vec<u16>>,
    only_plain_lines: OnceCell<bool>,
}

/// A text like UTF-8, with each surrogate encoded on its own.
#[derive(Debug)]
struct Encoded {
    bytes: Vec<u8>,
    /// Byte offset of every `STEP`th code unit.
    marks: Vec<usize>,
}

impl Subject {
    pub(super) fn new(text: &JsString) -> Self {
        let text = text.clone();
        Self { text, encoded: OnceCell::new(), units: OnceCell::new(), only_plain_lines: OnceCell::new() }
    }

    /// Whether this is the same string object, not only an equal one.
    pub(super) fn is(&self, text: &JsString) -> bool {
        match (self.text.variant(), text.variant()) {
            (JsStrVariant::Latin1(one), JsStrVariant::Latin1(other)) => ptr::eq(one, other),
            (JsStrVariant::Utf16(one), JsStrVariant::Utf16(other)) => ptr::eq(one, other),
            _ => false,
        }
    }

    pub(super) fn form(&self) -> Form {
        if self.text.as_str().is_latin1() { Form::Narrow } else { Form::Wide }
    }

    /// Returns the text for the linear-time engine.
    pub(super) fn bytes(&self) -> &[u8] {
        match self.text.variant() {
            JsStrVariant::Latin1(bytes) => bytes,
            JsStrVariant::Utf16(units) => &self.encoded(units).bytes,
        }
    }

    /// Returns the text for the backtracking engine.
    pub(super) fn units(&self) -> &[u16] {
        match self.text.variant() {
            JsStrVariant::Latin1(bytes) => self.units.get_or_init(|| bytes.iter().copied().map(u16::from).collect()),
            JsStrVariant::Utf16(units) => units,
        }
    }

    /// Whether lines end only with line feeds.
    pub(super) fn has_only_plain_lines(&self) -> bool {
        *self.only_plain_lines.get_or_init(|| match self.text.variant() {
            JsStrVariant::Latin1(bytes) => memchr(b'\r', bytes).is_none(),
            JsStrVariant::Utf16(units) => !units.iter().any(|unit| matches!(unit, 0x0D | 0x2028 | 0x2029)),
        })
    }

    pub(super) fn to_byte(&self, unit: usize) -> usize {
        match self.text.variant() {
            JsStrVariant::Latin1(_) => unit,
            JsStrVariant::Utf16(units) => {
                let mark = self.encoded(units).marks.get(unit / STEP).copied().unwrap_or_default();
                let since = units.get(unit - unit % STEP..unit).unwrap_or_default();
                mark + since.iter().map(|unit| width(*unit)).sum::<usize>()
            }
        }
    }

    pub(super) fn to_unit(&self, byte: usize) -> usize {
        match self.text.variant() {
            JsStrVariant::Latin1(_) => byte,
            JsStrVariant::Utf16(units) => {
                let marks = &self.encoded(units).marks;
                let mark = marks.partition_point(|mark| *mark <= byte).saturating_sub(1);
                let mut at = marks.get(mark).copied().unwrap_or_default();
                let mut unit = mark * STEP;
                while at < byte {
                    at += units.get(unit).copied().map_or(1, width);
                    unit += 1;
                }
                unit
            }
        }
    }

    fn encoded(&self, units: &[u16]) -> &Encoded {
        self.encoded.get_or_init(|| {
            let mut bytes = Vec::with_capacity(units.len() * 2);
            let mut marks = Vec::with_capacity(units.len() / STEP + 1);
            for (at, unit) in units.iter().copied().enumerate() {
                if at % STEP == 0 {
                    marks.push(bytes.len());
                }
                let [high, low] = unit.to_be_bytes();
                let tail = 0x80 | (low & 0x3F);
                match width(unit) {
                    1 => bytes.push(low),
                    2 => bytes.extend([0xC0 | high << 2 | low >> 6, tail]),
                    _ => bytes.extend([0xE0 | high >> 4, 0x80 | (high & 0x0F) << 2 | low >> 6, tail]),
                }
            }
            // The end is a position too.
            if units.len().is_multiple_of(STEP) {
                marks.push(bytes.len());
            }
            Encoded { bytes, marks }
        })
    }
}

fn width(unit: u16) -> usize {
    match unit {
        0..0x80 => 1,
        0x80..0x800 => 2,
        _ => 3,
    }
}
