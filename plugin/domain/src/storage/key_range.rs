//! A page of a tenant's keys: those with a prefix, after a given key, up to a limit.

use super::StorageKey;
use crate::{FieldError, FieldProblem};

/// A page of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    prefix: String,
    after: String,
    limit: u32,
}

/// The error of an invalid range.
pub type InvalidRange = FieldError;

impl KeyRange {
    /// Default number of keys.
    pub const DEFAULT_LIMIT: u32 = 100;
    /// Maximum number of keys.
    pub const MAX_LIMIT: u32 = 1000;

    /// Validates a range. The empty prefix matches every key.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `prefix`, `limit` or `after`.
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
                let message = format!("the limit must be an integer from 1 to {}", Self::MAX_LIMIT);
                return Err(FieldError::new("limit", FieldProblem::OutOfRange, message));
            }
        };
        Ok(Self { prefix: prefix.to_owned(), after: after.unwrap_or_default().to_owned(), limit })
    }

    /// Returns the prefix, which is the first possible key.
    #[must_use]
    pub fn start(&self) -> &str {
        &self.prefix
    }

    /// Returns the key after which the range starts; empty to start at the first.
    #[must_use]
    pub fn after(&self) -> &str {
        &self.after
    }

    /// Returns the maximum number of keys.
    #[must_use]
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// Returns the rest of the range after `key`.
    #[must_use]
    pub fn following(&self, key: &StorageKey) -> Self {
        Self { after: key.as_str().to_owned(), ..self.clone() }
    }

    /// Returns the upper bound of the range, exclusive. Keys are ordered by code points, which is the order of their UTF-8 bytes.
    #[must_use]
    pub fn end(&self) -> String {
        let mut text = self.prefix.clone();
        while let Some(last) = text.pop() {
            if let Some(next) = (last..=char::MAX).nth(1) {
                text.push(next);
                return text;
            }
        }
        // Longer than any key.
        char::MAX.to_string().repeat(256)
    }

    /// Returns whether a key is in the range.
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
        fn a_key_has_the_prefix_iff_it_is_between_start_and_end(
            prefix in "[a-c\u{D7FF}\u{E000}\u{10FFFF}]{0,3}", key in "[a-c\u{D7FF}\u{E000}\u{10FFFF}]{1,5}",
        ) {
            let range = KeyRange::parse(&prefix, None, None).unwrap();
            let between = key.as_str() >= range.start() && key < range.end();
            prop_assert_eq!(between, key.starts_with(&prefix));
            prop_assert_eq!(between, range.contains(&StorageKey::parse(&key).unwrap()));
        }
    }
}
