//! What may be done to a value, as a rule from what is there to what comes after. Who holds the value meanwhile is the repository's care.

use serde_json::Value;

use super::{StorageFull, StoredValue};
use crate::{JsonText, Timestamp};

/// The largest whole number that JavaScript counts exactly to.
const MAX_COUNT: f64 = 9_007_199_254_740_991.0;

/// A value and the moment from which it is not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The value.
    pub value: StoredValue,
    /// Without it the value stays.
    pub expires_at: Option<Timestamp>,
}

/// A change of one value.
#[derive(Debug, Clone, PartialEq)]
pub enum StorageChange {
    /// In place of whatever was there.
    Set(Held),
    /// Only in place of a value that equals this one; `null` stands for nothing, as it does when a value is read.
    SetIf {
        /// What must be there.
        expected: JsonText,
        /// What comes in its place.
        held: Held,
    },
    /// A number that is so much larger; nothing counts as 0. A number that is there keeps its own end.
    Increment {
        /// How much.
        by: f64,
        /// When a number that begins now ends.
        expires_at: Option<Timestamp>,
    },
}

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageRefusal {
    /// Only numbers can be incremented.
    #[error("the value is no number, so nothing can be added to it")]
    NotANumber,
    /// JavaScript could not count on from there.
    #[error("the number would be larger than JavaScript counts exactly")]
    OutOfRange,
    /// The tenant's store is full.
    #[error(transparent)]
    Quota(#[from] StorageFull),
}

impl StorageChange {
    /// What is to be there instead of what is there; none to leave it.
    ///
    /// # Errors
    /// What the value's kind refuses.
    pub fn apply(&self, present: Option<&Held>) -> Result<Option<Held>, StorageRefusal> {
        match self {
            Self::Set(held) => Ok(Some(held.clone())),
            Self::SetIf { expected, held } => {
                let present = present.map_or(Value::Null, |present| present.value.json().to_value());
                Ok(same(&present, &expected.to_value()).then(|| held.clone()))
            }
            Self::Increment { by, expires_at } => {
                let (before, expires_at) = match present {
                    None => (0.0, *expires_at),
                    Some(present) => (number(&present.value)?, present.expires_at),
                };
                Ok(Some(Held { value: count(before + by)?, expires_at }))
            }
        }
    }
}

fn number(value: &StoredValue) -> Result<f64, StorageRefusal> {
    match value.json().to_value() {
        Value::Null => Ok(0.0),
        value => value.as_f64().ok_or(StorageRefusal::NotANumber),
    }
}

fn count(sum: f64) -> Result<StoredValue, StorageRefusal> {
    if !sum.is_finite() || sum.abs() > MAX_COUNT {
        return Err(StorageRefusal::OutOfRange);
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number within the range checked just above")]
    let json = if sum.fract() == 0.0 { Value::from(sum as i64) } else { Value::from(sum) };
    StoredValue::parse(JsonText::from(&json)).map_err(|_| StorageRefusal::OutOfRange)
}

/// Equal as JavaScript's values are: `1` is `1.0`, and the order of keys says nothing.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| right.get(name).is_some_and(|right| same(left, right)))
        }
        (left, right) => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(json: &str) -> Held {
        let value = StoredValue::parse(JsonText::parse(json.to_owned()).unwrap()).unwrap();
        Held { value, expires_at: Some(Timestamp::from_micros(7)) }
    }

    fn text(result: Result<Option<Held>, StorageRefusal>) -> Option<String> {
        result.unwrap().map(|held| held.value.json().as_str().to_owned())
    }

    #[test]
    fn a_number_grows_and_keeps_its_end() {
        let change = |by| StorageChange::Increment { by, expires_at: None };
        assert_eq!(text(change(1.0).apply(None)), Some("1".into()));
        assert_eq!(text(change(-2.5).apply(Some(&held("1.0")))), Some("-1.5".into()));
        assert_eq!(change(1.0).apply(Some(&held("1"))).unwrap().unwrap().expires_at, Some(Timestamp::from_micros(7)));
        assert_eq!(change(1.0).apply(Some(&held("\"1\""))), Err(StorageRefusal::NotANumber));
        assert_eq!(change(1.0).apply(Some(&held("9007199254740991"))), Err(StorageRefusal::OutOfRange));
        assert_eq!(change(f64::NAN).apply(None), Err(StorageRefusal::OutOfRange));
    }

    #[test]
    fn a_value_is_replaced_only_where_it_is_the_expected_one() {
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
