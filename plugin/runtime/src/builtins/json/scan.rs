//! Scans the scalars of a JSON text one after another: strings, numbers and words.

use boa_engine::{JsError, JsNativeError, JsResult, JsString, JsValue, string::JsStr};

use crate::builtins::text;

/// A code unit of either width.
pub(super) trait Unit: Copy + Into<u16> {
    fn string(units: &[Self]) -> JsString;
}

impl Unit for u8 {
    fn string(units: &[Self]) -> JsString {
        JsString::from(JsStr::latin1(units))
    }
}

impl Unit for u16 {
    fn string(units: &[Self]) -> JsString {
        text::from_units(units)
    }
}

/// A position in a text, which advances as the text is read.
pub(super) struct Scanner<'r, U> {
    units: &'r [U],
    at: usize,
}

impl<'r, U: Unit> Scanner<'r, U> {
    pub(super) fn new(units: &'r [U]) -> Self {
        Self { units, at: 0 }
    }

    pub(super) fn place(&self) -> usize {
        self.at
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.units.len()
    }

    /// Returns the text since a position.
    pub(super) fn since(&self, place: usize) -> &'r [U] {
        &self.units[place..self.at]
    }

    /// Advances by one character.
    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    pub(super) fn string(&mut self) -> JsResult<JsString> {
        self.at += 1;
        let plain = self.plain();
        if self.peek() == b'"' {
            self.at += 1;
            return Ok(U::string(plain));
        }
        let mut units: Vec<u16> = plain.iter().copied().map(U::into).collect();
        loop {
            match self.peek() {
                b'"' => break,
                b'\\' => units.push(self.escape()?),
                // A control character, or the end.
                _ => return Err(self.unexpected()),
            }
            units.extend(self.plain().iter().copied().map(U::into));
        }
        self.at += 1;
        Ok(text::from_units(&units))
    }

    fn escape(&mut self) -> JsResult<u16> {
        self.at += 1;
        let unit = match self.peek() {
            sign @ (b'"' | b'\\' | b'/') => sign,
            b'b' => 0x08,
            b'f' => 0x0C,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(u16::from(unit))
    }

    fn unicode_escape(&mut self) -> JsResult<u16> {
        let mut unit = 0;
        for _ in 0..4 {
            self.at += 1;
            let digit = char::from(self.peek()).to_digit(16).ok_or_else(|| self.unexpected())?;
            unit = unit * 16 + u16::try_from(digit).unwrap_or_default();
        }
        self.at += 1;
        Ok(unit)
    }

    pub(super) fn number(&mut self) -> JsResult<JsValue> {
        const EXACT_DIGITS: usize = 9;
        let start = self.at;
        let negative = self.take(b'-');
        let whole = self.at;
        if !self.take(b'0') {
            self.digits()?;
        }
        let is_whole = !matches!(self.peek(), b'.' | b'e' | b'E');
        if is_whole && self.at - whole <= EXACT_DIGITS {
            let number = self.since(whole).iter().fold(0, |number, digit| {
                let digit: u16 = (*digit).into();
                number * 10 + i32::from(digit) - i32::from(b'0')
            });
            return Ok(match (negative, number) {
                (true, 0) => JsValue::from(-0.0),
                (true, number) => JsValue::from(-number),
                (false, number) => JsValue::from(number),
            });
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text: String = self.since(start).iter().map(|unit| char::from(ascii(*unit))).collect();
        // Every JSON number is also a valid number for Rust's parser.
        Ok(JsValue::from(text.parse::<f64>().unwrap_or(f64::NAN)))
    }

    /// Reads the characters of a string up to a quote, an escape or a control character.
    fn plain(&mut self) -> &'r [U] {
        let rest = &self.units[self.at..];
        let special = |unit: &U| matches!((*unit).into(), 0x22 | 0x5C | 0..0x20);
        let plain = &rest[..rest.iter().position(special).unwrap_or(rest.len())];
        self.at += plain.len();
        plain
    }

    pub(super) fn word(&mut self, word: &str, value: JsValue) -> JsResult<JsValue> {
        word.bytes().try_for_each(|sign| self.expect(sign))?;
        Ok(value)
    }

    fn digits(&mut self) -> JsResult<()> {
        if !self.peek().is_ascii_digit() {
            return Err(self.unexpected());
        }
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        Ok(())
    }

    /// With a branch: rustc 1.95 miscompiles `self.at += usize::from(taken)` (rust-lang/rust#158206).
    pub(super) fn take(&mut self, sign: u8) -> bool {
        if self.peek() != sign {
            return false;
        }
        self.at += 1;
        true
    }

    pub(super) fn expect(&mut self, sign: u8) -> JsResult<()> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    /// Returns the next character; NUL, which is never valid in JSON, at the end and for non-ASCII characters.
    pub(super) fn peek(&self) -> u8 {
        self.units.get(self.at).copied().map_or(0, ascii)
    }

    pub(super) fn unexpected(&self) -> JsError {
        let Some(unit) = self.units.get(self.at).copied() else {
            return JsNativeError::syntax().with_message("JSON.parse: unexpected end of the text").into();
        };
        let newline = |unit: &&U| ascii(**unit) == b'\n';
        let before = &self.units[..self.at];
        let line = before.iter().filter(newline).count() + 1;
        let column = before.iter().rev().take_while(|unit| !newline(unit)).count() + 1;
        let sign = U::string(&[unit]).to_std_string_escaped();
        let message = format!("JSON.parse: unexpected `{sign}` at line {line}, column {column}");
        JsNativeError::syntax().with_message(message).into()
    }
}

/// Returns the character as ASCII; NUL, which is never valid in JSON, for any other.
fn ascii(unit: impl Into<u16>) -> u8 {
    u8::try_from(unit.into()).ok().filter(u8::is_ascii).unwrap_or_default()
}
