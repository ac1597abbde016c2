//! What changed since: caches keep a stamp beside what they know of a tenant, and know that it is old when the stamp is.
//!
//! Raised by every change of a script on this node, and by the store's own news of the other nodes. A stamp is taken before
//! something is loaded, so that a change in between makes it old at once.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use iota_scripts_domain::TenantId;
use parking_lot::RwLock;
use tokio::sync::watch;

/// Tenants whose changes are counted apart; beyond that, everything counts as changed once.
const COUNTED: usize = 100_000;

/// Counts changes of scripts.
#[derive(Debug, Default)]
pub struct Changes {
    everything: AtomicU64,
    tenants: RwLock<HashMap<TenantId, u64>>,
    news: watch::Sender<()>,
}

/// How much had changed at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64, u64);

impl Changes {
    /// A script of the tenant changed.
    pub fn of_tenant(&self, tenant: &TenantId) {
        let mut tenants = self.tenants.write();
        if tenants.len() >= COUNTED {
            tenants.clear();
            self.everything.fetch_add(1, Ordering::AcqRel);
        }
        *tenants.entry(tenant.clone()).or_default() += 1;
        drop(tenants);
        self.news.send_replace(());
    }

    /// Anything may have changed: news of other nodes were missed.
    pub fn of_everything(&self) {
        self.everything.fetch_add(1, Ordering::AcqRel);
        self.news.send_replace(());
    }

    /// How much has changed of a tenant until now.
    #[must_use]
    pub fn stamp(&self, tenant: &TenantId) -> Stamp {
        let tenants = self.tenants.read();
        Stamp(self.everything.load(Ordering::Acquire), tenants.get(tenant).copied().unwrap_or_default())
    }

    /// Is told of every change, several together as one.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_makes_the_stamps_of_its_tenant_old_and_no_others() {
        let changes = Changes::default();
        let (acme, globex) = (TenantId::parse("acme").unwrap(), TenantId::parse("globex").unwrap());
        let before = (changes.stamp(&acme), changes.stamp(&globex));
        changes.of_tenant(&acme);
        assert_ne!(changes.stamp(&acme), before.0);
        assert_eq!(changes.stamp(&globex), before.1);
        changes.of_everything();
        assert_ne!(changes.stamp(&globex), before.1);
    }
}
