//! Retention of a tenant's history, and the port that removes older entries.

use std::{collections::HashMap, num::NonZeroU32, time::Duration};

use async_trait::async_trait;

use crate::{RepositoryError, TenantId, Timestamp};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long history is kept; by default forever.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retention {
    /// Default retention in days; `None` keeps history forever.
    pub usual: Option<NonZeroU32>,
    /// Retention in days of tenants with their own setting; `None` keeps history forever.
    pub tenants: HashMap<TenantId, Option<NonZeroU32>>,
}

impl Retention {
    /// Returns whether history is never removed, for any tenant.
    #[must_use]
    pub fn is_for_ever(&self) -> bool {
        self.usual.is_none() && self.tenants.values().all(Option::is_none)
    }

    /// Returns the time from which a tenant's history is kept; `None` if all of it is.
    ///
    /// ```
    /// use iota_scripts_domain::{Retention, TenantId, Timestamp};
    /// let retention = Retention { usual: 1.try_into().ok(), ..Retention::default() };
    /// let now = Timestamp::parse("2025-03-02T12:00:00Z")?;
    /// assert_eq!(retention.since(&TenantId::parse("acme").unwrap(), now), Timestamp::parse("2025-03-01T12:00:00Z").ok());
    /// # Ok::<(), iota_scripts_domain::InvalidTimestamp>(())
    /// ```
    #[must_use]
    pub fn since(&self, tenant: &TenantId, now: Timestamp) -> Option<Timestamp> {
        let days = *self.tenants.get(tenant).unwrap_or(&self.usual);
        days.map(|days| now.minus(DAY * days.get()))
    }
}

/// The number of entries that one call removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Ended runs.
    pub runs: u64,
    /// Settled occurrences.
    pub occurrences: u64,
}

/// The size of a tenant's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryUsage {
    /// The tenant.
    pub tenant: TenantId,
    /// Bytes of inputs, results, logs and dry-run changes of ended runs.
    pub bytes: u64,
    /// Bytes of the values that the tenant's scripts store. They have a separate quota.
    pub storage_bytes: u64,
}

/// Measures and removes the history of all tenants.
#[async_trait]
pub trait HistoryRepository: Send + Sync {
    /// Returns the first tenant with history whose id is greater than `tenant`.
    async fn tenant_after(&self, tenant: Option<&TenantId>) -> Result<Option<TenantId>, RepositoryError>;
    /// Removes entries that ended before `before`, oldest first: at most `most` runs and `most` occurrences. Keeps the newest run of each
    /// script, dead letters that are not handled yet, and the runs of those. Reduces the tenant's usage by the size of the removed entries.
    async fn prune(&self, tenant: &TenantId, before: Timestamp, most: u32) -> Result<Pruned, RepositoryError>;
    /// Returns the bytes of inputs, results and logs of a tenant's runs.
    async fn bytes(&self, tenant: &TenantId) -> Result<u64, RepositoryError>;
    /// Returns the tenants whose history has at least `at_least` bytes, largest first.
    async fn largest(&self, at_least: u64) -> Result<Vec<HistoryUsage>, RepositoryError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_has_its_own_retention_or_the_default() {
        let id = |name: &str| TenantId::parse(name).unwrap();
        let days = |days: u32| NonZeroU32::new(days);
        let tenants = HashMap::from([(id("long"), days(365)), (id("ever"), None)]);
        let retention = Retention { usual: days(30), tenants };
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        assert_eq!(retention.since(&id("acme"), now), Some(now.minus(DAY * 30)));
        assert_eq!(retention.since(&id("long"), now), Some(now.minus(DAY * 365)));
        assert_eq!(retention.since(&id("ever"), now), None);
        assert!(!retention.is_for_ever() && Retention::default().is_for_ever());
        let odd = Retention { usual: None, tenants: HashMap::from([(id("short"), days(1))]) };
        assert!(!odd.is_for_ever());
    }
}
