//! Whose turn it is: no tenant's scripts hold more connections than their part.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use iota_scripts_domain::TenantId;
use iota_scripts_services::ports::SqlError;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The connections that tenants hold.
#[derive(Debug)]
pub(super) struct Tenants {
    each: usize,
    /// Only of tenants that hold or wait for one.
    parts: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
}

/// The right to one connection, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Turn(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Tenants {
    pub(super) fn new(each: u32) -> Self {
        Self { each: usize::try_from(each).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS), parts: Mutex::default() }
    }

    /// Waits for the tenant's turn.
    pub(super) async fn turn(&self, tenant: &TenantId, patience: Duration) -> Result<Turn, SqlError> {
        let part = self.part(tenant);
        match timeout(patience, part.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Turn(permit)),
            Ok(Err(_)) | Err(_) => Err(SqlError::Busy),
        }
    }

    fn part(&self, tenant: &TenantId) -> Arc<Semaphore> {
        const MANY: usize = 1024;
        let mut parts = self.parts.lock();
        if parts.len() >= MANY {
            // Whoever holds or waits for one has a share in it.
            parts.retain(|_, part| Arc::strong_count(part) > 1);
        }
        Arc::clone(parts.entry(tenant.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_tenant_waits_for_its_own_part_and_for_no_other() {
        let tenants = Tenants::new(1);
        let [acme, globex] = ["acme", "globex"].map(|name| TenantId::parse(name).unwrap());
        let now = Duration::ZERO;
        let held = tenants.turn(&acme, now).await.unwrap();
        assert_eq!(tenants.turn(&acme, now).await.unwrap_err(), SqlError::Busy);
        tenants.turn(&globex, now).await.unwrap();
        drop(held);
        tenants.turn(&acme, now).await.unwrap();
    }
}
