//! Formats any JavaScript value for people: console lines and messages of thrown values.
//!
//! Runs no code of the script: stored properties are read directly, and getters and proxies are only named.

use boa_engine::{
    Context, JsObject, JsString, JsValue, JsVariant,
    builtins::{
        array_buffer::ArrayBuffer, date::Date, error::Error, map::ordered_map::OrderedMap, proxy::Proxy,
        regexp::RegExp, set::ordered_set::OrderedSet, typed_array::TypedArray,
    },
    js_string,
    native_function::NativeFunctionObject,
    object::builtins::{JsArrayBuffer, JsDate, JsPromise, JsRegExp},
    property::{DescriptorKind, PropertyKey},
};
use chrono::DateTime;
use serde_json::{Map, Value};

use super::views::Views;
use crate::objects::unboxed;

/// Depth from which objects are only named.
const MAX_DEPTH: usize = 8;
/// Maximum number of entries shown of one object or array.
const MAX_ENTRIES: usize = 100;
/// Maximum number of values shown in total.
const MAX_VALUES: usize = 2_000;
/// Maximum number of characters shown of one string in an object.
const MAX_TEXT: usize = 10_000;

/// Returns the value as bounded JSON; values that JSON cannot express become text, such as `"[Circular]"`.
#[must_use]
pub fn inspect(value: &JsValue, context: &mut Context) -> Value {
    let views = if value.is_object() { Views::of(context) } else { Views::default() };
    Look { left: MAX_VALUES, ancestors: Vec::new(), views, context }.value(value)
}

/// Returns the value as text: strings unchanged, errors with their message, objects as JSON.
pub(crate) fn plain_text(value: &JsValue, context: &mut Context) -> String {
    match value.variant() {
        JsVariant::Undefined => "undefined".to_owned(),
        JsVariant::String(text) => text.to_std_string_lossy(),
        JsVariant::Float64(number) if !number.is_finite() => number_in_words(number).to_owned(),
        _ => match inspect(value, context) {
            Value::String(words) => words,
            other => other.to_string(),
        },
    }
}

/// Returns name and message of an error object, or `None` for anything else.
pub(crate) fn message_of(object: &JsObject, context: &mut Context) -> Option<(String, String)> {
    object.is::<Error>().then(|| {
        let name = stored_text(object, "name", context).unwrap_or_else(|| "Error".to_owned());
        (name, stored_text(object, "message", context).unwrap_or_default())
    })
}

/// Returns the properties of an error besides its name and message: its code, its cause, and those that the script added.
pub(crate) fn beside_message(error: &JsObject, context: &mut Context) -> Map<String, Value> {
    let views = Views::of(context);
    let mut look = Look { left: MAX_VALUES, ancestors: vec![error.clone()], views, context };
    let Value::Object(mut members) = look.members(error) else { return Map::new() };
    members.retain(|name, _| !matches!(name.as_str(), "name" | "message" | "stack"));
    for hidden in ["cause", "errors"] {
        if let Some(value) = stored(error, &JsString::from(hidden).into()) {
            members.insert(hidden.to_owned(), look.value(&value));
        }
    }
    members
}

struct Look<'c> {
    left: usize,
    ancestors: Vec<JsObject>,
    views: Views,
    context: &'c mut Context,
}

