//! Quotas: checked before every run is recorded, and charged at its end.
//!
//! Counted in memory, by each node for itself: with two nodes a tenant can use twice as much. The size of the history comes from the store.

mod history;

use std::{collections::HashMap, sync::Arc};

use history::Histories;
use iota_scripts_domain::{
    Clock, Execution, HistoryRepository, QuotaExceeded, QuotaPolicy, RepositoryError, TenantId, TenantUsage,
};
use parking_lot::Mutex;
use serde::Serialize;

use crate::{Background, ports::Incidents, sweeping_map::SweepingMap};

/// Number of tenants in memory from which idle ones are removed.
const SWEEP_AT: usize = 1_000;

/// How much each tenant may use.
#[derive(Debug, Clone, Default)]
pub struct QuotaPolicies {
    /// The default, for tenants not listed below.
    pub usual: QuotaPolicy,
    /// Quotas of particular tenants.
    pub tenants: HashMap<TenantId, QuotaPolicy>,
}

impl QuotaPolicies {
    fn of(&self, tenant: &TenantId) -> &QuotaPolicy {
        self.tenants.get(tenant).unwrap_or(&self.usual)
    }
}

/// Counts the usage of tenants.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct Quotas {
    inner: Arc<Inner>,
    histories: Option<Arc<Histories>>,
}

/// The tenants whose history exceeds their quota.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct HistoryReport {
    /// Their number.
    pub tenants_over_quota: usize,
    /// The one with the largest history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest: Option<OverQuota>,
}

/// A tenant whose history exceeds its quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverQuota {
    /// The tenant.
    pub tenant: TenantId,
    /// Size of its history in bytes.
    pub history_bytes: u64,
    /// Its quota in bytes.
    pub history_bytes_allowed: u64,
    /// Size of its stored values in bytes.
    pub storage_bytes: u64,
}

struct Inner {
    policies: QuotaPolicies,
    clock: Arc<dyn Clock>,
    incidents: Arc<dyn Incidents>,
    tenants: Mutex<SweepingMap<TenantId, TenantUsage>>,
}

/// An admitted run; counts as running until it is dropped.
pub(crate) struct Admission {
    quotas: Quotas,
    tenant: TenantId,
    cpu_us: u64,
}

impl Quotas {
    /// Creates quotas without any usage.
    #[must_use]
    pub fn new(policies: QuotaPolicies, clock: Arc<dyn Clock>, incidents: Arc<dyn Incidents>) -> Self {
        let inner = Arc::new(Inner { policies, clock, incidents, tenants: Mutex::new(SweepingMap::new(SWEEP_AT)) });
        Self { inner, histories: None }
    }

    /// Adds the sizes of histories from the store; without them, every record is kept whole.
    #[must_use]
    pub fn with_history(self, store: Arc<dyn HistoryRepository>, background: &Background) -> Self {
        Self { histories: Some(Histories::new(store, background.task("history_usage", None))), ..self }
    }

    /// Shortens the input of a run that is about to be recorded, if its tenant's history is full.
    pub(crate) fn fit_input(&self, run: Execution) -> Execution {
        if self.is_full(run.tenant()) { run.with_short_input() } else { run }
    }

    /// Like [`Self::fit_record`], for a run whose input was not recorded before.
    pub(crate) fn fit_input_and_record(&self, finished: &Execution) -> Option<Execution> {
        let is_full = self.is_full(finished.tenant());
        self.counted(finished, is_full.then(|| finished.clone().with_short_input().with_short_record()))
    }

    /// Returns a shortened record of a finished run, if the history's quota requires one; counts the recorded size.
    pub(crate) fn fit_record(&self, finished: &Execution) -> Option<Execution> {
        let is_full = self.is_full(finished.tenant());
        self.counted(finished, is_full.then(|| finished.clone().with_short_record()))
    }

    fn counted(&self, finished: &Execution, short: Option<Execution>) -> Option<Execution> {
        if let Some(histories) = &self.histories {
            histories.add(short.as_ref().unwrap_or(finished));
        }
        short
    }

    /// Returns the tenants whose history exceeds their quota.
    ///
    /// # Errors
    /// An error from the store.
    pub async fn history_report(&self) -> Result<HistoryReport, RepositoryError> {
        let Some(histories) = &self.histories else { return Ok(HistoryReport::default()) };
        let policies = &self.inner.policies;
        let least = policies.tenants.values().chain([&policies.usual]).map(|policy| policy.history_bytes).min();
        let mut over = histories.store().largest(least.unwrap_or(0)).await?;
        over.retain(|usage| usage.bytes > policies.of(&usage.tenant).history_bytes);
        let tenants_over_quota = over.len();
        let largest = over.into_iter().next().map(|usage| OverQuota {
            history_bytes: usage.bytes,
            history_bytes_allowed: policies.of(&usage.tenant).history_bytes,
            storage_bytes: usage.storage_bytes,
            tenant: usage.tenant,
        });
        Ok(HistoryReport { tenants_over_quota, largest })
    }

    fn is_full(&self, tenant: &TenantId) -> bool {
        let allowed = self.inner.policies.of(tenant).history_bytes;
        self.histories.as_ref().is_some_and(|histories| histories.holds(tenant, allowed))
    }

    /// Admits a run of the tenant, unless a quota is used up.
    pub(crate) fn admit(&self, tenant: &TenantId) -> Result<Admission, QuotaExceeded> {
        let (inner, now) = (&self.inner, self.inner.clock.monotonic());
        let mut tenants = inner.tenants.lock();
        let used = tenants.entry(tenant.clone(), || TenantUsage::none(now), |used| used.is_over(now));
        let begun = used.begin(inner.policies.of(tenant), now);
        drop(tenants);
        match begun {
            Ok(()) => Ok(Admission { quotas: self.clone(), tenant: tenant.clone(), cpu_us: 0 }),
            Err(exceeded) => {
                inner.incidents.quota_refused(exceeded.quota);
                Err(exceeded)
            }
        }
    }
}

impl Admission {
    /// Ends the run and charges its CPU time.
    pub(crate) fn end(mut self, cpu_us: u64) {
        self.cpu_us = cpu_us;
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let inner = &self.quotas.inner;
        let now = inner.clock.monotonic();
        if let Some(used) = inner.tenants.lock().get_mut(&self.tenant) {
            used.end(self.cpu_us, inner.policies.of(&self.tenant), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use iota_scripts_domain::{ManualClock, Quota, Timestamp};

    use super::*;

    struct Uncounted;

    impl Incidents for Uncounted {
        fn quota_refused(&self, _: Quota) {}
        fn quarantined(&self) {}
    }

    #[test]
    fn other_tenants_never_reset_a_tenant_s_quota() {
        let usual = QuotaPolicy { concurrent_runs: 1, ..QuotaPolicy::default() };
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(0)));
        let quotas = Quotas::new(QuotaPolicies { usual, ..QuotaPolicies::default() }, clock, Arc::new(Uncounted));
        let tenant = |name: &str| TenantId::parse(name).unwrap();
        let _running = quotas.admit(&tenant("acme")).unwrap();
        for number in 0..=2 * SWEEP_AT {
            drop(quotas.admit(&tenant(&format!("tenant-{number}"))).unwrap());
        }
        assert!(quotas.admit(&tenant("acme")).is_err());
    }
}
