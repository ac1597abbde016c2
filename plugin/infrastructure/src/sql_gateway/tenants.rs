//! Limits the connections that one tenant's scripts hold at a time.

use std::sync::Arc;
use std::time::Duration;

use iota_scripts_domain::TenantId;
use iota_scripts_services::{SweepingMap, ports::SqlError};
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Number of tenants in memory above which unused semaphores are removed.
const SWEEP_THRESHOLD: usize = 1_024;

/// One semaphore per tenant.
#[derive(Debug)]
pub(super) struct Tenants {
    per_tenant: usize,
    /// Semaphores of tenants that hold or wait for a connection.
    semaphores: Mutex<SweepingMap<TenantId, Arc<Semaphore>>>,
}

/// Permit for one connection, released on drop.
#[derive(Debug)]
pub(super) struct TenantPermit(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Tenants {
    pub(super) fn new(per_tenant: u32) -> Self {
        let per_tenant = usize::try_from(per_tenant).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self { per_tenant, semaphores: Mutex::new(SweepingMap::new(SWEEP_THRESHOLD)) }
    }

    /// Waits up to `patience` for a free connection of the tenant.
    pub(super) async fn acquire(&self, tenant: &TenantId, patience: Duration) -> Result<TenantPermit, SqlError> {
        let semaphore = self.semaphore(tenant);
        match timeout(patience, semaphore.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(TenantPermit(permit)),
            Ok(Err(_)) | Err(_) => Err(SqlError::Busy),
        }
    }

    fn semaphore(&self, tenant: &TenantId) -> Arc<Semaphore> {
        // Each holder and waiter has a clone of the `Arc`.
        let is_unused = |semaphore: &Arc<Semaphore>| Arc::strong_count(semaphore) == 1;
        let new = || Arc::new(Semaphore::new(self.per_tenant));
        Arc::clone(self.semaphores.lock().entry(tenant.clone(), new, is_unused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_tenant_waits_only_for_its_own_connections() {
        let tenants = Tenants::new(1);
        let [acme, globex] = ["acme", "globex"].map(|name| TenantId::parse(name).unwrap());
        let now = Duration::ZERO;
        let held = tenants.acquire(&acme, now).await.unwrap();
        assert_eq!(tenants.acquire(&acme, now).await.unwrap_err(), SqlError::Busy);
        tenants.acquire(&globex, now).await.unwrap();
        drop(held);
        tenants.acquire(&acme, now).await.unwrap();
    }

    #[tokio::test]
    async fn a_held_permit_survives_the_removal_of_unused_tenants() {
        let tenants = Tenants::new(1);
        let (acme, now) = (TenantId::parse("acme").unwrap(), Duration::ZERO);
        let _held = tenants.acquire(&acme, now).await.unwrap();
        for number in 0..=2 * SWEEP_THRESHOLD {
            tenants.acquire(&TenantId::parse(format!("tenant-{number}")).unwrap(), now).await.unwrap();
        }
        assert_eq!(tenants.acquire(&acme, now).await.unwrap_err(), SqlError::Busy);
    }
}
