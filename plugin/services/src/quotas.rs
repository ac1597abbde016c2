//! Quotas: every run asks here before it is recorded, and says at its end what it used.
//!
//! Counted in memory, by each node for itself: two nodes grant a tenant twice as much.

use std::{collections::HashMap, sync::Arc};

use iota_scripts_domain::{Clock, QuotaExceeded, QuotaPolicy, TenantId, TenantUse};
use parking_lot::Mutex;

use crate::ports::Incidents;

/// With so many tenants in memory, those that have used nothing lately are forgotten.
const REMEMBERED: usize = 1_000;

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
}

struct Inner {
    policies: QuotaPolicies,
    clock: Arc<dyn Clock>,
    incidents: Arc<dyn Incidents>,
    tenants: Mutex<HashMap<TenantId, TenantUse>>,
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
        Self { inner: Arc::new(Inner { policies, clock, incidents, tenants: Mutex::default() }) }
    }

    /// Lets a run of the tenant begin, if it may.
    pub(crate) fn admit(&self, tenant: &TenantId) -> Result<Admission, QuotaExceeded> {
        let (inner, now) = (&self.inner, self.inner.clock.monotonic());
        let mut tenants = inner.tenants.lock();
        if tenants.len() >= REMEMBERED && !tenants.contains_key(tenant) {
            tenants.retain(|_, used| !used.is_over(now));
        }
        let used = tenants.entry(tenant.clone()).or_insert_with(|| TenantUse::none(now));
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
