//! Whose turn it is: no tenant's scripts hold more connections than their part.

use std::sync::Arc;
use std::time::Duration;

use iota_scripts_domain::TenantId;
use iota_scripts_services::{Swept, ports::SqlError};
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// With so many tenants in memory, those that hold no connection are looked for.
const FEW: usize = 1_024;

/// The connections that tenants hold.
#[derive(Debug)]
pub(super) struct Tenants {
    each: usize,
    /// Only of tenants that hold or wait for one.
    parts: Mutex<Swept<TenantId, Arc<Semaphore>>>,
}

/// The right to one connection, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Turn(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Tenants {
    pub(super) fn new(each: u32) -> Self {
        let each = usize::try_from(each).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self { each, parts: Mutex::new(Swept::new(FEW)) }
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
        // Whoever holds or waits for one has a share in it.
        let is_unused = |part: &Arc<Semaphore>| Arc::strong_count(part) == 1;
        let new = || Arc::new(Semaphore::new(self.each));
        Arc::clone(self.parts.lock().entry(tenant.clone(), new, is_unused))
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

    #[tokio::test]
    async fn however_many_others_there_are_a_tenant_keeps_what_it_holds() {
        let tenants = Tenants::new(1);
        let (acme, now) = (TenantId::parse("acme").unwrap(), Duration::ZERO);
        let _held = tenants.turn(&acme, now).await.unwrap();
        for number in 0..=2 * FEW {
            tenants.turn(&TenantId::parse(format!("tenant-{number}")).unwrap(), now).await.unwrap();
        }
        assert_eq!(tenants.turn(&acme, now).await.unwrap_err(), SqlError::Busy);
    }
}
