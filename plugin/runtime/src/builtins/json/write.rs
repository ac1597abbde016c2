//! Values to JSON text, in one buffer.

use std::collections::HashSet;

use boa_engine::{
    Context, JsArgs, JsBigInt, JsNativeError, JsObject, JsResult, JsString, JsValue, JsVariant, js_string,
    property::PropertyKey,
    string::{JsStr, JsStrVariant},
    value::IntegerOrInfinity,
};

use super::RawJson;
use crate::{
    builtins::{depth, originals, text::Builder},
    objects::enumerable_keys,
};

/// Maximum number of characters of one step of indentation.
const MAX_GAP: usize = 10;

pub(super) fn stringify(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let value = args.get_or_undefined(0);
    let (replacer, keys) = replacer(args.get_or_undefined(1), context)?;
    let gap = gap(args.get_or_undefined(2), context)?;
    let mut writer = Writer { out: Builder::default(), replacer, keys, gap, ancestors: HashSet::new(), context };
    let holder = JsObject::with_object_proto(writer.context.intrinsics());
    holder.create_data_property_or_throw(js_string!(), value.clone(), writer.context)?;
    match writer.resolve(&holder, &Key::Name(&js_string!()), value.clone())? {
        None => Ok(JsValue::undefined()),
        Some(value) => {
            writer.value(&value)?;
            Ok(writer.out.build().into())
        }
    }
}

/// Returns the function, or the property names, of the second argument.
fn replacer(given: &JsValue, context: &mut Context) -> JsResult<(Option<JsObject>, Option<Vec<JsString>>)> {
    let Some(object) = given.as_object() else { return Ok((None, None)) };
    if object.is_callable() {
        return Ok((Some(object), None));
    }
    if !originals::is_array(&object, context)? {
        return Ok((None, None));
    }
    let (mut keys, mut seen) = (Vec::new(), HashSet::new());
    for index in 0..object.get(js_string!("length"), context)?.to_length(context)? {
        let item = object.get(index, context)?;
        let names_one = match item.variant() {
            JsVariant::String(_) | JsVariant::Integer32(_) | JsVariant::Float64(_) => true,
            JsVariant::Object(item) => item.is::<JsString>() || item.is::<f64>(),
            _ => false,
        };
        if names_one {
            let key = item.to_string(context)?;
            if seen.insert(key.clone()) {
                keys.push(key);
            }
        }
    }
    Ok((None, Some(keys)))
}

/// Returns one step of indentation.
fn gap(space: &JsValue, context: &mut Context) -> JsResult<JsString> {
    let space = match space.as_object() {
        Some(object) if object.is::<f64>() => space.to_number(context)?.into(),
        Some(object) if object.is::<JsString>() => space.to_string(context)?.into(),
        _ => space.clone(),
    };
    if let Some(text) = space.as_string() {
        return Ok(text.slice(0, MAX_GAP));
    }
    let width = space.as_number().map_or(0, |width| IntegerOrInfinity::from(width).clamp_finite(0, MAX_GAP));
    Ok(JsString::from(" ".repeat(width)))
}

enum Key<'k> {
    Name(&'k JsString),
    Index(u64),
}

impl Key<'_> {
    fn to_value(&self) -> JsValue {
        match self {
            Self::Name(name) => (*name).clone().into(),
            Self::Index(index) => JsString::from(*index).into(),
        }
    }
}

struct Writer<'c> {
    out: Builder,
    replacer: Option<JsObject>,
    keys: Option<Vec<JsString>>,
    gap: JsString,
    ancestors: HashSet<JsObject>,
    context: &'c mut Context,
}

