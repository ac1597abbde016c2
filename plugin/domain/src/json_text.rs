//! JSON that passes through as text: inputs and results of runs are checked once, kept as they were written, and never rebuilt.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// One JSON value as its own text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonText(Box<RawValue>);

impl JsonText {
    /// Checks that a text is one JSON value.
    ///
    /// # Errors
    /// serde's reason, with line and column.
    ///
    /// ```
    /// use iota_scripts_domain::JsonText;
    /// assert_eq!(JsonText::parse("[1, 2]".to_owned()).unwrap().as_str(), "[1, 2]");
    /// assert!(JsonText::parse("[1,".to_owned()).is_err());
    /// ```
    pub fn parse(text: String) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(Self)
    }

    /// `[]`
    #[must_use]
    pub fn empty_list() -> Self {
        Self::from(&serde_json::Value::Array(Vec::new()))
    }

    /// `null`
    #[must_use]
    pub fn null() -> Self {
        Self(RawValue::NULL.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The value, taken apart. Text that cannot be a [`Value`] (a number beyond every type) is `null`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::from_str(self.as_str()).unwrap_or(Value::Null)
    }

    /// The text as serde's own type.
    #[must_use]
    pub fn into_raw(self) -> Box<RawValue> {
        self.0
    }
}

impl From<Box<RawValue>> for JsonText {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw)
    }
}

impl From<&Value> for JsonText {
    fn from(value: &Value) -> Self {
        // Writing a `Value` cannot fail: its keys are strings and its numbers finite.
        serde_json::value::to_raw_value(value).map_or_else(|_| Self::null(), Self)
    }
}

/// Equal when the texts are: `1` and `1.0` differ.
impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for JsonText {}
