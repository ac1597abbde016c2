//! JSON text to JavaScript values, built while it is read.

use std::fmt;

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, JsString, JsValue, object::builtins::JsArray, property::PropertyKey,
};

use super::plain_object;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Parses a JSON text into fresh JavaScript values. The reader refuses texts that nest more than 127 deep.
///
/// # Errors
/// A `SyntaxError` when the text is no JSON.
pub fn from_json(text: &str, context: &mut Context) -> JsResult<JsValue> {
    let mut reader = serde_json::Deserializer::from_str(text);
    Seed { context }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)).map_err(|error| {
        JsError::from(JsNativeError::syntax().with_message(format!("the text is not valid JSON: {error}")))
    })
}

struct Seed<'c> {
    context: &'c mut Context,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = JsValue;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<JsValue, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = JsValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<JsValue, E> {
        Ok(JsValue::null())
    }

    fn visit_bool<E>(self, value: bool) -> Result<JsValue, E> {
        Ok(JsValue::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<JsValue, E> {
        Ok(JsValue::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<JsValue, E> {
        Ok(JsValue::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<JsValue, E> {
        Ok(JsValue::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<JsValue, E> {
        Ok(JsString::from(value).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<JsValue, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Seed { context: &mut *self.context })? {
            values.push(value);
        }
        Ok(JsArray::from_iter(values, self.context).into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<JsValue, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = entries.next_key_seed(Key)? {
            members.push((key, entries.next_value_seed(Seed { context: &mut *self.context })?));
        }
        Ok(plain_object(members.into_iter(), self.context).into())
    }
}

/// The name of a member.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = PropertyKey;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<PropertyKey, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = PropertyKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<PropertyKey, E> {
        Ok(JsString::from(name).into())
    }
}
