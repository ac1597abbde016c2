//! A part of a tenant's keys: those that begin alike, after a given one, so many at most.

use super::StorageKey;
use crate::{FieldError, FieldProblem};

/// A page of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    prefix: String,
    after: String,
    limit: u32,
}

/// Nothing that keys could begin with.
pub type InvalidRange = FieldError;

impl KeyRange {
    /// Keys without a wish for fewer or more.
    pub const DEFAULT_LIMIT: u32 = 100;
    /// The most keys at a time.
    pub const MAX_LIMIT: u32 = 1000;

    /// Checks a range; every key begins with nothing.
    ///
    /// # Errors
    /// The mistake, for the field `prefix`, `limit` or `after`.
    ///
    /// ```
    /// use iota_scripts_domain::KeyRange;
    /// assert_eq!(KeyRange::parse("order_", None, None).unwrap().end(), "order`");
    /// assert!(KeyRange::parse("", Some(0.0), None).is_err());
    /// ```
    pub fn parse(prefix: &str, limit: Option<f64>, after: Option<&str>) -> Result<Self, InvalidRange> {
        for (field, text) in [("prefix", prefix), ("after", after.unwrap_or_default())] {
            if !text.is_empty() {
                StorageKey::parse(text).map_err(|error| FieldError { field, ..error })?;
            }
        }
        let limit = match limit {
            None => Self::DEFAULT_LIMIT,
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked by the guard")]
            Some(limit) if limit.fract() == 0.0 && (1.0..=f64::from(Self::MAX_LIMIT)).contains(&limit) => limit as u32,
            Some(_) => {
                let message = format!("the limit is a whole number from 1 to {}", Self::MAX_LIMIT);
                return Err(FieldError::new("limit", FieldProblem::OutOfRange, message));
            }
        };
        Ok(Self { prefix: prefix.to_owned(), after: after.unwrap_or_default().to_owned(), limit })
    }

    /// What the keys begin with, and so the first that can be one of them.
    #[must_use]
    pub fn start(&self) -> &str {
        &self.prefix
    }

    /// The keys come after this one; empty for none.
    #[must_use]
    pub fn after(&self) -> &str {
        &self.after
    }

    /// How many at most.
    #[must_use]
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// The same range after one of its keys.
    #[must_use]
    pub fn following(&self, key: &StorageKey) -> Self {
        Self { after: key.as_str().to_owned(), ..self.clone() }
    }

    /// The first text after all keys of the range, in the order of characters' numbers, which is that of their bytes.
    #[must_use]
    pub fn end(&self) -> String {
        let mut text = self.prefix.clone();
        while let Some(last) = text.pop() {
            if let Some(next) = (last..=char::MAX).nth(1) {
                text.push(next);
                return text;
            }
        }
        // No key is as long as this.
        char::MAX.to_string().repeat(256)
    }

    /// Whether a key lies in the range.
    #[must_use]
    pub fn contains(&self, key: &StorageKey) -> bool {
        key.as_str().starts_with(&self.prefix) && key.as_str() > self.after.as_str()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_begins_with_the_prefix_exactly_if_it_lies_between_start_and_end(
            prefix in "[a-c\u{D7FF}\u{E000}\u{10FFFF}]{0,3}", key in "[a-c\u{D7FF}\u{E000}\u{10FFFF}]{1,5}",
        ) {
            let range = KeyRange::parse(&prefix, None, None).unwrap();
            let between = key.as_str() >= range.start() && key < range.end();
            prop_assert_eq!(between, key.starts_with(&prefix));
            prop_assert_eq!(between, range.contains(&StorageKey::parse(&key).unwrap()));
        }
    }
}
