//! Quotas: every run asks here before it is recorded, and says at its end what it used.
//!
//! Counted in memory, by each node for itself: two nodes grant a tenant twice as much. Of history the store knows the size.

mod history;

use std::{collections::HashMap, sync::Arc};

use history::Histories;
use iota_scripts_domain::{
    Clock, Execution, HistoryRepository, QuotaExceeded, QuotaPolicy, RepositoryError, TenantId, TenantUse,
};
use parking_lot::Mutex;
use serde::Serialize;

use crate::{Background, ports::Incidents, swept::Swept};

/// With so many tenants in memory, those that have used nothing lately are looked for.
const FEW: usize = 1_000;

/// How much each tenant may use.
#[derive(Debug, Clone, Default)]
pub struct QuotaPolicies {
    /// Who is not named below.
    pub usual: QuotaPolicy,
    /// Tenants for which something else holds.
    pub tenants: HashMap<TenantId, QuotaPolicy>,
}

impl QuotaPolicies {
    fn of(&self, tenant: &TenantId) -> &QuotaPolicy {
        self.tenants.get(tenant).unwrap_or(&self.usual)
    }
}

/// Counts what tenants use.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct Quotas {
    inner: Arc<Inner>,
    histories: Option<Arc<Histories>>,
}

/// Tenants whose history is over their quota.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct HistoryReport {
    /// How many there are.
    pub tenants_over_quota: usize,
    /// The one that has the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest: Option<OverQuota>,
}

/// A tenant whose history is over its quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverQuota {
    /// Which.
    pub tenant: TenantId,
    /// Bytes of its history.
    pub history_bytes: u64,
    /// How many it may have.
    pub history_bytes_allowed: u64,
    /// Bytes of the values that its scripts store.
    pub storage_bytes: u64,
}

struct Inner {
    policies: QuotaPolicies,
    clock: Arc<dyn Clock>,
    incidents: Arc<dyn Incidents>,
    tenants: Mutex<Swept<TenantId, TenantUse>>,
}

/// A run within the quotas of its tenant, for as long as it is held.
pub(crate) struct Admission {
    quotas: Quotas,
    tenant: TenantId,
    cpu_us: u64,
}

impl Quotas {
    /// Nothing is used yet.
    #[must_use]
    pub fn new(policies: QuotaPolicies, clock: Arc<dyn Clock>, incidents: Arc<dyn Incidents>) -> Self {
        let inner = Arc::new(Inner { policies, clock, incidents, tenants: Mutex::new(Swept::new(FEW)) });
        Self { inner, histories: None }
    }

    /// The same with histories of a size that is known; without, every run is kept whole.
    #[must_use]
    pub fn with_history(self, store: Arc<dyn HistoryRepository>, background: &Background) -> Self {
        Self { histories: Some(Histories::new(store, background.task("history_usage", None))), ..self }
    }

    /// A run that is to be recorded: with a short input, if the history of its tenant is full.
    pub(crate) fn fit_input(&self, run: Execution) -> Execution {
        if self.is_full(run.tenant()) { run.with_short_input() } else { run }
    }

    /// The same as [`Self::fit_record`] for a run that is recorded as a whole.
    pub(crate) fn fit_input_and_record(&self, finished: &Execution) -> Option<Execution> {
        let is_full = self.is_full(finished.tenant());
        self.counted(finished, is_full.then(|| finished.clone().with_short_input().with_short_record()))
    }

    /// The record of a run that has ended, if it must be shorter than the run left it; counts what is kept.
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

    /// The tenants whose history is over their quota.
    ///
    /// # Errors
    /// What the store says.
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

    /// Lets a run of the tenant begin, if it may.
    pub(crate) fn admit(&self, tenant: &TenantId) -> Result<Admission, QuotaExceeded> {
        let (inner, now) = (&self.inner, self.inner.clock.monotonic());
        let mut tenants = inner.tenants.lock();
        let used = tenants.entry(tenant.clone(), || TenantUse::none(now), |used| used.is_over(now));
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
    /// Ends it with what the run used.
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
