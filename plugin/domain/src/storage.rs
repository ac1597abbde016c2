//! The key-value store that the scripts of a tenant share: JSON values, optionally with an expiry time, limited by a quota.

mod change;
mod key_range;
mod quota;

pub use change::{StorageChange, StorageRejection, StoredEntry};
pub use key_range::{InvalidRange, KeyRange};
pub use quota::{StorageFull, StorageQuota, StorageUsage};

use std::fmt;

use async_trait::async_trait;
use serde::Serialize;

use crate::{FieldError, FieldProblem, JsonText, RepositoryError, TenantId, Timestamp};

/// The key of a value: 1 to 255 characters without control characters, not trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct StorageKey(String);

impl StorageKey {
    /// Validates a key.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `key`.
    ///
    /// ```
    /// use iota_scripts_domain::StorageKey;
    /// assert!(StorageKey::parse("last_reminder_run").is_ok());
    /// assert!(StorageKey::parse("").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.is_empty() {
            return Err(FieldError::new("key", FieldProblem::Required, "a key must not be empty"));
        }
        if text.chars().nth(255).is_some() {
            return Err(FieldError::new("key", FieldProblem::TooLong, "a key has at most 255 characters"));
        }
        if text.chars().any(char::is_control) {
            return Err(FieldError::new("key", FieldProblem::Invalid, "a key must not contain control characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StorageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A stored value: JSON of at most [`StoredValue::MAX_BYTES`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct StoredValue(JsonText);

impl StoredValue {
    /// Maximum size of the JSON: 256 KiB.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// Validates the size of a value.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `value`.
    pub fn parse(json: JsonText) -> Result<Self, FieldError> {
        let bytes = json.as_str().len();
        if bytes > Self::MAX_BYTES {
            let message = format!("the value has {bytes} bytes of JSON; the limit is {}", Self::MAX_BYTES);
            return Err(FieldError::new("value", FieldProblem::TooLong, message));
        }
        Ok(Self(json))
    }

    /// Returns the value.
    #[must_use]
    pub const fn json(&self) -> &JsonText {
        &self.0
    }

    /// Returns the bytes that the value and its key count against the quota.
    #[must_use]
    pub fn bytes_under(&self, key: &StorageKey) -> u64 {
        (key.0.len() + self.0.as_str().len()) as u64
    }

    /// Consumes `self` and returns the value.
    #[must_use]
    pub fn into_json(self) -> JsonText {
        self.0
    }
}

/// An error of a change. Nothing was changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StorageError {
    /// The change is not allowed.
    #[error(transparent)]
    Refused(#[from] StorageRejection),
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// Stores values by tenant and key.
#[async_trait]
pub trait StorageRepository: Send + Sync {
    /// Returns a value; `None` if it does not exist or has expired by `now`.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn get(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, RepositoryError>;

    /// Applies a change to one value. Changes of one tenant are serialized: each sees the result of the one before. Returns the new value;
    /// `None` if the condition of the change was not met.
    ///
    /// # Errors
    /// A rejection by the change or the quota, and errors of the store.
    async fn change(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        change: &StorageChange,
        quota: StorageQuota,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, StorageError>;

    /// Removes a value. Returns whether an unexpired one existed.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn delete(&self, tenant: &TenantId, key: &StorageKey, now: Timestamp) -> Result<bool, RepositoryError>;

    /// Returns the unexpired keys of a range, ordered by code points.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn keys(
        &self,
        tenant: &TenantId,
        range: &KeyRange,
        now: Timestamp,
    ) -> Result<Vec<StorageKey>, RepositoryError>;

    /// Returns the size of the tenant's values that have not expired by `now`.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn usage(&self, tenant: &TenantId, now: Timestamp) -> Result<StorageUsage, RepositoryError>;

    /// Removes at most `limit` expired values of all tenants. Returns their number.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn purge_expired(&self, now: Timestamp, limit: u32) -> Result<u64, RepositoryError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_value_is_the_size_of_its_json() {
        let of = |bytes: usize| StoredValue::parse(JsonText::parse(format!("\"{}\"", "x".repeat(bytes - 2))).unwrap());
        assert!(of(StoredValue::MAX_BYTES).is_ok());
        assert_eq!(of(StoredValue::MAX_BYTES + 1).unwrap_err().code, FieldProblem::TooLong);
    }
}
