//! Changes of a stored value, as pure functions from the old entry to the new one. The repository does the locking.

use serde_json::Value;

use super::{StorageFull, StoredValue};
use crate::{JsonText, Timestamp};

/// JavaScript's `Number.MAX_SAFE_INTEGER`.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// A stored value and its expiry time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The value.
    pub value: StoredValue,
    /// Expiry time; `None` if the value does not expire.
    pub expires_at: Option<Timestamp>,
}

/// A change of one value.
#[derive(Debug, Clone, PartialEq)]
pub enum StorageChange {
    /// Replaces any existing entry.
    Set(StoredEntry),
    /// Replaces the entry only if its value equals `expected`. `null` matches a missing entry, as in reads.
    SetIf {
        /// Required current value.
        expected: JsonText,
        /// New entry.
        held: StoredEntry,
    },
    /// Adds to a number. A missing value counts as 0. An existing number keeps its expiry time.
    Increment {
        /// Amount to add.
        by: f64,
        /// Expiry time if the value is new.
        expires_at: Option<Timestamp>,
    },
}

/// A change that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageRejection {
    /// The value is not a number, so it cannot be incremented.
    #[error("the value is not a number and cannot be incremented")]
    NotANumber,
    /// The result is beyond JavaScript's safe integers.
    #[error("the result exceeds Number.MAX_SAFE_INTEGER (9007199254740991)")]
    OutOfRange,
    /// The tenant's storage is full.
    #[error(transparent)]
    Quota(#[from] StorageFull),
}

impl StorageChange {
    /// Computes the new entry from the current one; `None` leaves it unchanged.
    ///
    /// # Errors
    /// [`StorageRejection::NotANumber`] and [`StorageRejection::OutOfRange`].
    pub fn apply(&self, present: Option<&StoredEntry>) -> Result<Option<StoredEntry>, StorageRejection> {
        match self {
            Self::Set(held) => Ok(Some(held.clone())),
            Self::SetIf { expected, held } => {
                let present = present.map_or(Value::Null, |present| present.value.json().to_value());
                Ok(equal(&present, &expected.to_value()).then(|| held.clone()))
            }
            Self::Increment { by, expires_at } => {
                let (before, expires_at) = match present {
                    None => (0.0, *expires_at),
                    Some(present) => (number(&present.value)?, present.expires_at),
                };
                Ok(Some(StoredEntry { value: to_stored(before + by)?, expires_at }))
            }
        }
    }
}

fn number(value: &StoredValue) -> Result<f64, StorageRejection> {
    match value.json().to_value() {
        Value::Null => Ok(0.0),
        value => value.as_f64().ok_or(StorageRejection::NotANumber),
    }
}

fn to_stored(sum: f64) -> Result<StoredValue, StorageRejection> {
    if !sum.is_finite() || sum.abs() > MAX_SAFE_INTEGER {
        return Err(StorageRejection::OutOfRange);
    }
    #[expect(clippy::cast_possible_truncation, reason = "an integer within the range checked just above")]
    let json = if sum.fract() == 0.0 { Value::from(sum as i64) } else { Value::from(sum) };
    StoredValue::parse(JsonText::from(&json)).map_err(|_| StorageRejection::OutOfRange)
}

/// Compares values as JavaScript does: `1` equals `1.0`, and the order of keys does not matter.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| right.get(name).is_some_and(|right| equal(left, right)))
        }
        (left, right) => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(json: &str) -> StoredEntry {
        let value = StoredValue::parse(JsonText::parse(json.to_owned()).unwrap()).unwrap();
        StoredEntry { value, expires_at: Some(Timestamp::from_micros(7)) }
    }

    fn text(result: Result<Option<StoredEntry>, StorageRejection>) -> Option<String> {
        result.unwrap().map(|held| held.value.json().as_str().to_owned())
    }

    #[test]
    fn incrementing_keeps_the_expiry_time() {
        let change = |by| StorageChange::Increment { by, expires_at: None };
        assert_eq!(text(change(1.0).apply(None)), Some("1".into()));
        assert_eq!(text(change(-2.5).apply(Some(&held("1.0")))), Some("-1.5".into()));
        assert_eq!(change(1.0).apply(Some(&held("1"))).unwrap().unwrap().expires_at, Some(Timestamp::from_micros(7)));
        assert_eq!(change(1.0).apply(Some(&held("\"1\""))), Err(StorageRejection::NotANumber));
        assert_eq!(change(1.0).apply(Some(&held("9007199254740991"))), Err(StorageRejection::OutOfRange));
        assert_eq!(change(f64::NAN).apply(None), Err(StorageRejection::OutOfRange));
    }

    #[test]
    fn set_if_replaces_only_the_expected_value() {
        let if_it_is = |expected: &str| StorageChange::SetIf {
            expected: JsonText::parse(expected.to_owned()).unwrap(),
            held: held("2"),
        };
        assert_eq!(text(if_it_is("null").apply(None)), Some("2".into()));
        assert_eq!(text(if_it_is("null").apply(Some(&held("1")))), None);
        assert_eq!(
            text(if_it_is("{\"b\": [1.0], \"a\": 2}").apply(Some(&held("{\"a\":2,\"b\":[1]}")))),
            Some("2".into())
        );
        for other in ["{\"a\":2}", "{\"a\":2,\"b\":[1,1]}", "{\"a\":2,\"c\":[1]}", "\"x\"", "null"] {
            assert_eq!(text(if_it_is(other).apply(Some(&held("{\"a\":2,\"b\":[1]}")))), None, "{other}");
        }
    }
}
