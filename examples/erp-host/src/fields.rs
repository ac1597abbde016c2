//! Reads one JSON object field by field, so that an error names the first invalid field: `items[2].quantity must be …`.
//!
//! Used for API bodies, forms and the arguments of service calls. Unknown fields are rejected.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::clock;
use crate::error::AppError;
use crate::money::Money;

/// An object being read.
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    prefix: String,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Starts reading a request body or an argument.
    pub fn of(value: &'a Value) -> Result<Self, AppError> {
        Self::at("", value)
    }

    /// Starts reading a nested object; `path` is its name in errors.
    pub fn at(path: &str, value: &'a Value) -> Result<Self, AppError> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
        match value {
            Value::Object(object) => Ok(Self { object, prefix, known: Vec::new() }),
            other => {
                let message = format!("{} must be an object, not {}", name_of(path), kind(other));
                Err(AppError::Validation { field: (!path.is_empty()).then(|| path.to_owned()), message })
            }
        }
    }

    /// A required text, trimmed, of 1 to `max` characters.
    pub fn text(&mut self, name: &'static str, max: usize) -> Result<String, AppError> {
        self.optional_text(name, max)?.ok_or_else(|| self.missing(name))
    }

    /// An optional text; it may be missing, null or empty.
    pub fn optional_text(&mut self, name: &'static str, max: usize) -> Result<Option<String>, AppError> {
        let text = match self.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.trim(),
            Some(other) => return Err(self.wrong(name, &format!("must be a text, not {}", kind(other)))),
        };
        if text.chars().count() > max {
            return Err(self.wrong(name, &format!("must have at most {max} characters")));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// One of several words; the first is the default.
    pub fn word(&mut self, name: &'static str, words: &[&'static str]) -> Result<&'static str, AppError> {
        match self.optional_text(name, 40)? {
            None => Ok(words.first().copied().unwrap_or_default()),
            Some(text) => words
                .iter()
                .copied()
                .find(|word| *word == text)
                .ok_or_else(|| self.wrong(name, &format!("must be one of {}, not {text:?}", words.join(", ")))),
        }
    }

    /// A required amount of money that is not negative.
    pub fn money(&mut self, name: &'static str) -> Result<Money, AppError> {
        self.optional_money(name)?.ok_or_else(|| self.missing(name))
    }

    /// An optional amount of money.
    pub fn optional_money(&mut self, name: &'static str) -> Result<Option<Money>, AppError> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match Money::parse(value) {
                Some(amount) if amount >= Money::ZERO => Ok(Some(amount)),
                _ => Err(self.wrong(name, "must be an amount of money: a non-negative number below 100 billion")),
            },
        }
    }

    /// A required integer within bounds.
    pub fn int(&mut self, name: &'static str, min: i64, max: i64) -> Result<i64, AppError> {
        self.optional_int(name, min, max)?.ok_or_else(|| self.missing(name))
    }

    /// An optional integer. A text of digits is accepted, because forms send texts.
    pub fn optional_int(&mut self, name: &'static str, min: i64, max: i64) -> Result<Option<i64>, AppError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = match value {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a float is taken only when it is a small whole number"
            )]
            Value::Number(number) => number.as_i64().or_else(|| {
                number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1e15).map(|float| float as i64)
            }),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        number
            .filter(|number| (min..=max).contains(number))
            .map(Some)
            .ok_or_else(|| self.wrong(name, &format!("must be a whole number from {min} to {max}")))
    }

    /// An optional date such as `2026-01-31`. A full time counts as its day.
    pub fn optional_date(&mut self, name: &'static str) -> Result<Option<String>, AppError> {
        let Some(text) = self.optional_text(name, 40)? else { return Ok(None) };
        let day = text.get(..10).and_then(clock::parse_date);
        let rest_is_time = text.len() == 10 || clock::parse(&text, chrono_tz::Tz::UTC).is_some();
        match day {
            Some(day) if rest_is_time => Ok(Some(day.to_string())),
            _ => Err(self.wrong(name, "must be a date like 2026-01-31")),
        }
    }

    /// A required list, of 1 to `max` entries.
    pub fn list(&mut self, name: &'static str, max: usize) -> Result<&'a [Value], AppError> {
        match self.get(name) {
            Some(Value::Array(entries)) if entries.is_empty() => Err(self.wrong(name, "must not be empty")),
            Some(Value::Array(entries)) if entries.len() > max => {
                Err(self.wrong(name, &format!("must have at most {max} entries")))
            }
            Some(Value::Array(entries)) => Ok(entries),
            Some(other) => Err(self.wrong(name, &format!("must be a list, not {}", kind(other)))),
            None => Err(self.missing(name)),
        }
    }

    /// An optional value of any type; null counts as missing.
    pub fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// Rejects fields that were not read.
    pub fn finish(self) -> Result<(), AppError> {
        match self.object.keys().find(|key| !self.known.contains(&key.as_str())) {
            Some(key) => {
                let message = format!("unknown field {}{key}; expected one of {}", self.prefix, self.known.join(", "));
                Err(AppError::field(format!("{}{key}", self.prefix), message))
            }
            None => Ok(()),
        }
    }

    /// The error for a field with an invalid value.
    pub fn wrong(&self, name: &str, rule: &str) -> AppError {
        let field = format!("{}{name}", self.prefix);
        let message = format!("{field} {rule}");
        AppError::field(field, message)
    }

    fn missing(&self, name: &str) -> AppError {
        self.wrong(name, "is required")
    }
}

/// Converts a form to the object that `Fields` reads.
pub fn form_object(form: HashMap<String, String>) -> Value {
    Value::Object(form.into_iter().map(|(name, text)| (name, Value::String(text))).collect())
}

/// The name of a JSON value's type, for a message.
pub const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn name_of(path: &str) -> &str {
    if path.is_empty() { "the input" } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_wrong_field_is_named() {
        let value = json!({ "name": 5 });
        let mut fields = Fields::at("items[2]", &value).expect("an object");
        let error = fields.text("name", 10).expect_err("a number is not a text");
        assert_eq!(error.field_name(), Some("items[2].name"));
        assert_eq!(error.to_string(), "items[2].name must be a text, not a number");
    }

    #[test]
    fn unknown_fields_are_refused() {
        let value = json!({ "name": "A", "nmae": "B" });
        let mut fields = Fields::of(&value).expect("an object");
        fields.text("name", 10).expect("a name");
        assert_eq!(fields.finish().expect_err("unknown").field_name(), Some("nmae"));
    }

    #[test]
    fn numbers_are_whole_and_within_bounds() {
        let value = json!({ "a": 3.0, "b": "4", "c": 2.5, "d": 11 });
        let mut fields = Fields::of(&value).expect("an object");
        assert_eq!(fields.int("a", 1, 10).expect("3"), 3);
        assert_eq!(fields.int("b", 1, 10).expect("4"), 4);
        assert!(fields.int("c", 1, 10).is_err());
        assert!(fields.int("d", 1, 10).is_err());
    }

    #[test]
    fn a_full_time_counts_as_its_day() {
        let value = json!({ "a": "2026-01-31T10:00:00.000Z", "b": "2026-01-31 soon", "c": "31.01.2026" });
        let mut fields = Fields::of(&value).expect("an object");
        assert_eq!(fields.optional_date("a").expect("a day").as_deref(), Some("2026-01-31"));
        assert!(fields.optional_date("b").is_err());
        assert!(fields.optional_date("c").is_err());
    }
}
