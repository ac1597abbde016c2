//! JSON text to JavaScript values, built while the text is read.

use std::fmt;

use boa_engine::{Context, JsError, JsNativeError, JsResult, JsString, JsValue, object::builtins::JsArray};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::records::{Members, Owner, Records};
use crate::objects::freeze;

/// Parses a JSON text into new JavaScript values. Texts that nest more than 127 deep are refused.
///
/// # Errors
/// A `SyntaxError` if the text is not valid JSON.
pub fn from_json(text: &str, context: &mut Context) -> JsResult<JsValue> {
    read(text, Owner::Run, context)
}

/// Parses a JSON text into values that all runs share, which are read-only at every level.
///
/// # Errors
/// As for [`from_json`].
pub(crate) fn shared_from_json(text: &str, context: &mut Context) -> JsResult<JsValue> {
    read(text, Owner::Isolate, context)
}

fn read(text: &str, owner: Owner, context: &mut Context) -> JsResult<JsValue> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let records = Records::of(context);
    Seed { owner, records: &records, context }
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| {
            JsError::from(JsNativeError::syntax().with_message(format!("the text is not valid JSON: {error}")))
        })
}

struct Seed<'c> {
    owner: Owner,
    records: &'c Records,
    context: &'c mut Context,
}

impl Seed<'_> {
    /// Returns a seed for a nested value.
    const fn within(&mut self) -> Seed<'_> {
        Seed { owner: self.owner, records: self.records, context: &mut *self.context }
    }
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

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<JsValue, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(self.within())? {
            values.push(value);
        }
        let array = JsArray::from_iter(values, self.context);
        if self.owner == Owner::Isolate {
            freeze(&array, self.context).map_err(A::Error::custom)?;
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<JsValue, A::Error> {
        let mut members = self.records.begin(self.owner);
        while entries.next_key_seed(Key(&mut members))?.is_some() {
            let value = entries.next_value_seed(self.within())?;
            members.value(value);
        }
        members.object(self.context).map(JsValue::from).map_err(A::Error::custom)
    }
}

/// Deserializes the name of a member.
struct Key<'m>(&'m mut Members);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<(), E> {
        self.0.name(name);
        Ok(())
    }
}
