//! How much a tenant may store, and the one rule about it: what grows beyond is refused, what shrinks is not.

use serde::Serialize;

/// How much a tenant may store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorageQuota {
    /// Bytes of keys and of values as JSON.
    pub bytes: u64,
    /// Keys.
    pub keys: u64,
}

/// 64 MiB under 100,000 keys.
impl Default for StorageQuota {
    fn default() -> Self {
        Self { bytes: 64 * 1024 * 1024, keys: 100_000 }
    }
}

/// How much a tenant stores. What has expired and is not removed yet may be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct StorageUsage {
    /// Bytes of keys and values.
    pub bytes: u64,
    /// Keys.
    pub keys: u64,
}

/// A change that a quota does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the storage of this tenant is full: {} of {} bytes and {} of {} keys are used, and this would make it {} bytes and {} keys; \
     delete what is not needed, or give values a time to live",
    used.bytes, allowed.bytes, used.keys, allowed.keys, wanted.bytes, wanted.keys
)]
pub struct StorageFull {
    /// What is stored.
    pub used: StorageUsage,
    /// What would be.
    pub wanted: StorageUsage,
    /// What may be.
    pub allowed: StorageQuota,
}

impl StorageUsage {
    /// The usage when values of these sizes are gone.
    #[must_use]
    pub fn without(self, sizes: impl IntoIterator<Item = u64>) -> Self {
        sizes.into_iter().fold(self, |usage, size| Self {
            bytes: usage.bytes.saturating_sub(size),
            keys: usage.keys.saturating_sub(1),
        })
    }

    /// The usage with one more value.
    #[must_use]
    pub const fn with(self, size: u64) -> Self {
        Self { bytes: self.bytes.saturating_add(size), keys: self.keys.saturating_add(1) }
    }
}

impl StorageQuota {
    /// Whether the step from one usage to another may be made.
    ///
    /// # Errors
    /// The figures, when not.
    pub const fn allow(self, used: StorageUsage, wanted: StorageUsage) -> Result<(), StorageFull> {
        let bytes = wanted.bytes > self.bytes && wanted.bytes > used.bytes;
        let keys = wanted.keys > self.keys && wanted.keys > used.keys;
        if bytes || keys { Err(StorageFull { used, wanted, allowed: self }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_store_may_shrink_and_may_not_grow() {
        let quota = StorageQuota { bytes: 100, keys: 2 };
        let full = StorageUsage { bytes: 120, keys: 3 };
        assert!(quota.allow(full, full.without([50])).is_ok());
        assert!(quota.allow(full, full).is_ok(), "a value in place of one of its size");
        assert!(quota.allow(full, StorageUsage { bytes: 121, keys: 3 }).is_err());
        assert!(quota.allow(StorageUsage::default(), StorageUsage::default().with(100)).is_ok());
        let error = quota.allow(StorageUsage { bytes: 10, keys: 2 }, StorageUsage { bytes: 11, keys: 3 }).unwrap_err();
        assert!(error.to_string().contains("10 of 100 bytes and 2 of 2 keys"), "{error}");
    }
}
