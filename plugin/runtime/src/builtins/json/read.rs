//! JSON text to values, in one pass, bounded in depth.

use std::collections::HashMap;

use boa_engine::{
    Context, JsResult, JsString, JsValue, object::builtins::JsArray, property::PropertyKey, string::JsStrVariant,
};

use super::scan::{Scanner, Unit};
use crate::{builtins::depth, objects::plain_object};

/// A value with the texts that it was read from.
#[derive(Debug)]
pub(super) struct SourcedValue {
    pub(super) value: JsValue,
    pub(super) source: Source,
}

#[derive(Debug)]
pub(super) enum Source {
    Primitive(JsString),
    Array(Vec<SourcedValue>),
    Object(HashMap<JsString, SourcedValue>),
}

/// Reads a value.
///
/// # Errors
/// A `SyntaxError` with the position of the error, or a `RangeError` if the text nests too deep.
pub(super) fn value(text: &JsString, context: &mut Context) -> JsResult<JsValue> {
    match text.variant() {
        JsStrVariant::Latin1(units) => Reader::new(units, None, context).document(),
        JsStrVariant::Utf16(units) => Reader::new(units, None, context).document(),
    }
}

/// Reads a value and keeps the text that it was read from.
///
/// # Errors
/// As [`value`].
pub(super) fn tree(text: &JsString, context: &mut Context) -> JsResult<SourcedValue> {
    match text.variant() {
        JsStrVariant::Latin1(units) => Reader::new(units, Some(Vec::new()), context).root(),
        JsStrVariant::Utf16(units) => Reader::new(units, Some(Vec::new()), context).root(),
    }
}

struct Reader<'r, U> {
    scanner: Scanner<'r, U>,
    depth: usize,
    /// Values that are not yet part of a larger one, if the texts are kept.
    nodes: Option<Vec<SourcedValue>>,
    context: &'r mut Context,
}

impl<'r, U: Unit> Reader<'r, U> {
    fn new(units: &'r [U], nodes: Option<Vec<SourcedValue>>, context: &'r mut Context) -> Self {
        Self { scanner: Scanner::new(units), depth: 0, nodes, context }
    }

    fn document(&mut self) -> JsResult<JsValue> {
        let value = self.value()?;
        self.scanner.skip_space();
        if self.scanner.is_at_end() { Ok(value) } else { Err(self.scanner.unexpected()) }
    }

    fn root(mut self) -> JsResult<SourcedValue> {
        let value = self.document()?;
        let root = self.nodes.and_then(|mut nodes| nodes.pop());
        Ok(root.unwrap_or(SourcedValue { value, source: Source::Primitive(JsString::default()) }))
    }

    fn value(&mut self) -> JsResult<JsValue> {
        self.scanner.skip_space();
        let start = self.scanner.place();
        let value = match self.scanner.peek() {
            b'{' => return self.nested(Self::object),
            b'[' => return self.nested(Self::array),
            b'"' => self.scanner.string()?.into(),
            b'-' | b'0'..=b'9' => self.scanner.number()?,
            b't' => self.scanner.word("true", JsValue::from(true))?,
            b'f' => self.scanner.word("false", JsValue::from(false))?,
            b'n' => self.scanner.word("null", JsValue::null())?,
            _ => return Err(self.scanner.unexpected()),
        };
        if let Some(nodes) = &mut self.nodes {
            let source = Source::Primitive(U::string(self.scanner.since(start)));
            nodes.push(SourcedValue { value: value.clone(), source });
        }
        Ok(value)
    }

    fn nested(&mut self, read: fn(&mut Self) -> JsResult<JsValue>) -> JsResult<JsValue> {
        if self.depth == depth::MAX_DEPTH {
            return Err(depth::too_deep("JSON.parse"));
        }
        self.depth += 1;
        self.scanner.skip();
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> JsResult<JsValue> {
        let mut items = Vec::new();
        self.scanner.skip_space();
        if self.scanner.peek() == b']' {
            self.scanner.skip();
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
            nodes.push(SourcedValue { value: array.clone(), source: Source::Array(items) });
        }
        Ok(array)
    }

    fn object(&mut self) -> JsResult<JsValue> {
        let (mut members, mut keys) = (Vec::new(), Vec::new());
        self.scanner.skip_space();
        if self.scanner.peek() == b'}' {
            self.scanner.skip();
        } else {
            loop {
                self.scanner.skip_space();
                if self.scanner.peek() != b'"' {
                    return Err(self.scanner.unexpected());
                }
                let key = self.scanner.string()?;
                self.scanner.skip_space();
                self.scanner.expect(b':')?;
                let value = self.value()?;
                if self.nodes.is_some() {
                    keys.push(key.clone());
                }
                members.push((PropertyKey::from(key), value));
                if self.ends(b'}')? {
                    break;
                }
            }
        }
        let object = JsValue::from(plain_object(members.into_iter(), self.context));
        if let Some(nodes) = &mut self.nodes {
            let values = nodes.split_off(nodes.len() - keys.len());
            let source = Source::Object(keys.into_iter().zip(values).collect());
            nodes.push(SourcedValue { value: object.clone(), source });
        }
        Ok(object)
    }

    /// After an item: returns whether the bracket closes here; otherwise consumes a comma.
    fn ends(&mut self, bracket: u8) -> JsResult<bool> {
        self.scanner.skip_space();
        let ends = self.scanner.peek() == bracket;
        self.scanner.expect(if ends { bracket } else { b',' })?;
        Ok(ends)
    }
}
