//! JSON text to values, in one pass over the code units.

use std::collections::HashMap;

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue,
    object::builtins::JsArray,
    property::{PropertyDescriptor, PropertyKey},
    string::{JsStr, JsStrVariant},
};

use crate::builtins::{depth, text};

/// A value with the texts that it was read from.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) value: JsValue,
    pub(super) source: Source,
}

#[derive(Debug)]
pub(super) enum Source {
    Primitive(JsString),
    Array(Vec<Node>),
    Object(HashMap<JsString, Node>),
}

/// Reads a value.
///
/// # Errors
/// A `SyntaxError` that says where the text is no JSON, or a `RangeError` when it nests too deep.
pub(super) fn value(text: &JsString, context: &mut Context) -> JsResult<JsValue> {
    match text.variant() {
        JsStrVariant::Latin1(units) => Reader::new(units, None, context).document(),
        JsStrVariant::Utf16(units) => Reader::new(units, None, context).document(),
    }
}

/// Reads a value and keeps what it was read from.
///
/// # Errors
/// As [`value`].
pub(super) fn tree(text: &JsString, context: &mut Context) -> JsResult<Node> {
    match text.variant() {
        JsStrVariant::Latin1(units) => Reader::new(units, Some(Vec::new()), context).root(),
        JsStrVariant::Utf16(units) => Reader::new(units, Some(Vec::new()), context).root(),
    }
}

/// A code unit of either width.
trait Unit: Copy + Into<u16> {
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

struct Reader<'r, U> {
    units: &'r [U],
    at: usize,
    depth: usize,
    /// What was read and is not yet part of something larger, where that is asked for.
    nodes: Option<Vec<Node>>,
    context: &'r mut Context,
}

impl<'r, U: Unit> Reader<'r, U> {
    fn new(units: &'r [U], nodes: Option<Vec<Node>>, context: &'r mut Context) -> Self {
        Self { units, at: 0, depth: 0, nodes, context }
    }

    fn document(&mut self) -> JsResult<JsValue> {
        let value = self.value()?;
        self.skip_space();
        if self.at < self.units.len() { Err(self.unexpected()) } else { Ok(value) }
    }

    fn root(mut self) -> JsResult<Node> {
        let value = self.document()?;
        let root = self.nodes.and_then(|mut nodes| nodes.pop());
        Ok(root.unwrap_or(Node { value, source: Source::Primitive(JsString::default()) }))
    }

    fn value(&mut self) -> JsResult<JsValue> {
        self.skip_space();
        let start = self.at;
        let value = match self.peek() {
            b'{' => return self.nested(Self::object),
            b'[' => return self.nested(Self::array),
            b'"' => self.string()?.into(),
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.word("true", JsValue::from(true))?,
            b'f' => self.word("false", JsValue::from(false))?,
            b'n' => self.word("null", JsValue::null())?,
            _ => return Err(self.unexpected()),
        };
        if let Some(nodes) = &mut self.nodes {
            let source = Source::Primitive(U::string(&self.units[start..self.at]));
            nodes.push(Node { value: value.clone(), source });
        }
        Ok(value)
    }

    fn nested(&mut self, read: fn(&mut Self) -> JsResult<JsValue>) -> JsResult<JsValue> {
        if self.depth == depth::MOST {
            return Err(depth::too_deep("JSON.parse"));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> JsResult<JsValue> {
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == b']' {
            self.at += 1;
        } else {
            loop {
                items.push(self.value()?);
                if self.ends(b']')? {
                    break;
                }
            }
        }
        let count = items.len();
        let array = JsValue::from(JsArray::from_iter(items, self.context));
        if let Some(nodes) = &mut self.nodes {
            let items = nodes.split_off(nodes.len() - count);
            nodes.push(Node { value: array.clone(), source: Source::Array(items) });
        }
        Ok(array)
    }

    fn object(&mut self) -> JsResult<JsValue> {
        let object = JsObject::with_object_proto(self.context.intrinsics());
        let mut keys = Vec::new();
        self.skip_space();
        if self.peek() == b'}' {
            self.at += 1;
        } else {
            loop {
                self.skip_space();
                if self.peek() != b'"' {
                    return Err(self.unexpected());
                }
                let key = self.string()?;
                self.skip_space();
                self.expect(b':')?;
                let value = self.value()?;
                if self.nodes.is_some() {
                    keys.push(key.clone());
                }
                // The object is new and ordinary: nothing can refuse the property.
                let property = PropertyDescriptor::builder().value(value);
                let property = property.writable(true).enumerable(true).configurable(true).build();
                object.insert_property(PropertyKey::from(key), property);
                if self.ends(b'}')? {
                    break;
                }
            }
        }
        let object = JsValue::from(object);
        if let Some(nodes) = &mut self.nodes {
            let values = nodes.split_off(nodes.len() - keys.len());
            let source = Source::Object(keys.into_iter().zip(values).collect());
            nodes.push(Node { value: object.clone(), source });
        }
        Ok(object)
    }

    /// After an item: whether the bracket closes here; otherwise there is a comma.
    fn ends(&mut self, bracket: u8) -> JsResult<bool> {
        self.skip_space();
        let ends = self.peek() == bracket;
        self.expect(if ends { bracket } else { b',' })?;
        Ok(ends)
    }

    fn string(&mut self) -> JsResult<JsString> {
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

    /// Takes what stands for itself in a string.
    fn plain(&mut self) -> &'r [U] {
        let rest = &self.units[self.at..];
        let special = |unit: &U| matches!((*unit).into(), 0x22 | 0x5C | 0..0x20);
        let plain = &rest[..rest.iter().position(special).unwrap_or(rest.len())];
        self.at += plain.len();
        plain
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

    fn number(&mut self) -> JsResult<JsValue> {
        const EXACT_DIGITS: usize = 9;
        let start = self.at;
        let negative = self.take(b'-');
        let whole = self.at;
        if !self.take(b'0') {
            self.digits()?;
        }
        let is_whole = !matches!(self.peek(), b'.' | b'e' | b'E');
        if is_whole && self.at - whole <= EXACT_DIGITS {
            let number = self.units[whole..self.at].iter().fold(0, |number, digit| {
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
        let text: String = self.units[start..self.at].iter().map(|unit| char::from(ascii(*unit))).collect();
        // The text is a number of JSON, and those are numbers of Rust.
        Ok(JsValue::from(text.parse::<f64>().unwrap_or(f64::NAN)))
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

    fn word(&mut self, word: &str, value: JsValue) -> JsResult<JsValue> {
        word.bytes().try_for_each(|sign| self.expect(sign))?;
        Ok(value)
    }

    fn take(&mut self, sign: u8) -> bool {
        let taken = self.peek() == sign;
        self.at += usize::from(taken);
        taken
    }

    fn expect(&mut self, sign: u8) -> JsResult<()> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    /// The character that is next; NUL, which JSON has nowhere, for the end and for what is no ASCII.
    fn peek(&self) -> u8 {
        self.units.get(self.at).copied().map_or(0, ascii)
    }

    fn unexpected(&self) -> JsError {
        let Some(unit) = self.units.get(self.at).copied() else {
            return JsNativeError::syntax().with_message("JSON.parse: the text ends too early").into();
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

fn ascii(unit: impl Into<u16>) -> u8 {
    u8::try_from(unit.into()).ok().filter(u8::is_ascii).unwrap_or_default()
}
