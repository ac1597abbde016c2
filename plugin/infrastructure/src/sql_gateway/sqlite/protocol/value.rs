//! The wire form of a value of a statement or row.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use iota_scripts_domain::SqlValue;
use serde::{Deserialize, Serialize};

/// A value. Its tag is one letter, because messages contain many values.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::sql_gateway::sqlite) enum Value {
    #[serde(rename = "0")]
    Null,
    #[serde(rename = "b")]
    Boolean(bool),
    #[serde(rename = "i")]
    Integer(i64),
    /// The bits of the number, because JSON cannot represent infinity.
    #[serde(rename = "n")]
    Number(u64),
    #[serde(rename = "d")]
    Decimal(String),
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "m")]
    Timestamp(i64),
    /// In base64.
    #[serde(rename = "y")]
    Bytes(String),
    #[serde(rename = "j")]
    Json(String),
}

impl From<SqlValue> for Value {
    fn from(value: SqlValue) -> Self {
        match value {
            SqlValue::Null => Self::Null,
            SqlValue::Boolean(value) => Self::Boolean(value),
            SqlValue::Integer(number) => Self::Integer(number),
            SqlValue::Number(number) => Self::Number(number.to_bits()),
            SqlValue::Decimal(digits) => Self::Decimal(digits),
            SqlValue::Text(text) => Self::Text(text),
            SqlValue::Timestamp(at_ms) => Self::Timestamp(at_ms),
            SqlValue::Bytes(bytes) => Self::Bytes(STANDARD.encode(bytes)),
            SqlValue::Json(text) => Self::Json(text),
        }
    }
}

impl Value {
    /// Decodes the value; `None` if its text is not valid base64.
    pub(super) fn read(self) -> Option<SqlValue> {
        Some(match self {
            Self::Null => SqlValue::Null,
            Self::Boolean(value) => SqlValue::Boolean(value),
            Self::Integer(number) => SqlValue::Integer(number),
            Self::Number(bits) => SqlValue::Number(f64::from_bits(bits)),
            Self::Decimal(digits) => SqlValue::Decimal(digits),
            Self::Text(text) => SqlValue::Text(text),
            Self::Timestamp(at_ms) => SqlValue::Timestamp(at_ms),
            Self::Bytes(text) => SqlValue::Bytes(STANDARD.decode(text).ok()?),
            Self::Json(text) => SqlValue::Json(text),
        })
    }
}
