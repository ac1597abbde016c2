//! Values for the host's tables: JSON with a tag around values that JSON cannot express, so ordinary rows stay ordinary
//! JSON.
//!
//! `{"$n": "…"}` is a BigInt, `{"$d": ms}` a Date, `{"$b": "…"}` bytes in base64, `{"$j": …}` JSON as a value.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use boa_engine::{
    Context, JsBigInt, JsNativeError, JsObject, JsResult, JsString, JsValue, JsVariant,
    builtins::date::Date,
    js_string,
    object::builtins::{JsArray, JsDate, JsUint8Array},
    property::{PropertyDescriptor, PropertyKey},
};
use serde::{
    Deserialize,
    de::{Deserializer, Error as _, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Bounds, Owner, Records, Unserializable, from_json, to_json};
use crate::objects::enumerable_keys;

/// Writes a value with its tag.
///
/// # Errors
/// A `TypeError` for a value that databases cannot store: NaN, an invalid date, a function.
pub(crate) fn tagged(what: &str, value: &JsValue, bounds: Bounds, context: &mut Context) -> JsResult<String> {
    let wrong = |why: &str| JsNativeError::typ().with_message(format!("{what} {why}"));
    match value.variant() {
        JsVariant::Undefined => Err(wrong("is undefined; use null for no value").into()),
        JsVariant::Float64(number) if !number.is_finite() => Err(wrong("is not a finite number").into()),
        JsVariant::BigInt(number) => Ok(format!("{{\"$n\":\"{number}\"}}")),
        JsVariant::Object(object) if object.is::<Date>() => {
            let at = JsDate::from_object(object)?.get_time(context)?.as_number().filter(|at| at.is_finite());
            Ok(format!("{{\"$d\":{}}}", at.ok_or_else(|| wrong("is an invalid date"))?))
        }
        JsVariant::Object(object) => match JsUint8Array::from_object(object) {
            Ok(bytes) => Ok(format!("{{\"$b\":\"{}\"}}", STANDARD.encode(bytes_of(&bytes, bounds, what, context)?))),
            Err(_) => Ok(format!("{{\"$j\":{}}}", plain(what, value, bounds, context)?)),
        },
        JsVariant::Null
        | JsVariant::Boolean(_)
        | JsVariant::Integer32(_)
        | JsVariant::Float64(_)
        | JsVariant::String(_)
        | JsVariant::Symbol(_) => plain(what, value, bounds, context),
    }
}

fn bytes_of(bytes: &JsUint8Array, bounds: Bounds, what: &str, context: &mut Context) -> JsResult<Vec<u8>> {
    let length = bytes.length(context)?;
    if length > bounds.bytes {
        return Err(JsNativeError::typ().with_message(format!("{what} is larger than {} bytes", bounds.bytes)).into());
    }
    let byte = |index| bytes.get(index, context)?.to_uint8(context);
    (0..length as u64).map(byte).collect()
}

/// Writes a value as `JSON.stringify` does.
pub(crate) fn plain(what: &str, value: &JsValue, bounds: Bounds, context: &mut Context) -> JsResult<String> {
    match to_json(value, bounds, context) {
        Ok(Some(json)) => Ok(json.get().to_owned()),
        Ok(None) => Err(JsNativeError::typ().with_message(format!("{what} cannot be stored in a database")).into()),
        Err(Unserializable::Thrown(error)) => Err(error),
        Err(error) => Err(JsNativeError::typ().with_message(format!("{what} cannot be sent: {error}")).into()),
    }
}

/// Writes an object member by member; `each` returns the text of a member, or `None` to leave it out.
pub(crate) fn members(
    object: &JsObject,
    context: &mut Context,
    mut each: impl FnMut(&str, &JsValue, &mut Context) -> JsResult<Option<String>>,
) -> JsResult<String> {
    let mut parts = Vec::new();
    for key in enumerable_keys(object, context)? {
        let value = object.get(PropertyKey::from(key.clone()), context)?;
        let name = key.to_std_string_lossy();
        if let Some(text) = each(&name, &value, context)? {
            parts.push(format!("{}:{text}", serde_json::Value::from(name)));
        }
    }
    Ok(format!("{{{}}}", parts.join(",")))
}

/// The result of a statement.
#[derive(Deserialize)]
struct Rows {
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
    changed: u64,
}

enum Cell {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    Big(String),
    Date(f64),
    Bytes(String),
    Json(Box<RawValue>),
}

/// Converts a reply to an array of row objects, with the number of changed rows as `rowCount`.
pub(crate) fn rows(json: &str, context: &mut Context) -> JsResult<JsValue> {
    let (array, changed) = objects(json, context)?;
    let array = JsArray::from_iter(array, context);
    // Not enumerable, so that the array is a plain one if it is returned or compared.
    let count = PropertyDescriptor::builder().value(changed).writable(true).enumerable(false).configurable(true);
    array.define_property_or_throw(js_string!("rowCount"), count, context)?;
    Ok(array.into())
}

/// Returns the first row of a reply, or null.
pub(crate) fn first_row(json: &str, context: &mut Context) -> JsResult<JsValue> {
    let (rows, _) = objects(json, context)?;
    Ok(rows.into_iter().next().unwrap_or_else(JsValue::null))
}

fn objects(json: &str, context: &mut Context) -> JsResult<(Vec<JsValue>, u64)> {
    let answer: Rows = serde_json::from_str(json)
        .map_err(|error| JsNativeError::error().with_message(format!("the host's rows cannot be read: {error}")))?;
    let records = Records::of(context);
    let mut objects = Vec::with_capacity(answer.rows.len());
    for row in answer.rows {
        let mut members = records.begin(Owner::Run);
        for (name, cell) in answer.columns.iter().zip(row) {
            members.name(name);
            members.value(cell.value(context)?);
        }
        objects.push(members.object(context)?.into());
    }
    Ok((objects, answer.changed))
}

impl Cell {
    fn value(self, context: &mut Context) -> JsResult<JsValue> {
        Ok(match self {
            Self::Null => JsValue::null(),
            Self::Boolean(value) => value.into(),
            Self::Integer(number) => number.into(),
            Self::Number(number) => number.into(),
            Self::Text(text) => JsString::from(text).into(),
            Self::Big(digits) => {
                let number = JsBigInt::from_string(&digits);
                number.map_or_else(|| JsString::from(digits.as_str()).into(), JsValue::from)
            }
            Self::Date(at) => {
                let date = JsDate::new(context);
                date.set_time(at, context)?;
                date.into()
            }
            Self::Bytes(text) => {
                let bytes = STANDARD.decode(text).unwrap_or_default();
                JsUint8Array::from_iter(bytes, context)?.into()
            }
            Self::Json(json) => from_json(json.get(), context)?,
        })
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a row")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Cell, E> {
        Ok(Cell::Boolean(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::Integer(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "larger whole numbers come with a tag")]
    fn visit_u64<E>(self, number: u64) -> Result<Cell, E> {
        Ok(i64::try_from(number).map_or(Cell::Number(number as f64), Cell::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Cell, E> {
        Ok(Cell::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Cell, A::Error> {
        let cell = match members.next_key::<String>()?.as_deref() {
            Some("$n") => Cell::Big(members.next_value()?),
            Some("$d") => Cell::Date(members.next_value()?),
            Some("$b") => Cell::Bytes(members.next_value()?),
            Some("$j") => Cell::Json(members.next_value()?),
            _ => return Err(A::Error::custom("a value has no tag")),
        };
        match members.next_key::<String>()? {
            None => Ok(cell),
            Some(_) => Err(A::Error::custom("a value has two tags")),
        }
    }
}