impl Look<'_> {
    fn value(&mut self, value: &JsValue) -> Value {
        match value.variant() {
            JsVariant::Undefined | JsVariant::Null => Value::Null,
            JsVariant::Boolean(flag) => flag.into(),
            JsVariant::Integer32(number) => number.into(),
            JsVariant::Float64(number) if number.is_finite() => whole(number),
            JsVariant::Float64(number) => number_in_words(number).into(),
            JsVariant::BigInt(number) => format!("{number}n").into(),
            JsVariant::Symbol(symbol) => symbol.descriptive_string().to_std_string_lossy().into(),
            JsVariant::String(text) if text.len() > MAX_TEXT => {
                let start = text.get(..MAX_TEXT).unwrap_or_default().to_std_string_lossy();
                format!("{start}… ({} more characters)", text.len() - MAX_TEXT).into()
            }
            JsVariant::String(text) => text.to_std_string_lossy().into(),
            JsVariant::Object(object) => self.object(&object),
        }
    }

    fn object(&mut self, object: &JsObject) -> Value {
        if self.ancestors.iter().any(|ancestor| JsObject::equals(ancestor, object)) {
            return "[Circular]".into();
        }
        if let Some(words) = self.described(object) {
            return words.into();
        }
        if self.ancestors.len() >= MAX_DEPTH || self.left == 0 {
            return if object.is_array() { "[Array]".into() } else { "[Object]".into() };
        }
        self.left -= 1;
        self.ancestors.push(object.clone());
        let shown = self.entries(object);
        self.ancestors.pop();
        shown
    }

    /// Formats objects that are not shown by their properties.
    fn described(&mut self, object: &JsObject) -> Option<String> {
        if let Some((name, message)) = message_of(object, self.context) {
            return Some(if message.is_empty() { name } else { format!("{name}: {message}") });
        }
        if object.is::<Date>() {
            let date = JsDate::from_object(object.clone()).ok()?;
            let at = date.get_time(self.context).ok()?.as_number()?;
            #[expect(clippy::cast_possible_truncation, reason = "dates end at 8.64e15; NaN becomes no date below")]
            let shown = DateTime::from_timestamp_millis(at as i64).filter(|_| at.is_finite());
            return Some(shown.map_or_else(
                || "Invalid Date".to_owned(),
                |at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            ));
        }
        if object.is::<Proxy>() {
            return Some("[Proxy]".to_owned());
        }
        if let Some(text) = self.views.text(object) {
            return Some(text);
        }
        if let Some(primitive) = unboxed(object) {
            return Some(plain_text(&primitive, self.context));
        }
        if object.is::<ArrayBuffer>() {
            let length = JsArrayBuffer::from_object(object.clone()).ok()?.byte_length();
            return Some(format!("[ArrayBuffer of {length} bytes]"));
        }
        if object.is_callable() {
            let name = stored_text(object, "name", self.context).unwrap_or_default();
            return Some(if name.is_empty() { "[Function]".to_owned() } else { format!("[Function {name}]") });
        }
        if let Some(text) = self.regexp(object) {
            return Some(text);
        }
        JsPromise::from_object(object.clone()).is_ok().then(|| "[Promise]".to_owned())
    }

    /// Returns the text of an unmodified regular expression, which can be read without running the script's code.
    fn regexp(&mut self, object: &JsObject) -> Option<String> {
        const OWN: usize = 1;
        if !object.is::<RegExp>() {
            return None;
        }
        let plain = self.context.intrinsics().constructors().regexp().prototype();
        if object.prototype() != Some(plain) || object.borrow().shape().keys().len() > OWN {
            return Some("[RegExp]".to_owned());
        }
        JsRegExp::from_object(object.clone()).ok()?.to_string(self.context).ok()
    }

    fn entries(&mut self, object: &JsObject) -> Value {
        if let Some(shown) = self.views.data(object) {
            return shown;
        }
        let pairs: Option<Vec<(JsValue, JsValue)>> = object
            .downcast_ref::<OrderedMap<JsValue>>()
            .map(|map| map.iter().take(MAX_ENTRIES).map(|(key, value)| (key.clone(), value.clone())).collect());
        if let Some(pairs) = pairs {
            return pairs.iter().map(|(key, value)| Value::from(vec![self.value(key), self.value(value)])).collect();
        }
        let items: Option<Vec<JsValue>> =
            object.downcast_ref::<OrderedSet>().map(|set| set.iter().take(MAX_ENTRIES).cloned().collect());
        if let Some(items) = items {
            return items.iter().map(|item| self.value(item)).collect();
        }
        if object.is::<TypedArray>() {
            let numbers = (0..MAX_ENTRIES).map_while(|index| {
                let number = object.get(index, self.context).ok()?;
                (!number.is_undefined()).then(|| self.value(&number))
            });
            return numbers.collect();
        }
        if object.is_array() { self.array(object) } else { self.members(object) }
    }

    fn array(&mut self, array: &JsObject) -> Value {
        let length =
            stored(array, &js_string!("length").into()).and_then(|length| length.as_number()).unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an array's length is a u32")]
        let length = length as u32;
        let mut items = Vec::new();
        for index in 0..length {
            if items.len() == MAX_ENTRIES || self.left == 0 {
                items.push(format!("… {} more", length - index).into());
                break;
            }
            let item = stored(array, &PropertyKey::from(index)).unwrap_or_default();
            items.push(self.value(&item));
        }
        items.into()
    }

    fn members(&mut self, object: &JsObject) -> Value {
        // Exotic objects can report any number of keys, so only their stored ones are shown.
        let keys = if object.is_ordinary() {
            object.own_property_keys(self.context).unwrap_or_default()
        } else {
            object.borrow().shape().keys()
        };
        let mut members = Map::new();
        let total = keys.len();
        for (index, key) in keys.into_iter().enumerate() {
            if members.len() == MAX_ENTRIES || self.left == 0 {
                members.insert("…".to_owned(), format!("{} more", total - index).into());
                break;
            }
            let name = match &key {
                PropertyKey::String(name) => name.to_std_string_lossy(),
                PropertyKey::Index(index) => index.get().to_string(),
                PropertyKey::Symbol(_) => continue,
            };
            let Some(property) = object.borrow().properties().get(&key) else { continue };
            if !property.enumerable().unwrap_or_default() {
                continue;
            }
            let shown = match property.kind() {
                DescriptorKind::Accessor { .. } => "[Getter]".into(),
                DescriptorKind::Data { .. } | DescriptorKind::Generic => {
                    self.value(property.value().unwrap_or(&JsValue::undefined()))
                }
            };
            members.insert(name, shown);
        }
        members.into()
    }
}

/// Returns a stored property value without calling getters or proxies.
fn stored(object: &JsObject, key: &PropertyKey) -> Option<JsValue> {
    object.borrow().properties().get(key)?.value().cloned()
}

/// Returns a string property of an object or of the nearest prototype that has it. Only getters of the engine are called.
fn stored_text(object: &JsObject, name: &str, context: &mut Context) -> Option<String> {
    const PROTOTYPES: usize = 32;
    let key = PropertyKey::from(JsString::from(name));
    let mut holder = Some(object.clone());
    for _ in 0..PROTOTYPES {
        let object = holder?;
        let property = object.borrow().properties().get(&key);
        if let Some(property) = property {
            let value = match property.get().and_then(JsValue::as_object) {
                Some(getter) if getter.is::<NativeFunctionObject>() => {
                    getter.call(&object.into(), &[], context).ok()?
                }
                _ => property.value()?.clone(),
            };
            return value.as_string().map(|text| text.to_std_string_lossy());
        }
        holder = object.prototype();
    }
    None
}

fn whole(number: f64) -> Value {
    const EXACT: f64 = 1e15;
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 1e15")]
        return (number as i64).into();
    }
    number.into()
}

fn number_in_words(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}
