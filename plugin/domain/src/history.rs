//! How long the history of a tenant is kept, and who removes what is older.

use std::{collections::HashMap, num::NonZeroU32, time::Duration};

use async_trait::async_trait;

use crate::{RepositoryError, TenantId, Timestamp};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long history is kept; for ever when nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retention {
    /// Days, of every tenant that is not named.
    pub usual: Option<NonZeroU32>,
    /// Of tenants for which something else holds.
    pub tenants: HashMap<TenantId, Option<NonZeroU32>>,
}

impl Retention {
    /// Whether nothing is ever removed.
    #[must_use]
    pub fn is_for_ever(&self) -> bool {
        self.usual.is_none() && self.tenants.values().all(Option::is_none)
    }

    /// From when on the history of a tenant is kept; `None` for all of it.
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

/// What was removed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Runs that had ended.
    pub runs: u64,
    /// Expected times, events and wishes of the ledger that were settled.
    pub occurrences: u64,
}

/// What the history of a tenant holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryUsage {
    /// Whose it is.
    pub tenant: TenantId,
    /// Bytes of inputs, results, logs and dry runs of runs that have ended.
    pub bytes: u64,
    /// Bytes of the values that its scripts store, which have a quota of their own.
    pub storage_bytes: u64,
}

/// The history of all tenants, as far as it can be removed.
#[async_trait]
pub trait HistoryRepository: Send + Sync {
    /// The first tenant with history whose id comes after this one.
    async fn tenant_after(&self, tenant: Option<&TenantId>) -> Result<Option<TenantId>, RepositoryError>;
    /// Removes what ended before a moment, the oldest first, at most so many runs and so many entries of the ledger. What somebody may
    /// still look for stays: the newest run of each script, events whose script failed for good and whom nobody has seen to, and
    /// their runs.
    /// The size of what is removed is taken off the tenant's usage.
    async fn prune(&self, tenant: &TenantId, before: Timestamp, most: u32) -> Result<Pruned, RepositoryError>;
    /// Bytes of the inputs, results and logs of a tenant's runs.
    async fn bytes(&self, tenant: &TenantId) -> Result<u64, RepositoryError>;
    /// The tenants whose history has at least so many bytes, the largest first.
    async fn largest(&self, at_least: u64) -> Result<Vec<HistoryUsage>, RepositoryError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_has_its_own_time_or_the_usual_one() {
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
