//! JSON kept as text. Inputs and results of runs are validated once and passed on unchanged, without building a tree of values.

use std::sync::Arc;

use memchr::memchr2;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// One JSON value as text. Clones share the text.
#[derive(Debug, Clone)]
pub struct JsonText(Arc<RawValue>);

impl Serialize for JsonText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::from)
    }
}

impl JsonText {
    /// Parses a text that must be one JSON value.
    ///
    /// # Errors
    /// serde's error, with line and column.
    ///
    /// ```
    /// use iota_scripts_domain::JsonText;
    /// assert_eq!(JsonText::parse("[1, 2]".to_owned()).unwrap().as_str(), "[1, 2]");
    /// assert!(JsonText::parse("[1,".to_owned()).is_err());
    /// ```
    pub fn parse(text: String) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(Self::from)
    }

    /// Returns `[]`.
    #[must_use]
    pub fn empty_list() -> Self {
        Self::from(&serde_json::Value::Array(Vec::new()))
    }

    /// Returns `null`.
    #[must_use]
    pub fn null() -> Self {
        Self::from(RawValue::NULL.to_owned())
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Parses the text into a [`Value`]; `null` if that is not possible, such as for a number that no type can hold.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::from_str(self.as_str()).unwrap_or(Value::Null)
    }

    /// Returns the nesting depth of arrays and objects: 0 for `1`, 1 for `[1]`. Scans the text once, without recursion.
    ///
    /// ```
    /// use iota_scripts_domain::JsonText;
    /// assert_eq!(JsonText::parse(r#"{"a": ["]", {"b": 1}]}"#.to_owned()).unwrap().depth(), 3);
    /// ```
    #[must_use]
    pub fn depth(&self) -> u64 {
        let (mut depth, mut deepest) = (0_u64, 0);
        let mut rest = self.as_str().as_bytes();
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            match byte {
                b'[' | b'{' => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                // Brackets in a string do not nest.
                b'"' => rest = after_string(rest),
                _ => {}
            }
        }
        deepest
    }

    /// Returns the text as serde's type.
    #[must_use]
    pub fn as_raw(&self) -> &RawValue {
        &self.0
    }
}

/// Skips the rest of a string, from after its opening quote, and returns the bytes that follow its closing quote.
fn after_string(mut bytes: &[u8]) -> &[u8] {
    loop {
        match memchr2(b'"', b'\\', bytes) {
            Some(at) if bytes[at] == b'"' => return &bytes[at + 1..],
            Some(at) => bytes = bytes.get(at + 2..).unwrap_or_default(),
            None => return &[],
        }
    }
}

impl From<Box<RawValue>> for JsonText {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw.into())
    }
}

impl From<&Value> for JsonText {
    fn from(value: &Value) -> Self {
        // Writing a `Value` cannot fail: its keys are strings and its numbers finite.
        serde_json::value::to_raw_value(value).map_or_else(|_| Self::null(), Self::from)
    }
}

/// Compares the texts: `1` and `1.0` differ.
impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.as_str() == other.as_str()
    }
}

impl Eq for JsonText {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![any::<i64>().prop_map(Value::from), ".{0,6}".prop_map(Value::from), Just(Value::Null)];
        leaf.prop_recursive(6, 32, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec(("[\\\\\"\\[{]{0,4}", inner), 0..3).prop_map(|pairs| pairs.into_iter().collect()),
            ]
        })
    }

    fn depth(value: &Value) -> u64 {
        match value {
            Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
            Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    proptest! {
        #[test]
        fn depth_of_a_text_equals_the_depth_of_its_value(value in any_json()) {
            prop_assert_eq!(JsonText::from(&value).depth(), depth(&value));
        }
    }
}
