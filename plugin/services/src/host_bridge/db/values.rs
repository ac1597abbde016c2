//! Values between a script and the host: JSON, with tags for types that JSON lacks.
//!
//! `{"$n": "…"}` is a number with more digits than JavaScript's, `{"$d": ms}` a date, `{"$b": "…"}` bytes in base64, and `{"$j": …}` JSON
//! as a value. All other values are plain JSON.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use iota_scripts_domain::SqlValue;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::Error as _,
    ser::{Error as _, SerializeMap as _},
};
use serde_json::{Value, value::RawValue};

use crate::ports::SqlRows;

/// The largest safe integer of JavaScript.
const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// A value in its tagged form, if it needs one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tagged(pub(super) SqlValue);

impl<'de> Deserialize<'de> for Tagged {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let value = match Value::deserialize(reader)? {
            Value::Null => SqlValue::Null,
            Value::Bool(value) => SqlValue::Boolean(value),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => SqlValue::Integer(whole),
                (None, Some(number)) => SqlValue::Number(number),
                (None, None) => return Err(D::Error::custom("a number is out of range")),
            },
            Value::String(text) => SqlValue::Text(text),
            Value::Object(members) => {
                let mut members = members.into_iter();
                let (Some((tag, value)), None) = (members.next(), members.next()) else {
                    return Err(D::Error::custom("a value has no tag"));
                };
                untagged(&tag, value).ok_or_else(|| D::Error::custom("a value has a wrong tag"))?
            }
            Value::Array(_) => return Err(D::Error::custom("a value has no tag")),
        };
        Ok(Self(value))
    }
}

fn untagged(tag: &str, value: Value) -> Option<SqlValue> {
    match (tag, value) {
        ("$n", Value::String(digits)) => {
            let plain = digits.strip_prefix('-').unwrap_or(&digits);
            let whole = !plain.is_empty() && plain.bytes().all(|digit| digit.is_ascii_digit());
            whole.then(|| digits.parse().map_or(SqlValue::Decimal(digits), SqlValue::Integer))
        }
        ("$d", Value::Number(ms)) => ms.as_i64().map(SqlValue::Timestamp),
        ("$b", Value::String(text)) => STANDARD.decode(text).ok().map(SqlValue::Bytes),
        ("$j", json) => Some(SqlValue::Json(json.to_string())),
        _ => None,
    }
}

/// A result for the script: `{"columns": […], "rows": [[…]], "changed": n}`.
#[derive(Serialize)]
pub(super) struct SqlResult {
    pub(super) columns: Vec<String>,
    #[serde(flatten)]
    #[serde(serialize_with = "write_rows")]
    pub(super) rows: SqlRows,
}

fn write_rows<S: Serializer>(rows: &SqlRows, writer: S) -> Result<S::Ok, S::Error> {
    let mut map = writer.serialize_map(Some(2))?;
    map.serialize_entry("rows", &Rows(&rows.rows))?;
    map.serialize_entry("changed", &rows.changed)?;
    map.end()
}

struct Rows<'r>(&'r [Vec<SqlValue>]);
struct Row<'r>(&'r [SqlValue]);
struct Cell<'r>(&'r SqlValue);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_seq(self.0.iter().map(|row| Row(row)))
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_seq(self.0.iter().map(Cell))
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            SqlValue::Null => writer.serialize_unit(),
            SqlValue::Boolean(value) => writer.serialize_bool(*value),
            SqlValue::Integer(number) if (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(number) => {
                writer.serialize_i64(*number)
            }
            SqlValue::Integer(number) => tag(writer, "$n", &number.to_string()),
            SqlValue::Number(number) if number.is_finite() => writer.serialize_f64(*number),
            SqlValue::Number(number) => writer.serialize_str(&number.to_string()),
            SqlValue::Decimal(text) | SqlValue::Text(text) => writer.serialize_str(text),
            SqlValue::Timestamp(at) => tag(writer, "$d", at),
            SqlValue::Bytes(bytes) => tag(writer, "$b", &STANDARD.encode(bytes)),
            SqlValue::Json(text) => {
                let raw: &RawValue = serde_json::from_str(text).map_err(S::Error::custom)?;
                tag(writer, "$j", raw)
            }
        }
    }
}

fn tag<S: Serializer, T: Serialize + ?Sized>(writer: S, tag: &str, value: &T) -> Result<S::Ok, S::Error> {
    let mut map = writer.serialize_map(Some(1))?;
    map.serialize_entry(tag, value)?;
    map.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<SqlValue> {
        serde_json::from_str(json).ok().map(|Tagged(value)| value)
    }

    #[test]
    fn values_survive_a_round_trip() {
        for value in [
            SqlValue::Null,
            SqlValue::Boolean(true),
            SqlValue::Integer(-MAX_SAFE_INTEGER),
            SqlValue::Integer(i64::MAX),
            SqlValue::Number(1.5),
            SqlValue::Text("{\"$n\": \"1\"}".to_owned()),
            SqlValue::Timestamp(-1),
            SqlValue::Bytes(vec![0, 255]),
            SqlValue::Json("{\"a\":[1,null]}".to_owned()),
        ] {
            let written = serde_json::to_string(&Cell(&value)).unwrap();
            assert_eq!(read(&written), Some(value), "{written}");
        }
    }

    #[test]
    fn values_with_missing_or_wrong_tags_are_rejected() {
        for json in
            ["{}", "[]", r#"{"a": 1}"#, r#"{"$n": "1e5"}"#, r#"{"$n": "-"}"#, r#"{"$d": "x"}"#, r#"{"$b": "*"}"#]
        {
            assert_eq!(read(json), None, "{json}");
        }
        assert_eq!(
            read(r#"{"$n": "123456789012345678901"}"#),
            Some(SqlValue::Decimal("123456789012345678901".to_owned()))
        );
    }

    #[test]
    fn rows_are_lists_with_one_list_of_columns() {
        let rows = SqlRows { rows: vec![vec![SqlValue::Integer(1), SqlValue::Null]], changed: 0 };
        let answer = SqlResult { columns: vec!["id".to_owned(), "name".to_owned()], rows };
        let expected = r#"{"columns":["id","name"],"rows":[[1,null]],"changed":0}"#;
        assert_eq!(serde_json::to_string(&answer).unwrap(), expected);
    }
}