impl Writer<'_> {
    /// Returns the value to write, or `None` for values that JSON leaves out.
    fn resolve(&mut self, holder: &JsObject, key: &Key<'_>, mut value: JsValue) -> JsResult<Option<JsValue>> {
        if value.is_object() || value.is_bigint() {
            let to_json = value.to_object(self.context)?.get(js_string!("toJSON"), self.context)?;
            if let Some(to_json) = to_json.as_callable() {
                value = to_json.call(&value, &[key.to_value()], self.context)?;
            }
        }
        if let Some(replacer) = &self.replacer {
            value = replacer.call(&holder.clone().into(), &[key.to_value(), value], self.context)?;
        }
        if let Some(object) = value.as_object() {
            if object.is_callable() {
                return Ok(None);
            }
            if object.is::<f64>() {
                value = value.to_number(self.context)?.into();
            } else if object.is::<JsString>() {
                value = value.to_string(self.context)?.into();
            } else if let Some(flag) = object.downcast_ref::<bool>() {
                value = JsValue::from(*flag);
            } else if let Some(number) = object.downcast_ref::<JsBigInt>() {
                value = number.clone().into();
            }
        }
        Ok(Some(value).filter(|value| !value.is_undefined() && !value.is_symbol()))
    }

    fn value(&mut self, value: &JsValue) -> JsResult<()> {
        match value.variant() {
            JsVariant::Boolean(true) => self.out.push_ascii("true"),
            JsVariant::Boolean(false) => self.out.push_ascii("false"),
            JsVariant::String(text) => self.quote(text.as_str()),
            JsVariant::Integer32(number) => self.out.push_ascii(&number.to_string()),
            JsVariant::Float64(number) if number.is_finite() => {
                let text = value.to_string(self.context)?;
                self.out.push(text.as_str())
            }
            JsVariant::BigInt(_) => {
                Err(JsNativeError::typ().with_message("JSON.stringify: a BigInt cannot be converted to JSON").into())
            }
            JsVariant::Object(object) if object.is::<RawJson>() => {
                let text = object.get(js_string!("rawJSON"), self.context)?.to_string(self.context)?;
                self.out.push(text.as_str())
            }
            JsVariant::Object(object) => self.nested(&object),
            JsVariant::Null | JsVariant::Undefined | JsVariant::Symbol(_) | JsVariant::Float64(_) => {
                self.out.push_ascii("null")
            }
        }
    }

    fn nested(&mut self, object: &JsObject) -> JsResult<()> {
        let _level = depth::enter("JSON.stringify", self.context)?;
        if !self.ancestors.insert(object.clone()) {
            return Err(JsNativeError::typ().with_message("JSON.stringify: the value contains itself").into());
        }
        if originals::is_array(object, self.context)? {
            self.array(object)?;
        } else {
            self.members(object)?;
        }
        self.ancestors.remove(object);
        Ok(())
    }

    fn array(&mut self, array: &JsObject) -> JsResult<()> {
        let length = array.get(js_string!("length"), self.context)?.to_length(self.context)?;
        self.out.push_ascii("[")?;
        for index in 0..length {
            self.begin_item(index == 0)?;
            let item = array.get(index, self.context)?;
            let item = self.resolve(array, &Key::Index(index), item)?;
            self.value(&item.unwrap_or_default())?;
        }
        self.close("]", length == 0)
    }

    fn members(&mut self, object: &JsObject) -> JsResult<()> {
        let keys = match &self.keys {
            Some(keys) => keys.clone(),
            None => enumerable_keys(object, self.context)?,
        };
        self.out.push_ascii("{")?;
        let mut empty = true;
        for key in keys {
            let value = object.get(PropertyKey::from(key.clone()), self.context)?;
            let Some(value) = self.resolve(object, &Key::Name(&key), value)? else { continue };
            self.begin_item(empty)?;
            empty = false;
            self.quote(key.as_str())?;
            self.out.push_ascii(if self.gap.is_empty() { ":" } else { ": " })?;
            self.value(&value)?;
        }
        self.close("}", empty)
    }

    fn begin_item(&mut self, first: bool) -> JsResult<()> {
        if !first {
            self.out.push_ascii(",")?;
        }
        self.new_line(self.ancestors.len())
    }

    fn close(&mut self, bracket: &str, empty: bool) -> JsResult<()> {
        if !empty {
            self.new_line(self.ancestors.len() - 1)?;
        }
        self.out.push_ascii(bracket)
    }

    fn new_line(&mut self, steps: usize) -> JsResult<()> {
        if self.gap.is_empty() {
            return Ok(());
        }
        self.out.push_ascii("\n")?;
        (0..steps).try_for_each(|_| self.out.push(self.gap.as_str()))
    }

    fn quote(&mut self, text: JsStr<'_>) -> JsResult<()> {
        self.out.push_ascii("\"")?;
        match text.variant() {
            JsStrVariant::Latin1(bytes) => {
                for (plain, special) in runs(bytes, |at| matches!(bytes[at], b'"' | b'\\' | 0..0x20)) {
                    self.out.push(JsStr::latin1(plain))?;
                    self.escape(special.copied().map(u16::from))?;
                }
            }
            JsStrVariant::Utf16(units) => {
                let is_special = |at| matches!(units[at], 0x22 | 0x5C | 0..0x20) || is_lone_surrogate(units, at);
                for (plain, special) in runs(units, is_special) {
                    self.out.push(JsStr::utf16(plain))?;
                    self.escape(special.copied())?;
                }
            }
        }
        self.out.push_ascii("\"")
    }

    fn escape(&mut self, unit: Option<u16>) -> JsResult<()> {
        match unit {
            None => Ok(()),
            Some(0x08) => self.out.push_ascii("\\b"),
            Some(0x09) => self.out.push_ascii("\\t"),
            Some(0x0A) => self.out.push_ascii("\\n"),
            Some(0x0C) => self.out.push_ascii("\\f"),
            Some(0x0D) => self.out.push_ascii("\\r"),
            Some(0x22) => self.out.push_ascii("\\\""),
            Some(0x5C) => self.out.push_ascii("\\\\"),
            Some(unit) => self.out.push_ascii(&format!("\\u{unit:04x}")),
        }
    }
}

/// Splits a text after each special unit, into the text before it and the unit.
fn runs<U>(units: &[U], is_special: impl Fn(usize) -> bool) -> impl Iterator<Item = (&[U], Option<&U>)> {
    let mut start = Some(0);
    std::iter::from_fn(move || {
        let from = start?;
        let special = (from..units.len()).find(|at| is_special(*at));
        start = special.map(|at| at + 1);
        Some((&units[from..special.unwrap_or(units.len())], special.map(|at| &units[at])))
    })
}

/// Whether the unit is a lone surrogate.
fn is_lone_surrogate(units: &[u16], at: usize) -> bool {
    let has = |at: Option<usize>, range: std::ops::Range<u16>| {
        at.and_then(|at| units.get(at)).is_some_and(|unit| range.contains(unit))
    };
    match units[at] {
        0xD800..0xDC00 => !has(at.checked_add(1), 0xDC00..0xE000),
        // A trailing surrogate belongs to the leading one before it; three in a row cannot occur.
        0xDC00..0xE000 => !has(at.checked_sub(1), 0xD800..0xDC00),
        _ => false,
    }
}
