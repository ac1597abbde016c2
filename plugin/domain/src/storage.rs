//! The key-value store that scripts of a tenant share: JSON values that may expire, within a quota.

mod change;
mod key_range;
mod quota;

pub use change::{Held, StorageChange, StorageRefusal};
pub use key_range::{InvalidRange, KeyRange};
pub use quota::{StorageFull, StorageQuota, StorageUsage};

use std::fmt;

use async_trait::async_trait;
use serde::Serialize;

use crate::{FieldError, FieldProblem, JsonText, RepositoryError, TenantId, Timestamp};

/// The name of a value: 1 to 255 characters without control characters; nothing is trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct StorageKey(String);

impl StorageKey {
    /// Checks a key.
    ///
    /// # Errors
    /// The mistake, for the field `key`.
    ///
    /// ```
    /// use iota_scripts_domain::StorageKey;
    /// assert!(StorageKey::parse("last_reminder_run").is_ok());
    /// assert!(StorageKey::parse("").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.is_empty() {
            return Err(FieldError::new("key", FieldProblem::Required, "a key is not empty"));
        }
        if text.chars().nth(255).is_some() {
            return Err(FieldError::new("key", FieldProblem::TooLong, "a key has at most 255 characters"));
        }
        if text.chars().any(char::is_control) {
            return Err(FieldError::new("key", FieldProblem::Invalid, "a key has no control characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The key.
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
    /// 256 KiB.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// Checks the size of a value.
    ///
    /// # Errors
    /// The mistake, for the field `value`.
    pub fn parse(json: JsonText) -> Result<Self, FieldError> {
        let bytes = json.as_str().len();
        if bytes > Self::MAX_BYTES {
            let message = format!("the value has {bytes} bytes of JSON; the limit is {}", Self::MAX_BYTES);
            return Err(FieldError::new("value", FieldProblem::TooLong, message));
        }
        Ok(Self(json))
    }

    /// The value.
    #[must_use]
    pub const fn json(&self) -> &JsonText {
        &self.0
    }

    /// What a value under a key counts against the quota.
    #[must_use]
    pub fn bytes_under(&self, key: &StorageKey) -> u64 {
        (key.0.len() + self.0.as_str().len()) as u64
    }

    /// The value, taken out.
    #[must_use]
    pub fn into_json(self) -> JsonText {
        self.0
    }
}

/// Why a value was not changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StorageError {
    /// A rule says no; nothing was changed.
    #[error(transparent)]
    Refused(#[from] StorageRefusal),
    /// The store could not answer.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

/// Keeps values by tenant and key.
#[async_trait]
pub trait StorageRepository: Send + Sync {
    /// The value, unless there is none or it has expired by `now`.
    ///
    /// # Errors
    /// Only those of the store.
    async fn get(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, RepositoryError>;

    /// Changes one value, alone: changes of one tenant follow each other, and each sees what the one before left. The value that is
    /// there by now; none when the change did not want to be made.
    ///
    /// # Errors
    /// What the change or the quota refuses, and those of the store.
    async fn change(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        change: &StorageChange,
        quota: StorageQuota,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, StorageError>;

    /// Removes a value; whether there was one that had not expired.
    ///
    /// # Errors
    /// Only those of the store.
    async fn delete(&self, tenant: &TenantId, key: &StorageKey, now: Timestamp) -> Result<bool, RepositoryError>;

    /// Keys of a range that have not expired, in the order of their characters' numbers.
    ///
    /// # Errors
    /// Only those of the store.
    async fn keys(
        &self,
        tenant: &TenantId,
        range: &KeyRange,
        now: Timestamp,
    ) -> Result<Vec<StorageKey>, RepositoryError>;

    /// What the tenant stores that has not expired by `now`.
    ///
    /// # Errors
    /// Only those of the store.
    async fn usage(&self, tenant: &TenantId, now: Timestamp) -> Result<StorageUsage, RepositoryError>;

    /// Removes at most `limit` expired values of all tenants; how many there were.
    ///
    /// # Errors
    /// Only those of the store.
    async fn purge_expired(&self, now: Timestamp, limit: u32) -> Result<u64, RepositoryError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_value_is_that_of_its_json() {
        let of = |bytes: usize| StoredValue::parse(JsonText::parse(format!("\"{}\"", "x".repeat(bytes - 2))).unwrap());
        assert!(of(StoredValue::MAX_BYTES).is_ok());
        assert_eq!(of(StoredValue::MAX_BYTES + 1).unwrap_err().code, FieldProblem::TooLong);
    }
}
