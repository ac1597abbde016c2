//! The storage quota of a tenant. Changes that grow the storage beyond the quota are rejected; changes that shrink it never are.

use serde::Serialize;

/// The storage quota of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorageQuota {
    /// Maximum bytes of keys and of values as JSON.
    pub bytes: u64,
    /// Number of keys.
    pub keys: u64,
}

/// 64 MiB and 100,000 keys.
impl Default for StorageQuota {
    fn default() -> Self {
        Self { bytes: 64 * 1024 * 1024, keys: 100_000 }
    }
}

/// The storage usage of a tenant. It may include values that have expired but are not removed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct StorageUsage {
    /// Bytes of keys and values.
    pub bytes: u64,
    /// Number of keys.
    pub keys: u64,
}

/// A change that exceeds the quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the storage of this tenant is full: {} of {} bytes and {} of {} keys are used, and the change would bring \
     it to {} bytes and {} keys; delete values, or set a time to live",
    used.bytes, allowed.bytes, used.keys, allowed.keys, wanted.bytes, wanted.keys
)]
pub struct StorageFull {
    /// Usage before the change.
    pub used: StorageUsage,
    /// Usage after the change.
    pub wanted: StorageUsage,
    /// The quota.
    pub allowed: StorageQuota,
}

impl StorageUsage {
    /// Subtracts removed values of these sizes.
    #[must_use]
    pub fn without(self, sizes: impl IntoIterator<Item = u64>) -> Self {
        sizes.into_iter().fold(self, |usage, size| Self {
            bytes: usage.bytes.saturating_sub(size),
            keys: usage.keys.saturating_sub(1),
        })
    }

    /// Adds a value of this size.
    #[must_use]
    pub const fn with(self, size: u64) -> Self {
        Self { bytes: self.bytes.saturating_add(size), keys: self.keys.saturating_add(1) }
    }
}

impl StorageQuota {
    /// Checks a change from one usage to another.
    ///
    /// # Errors
    /// [`StorageFull`] with the usage and the quota.
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
    fn full_storage_may_shrink_but_not_grow() {
        let quota = StorageQuota { bytes: 100, keys: 2 };
        let full = StorageUsage { bytes: 120, keys: 3 };
        assert!(quota.allow(full, full.without([50])).is_ok());
        assert!(quota.allow(full, full).is_ok(), "replacing a value by one of equal size");
        assert!(quota.allow(full, StorageUsage { bytes: 121, keys: 3 }).is_err());
        assert!(quota.allow(StorageUsage::default(), StorageUsage::default().with(100)).is_ok());
        let error = quota.allow(StorageUsage { bytes: 10, keys: 2 }, StorageUsage { bytes: 11, keys: 3 }).unwrap_err();
        assert!(error.to_string().contains("10 of 100 bytes and 2 of 2 keys"), "{error}");
    }
}
