//! What changed since: caches keep a stamp beside what they know of a tenant, and ask what changed after it.
//!
//! Raised by every change of a script on this node, and by the store's own news of the other nodes. A stamp is taken before
//! something is loaded, so that a change in between makes it old at once.

use std::{
    collections::{HashMap, VecDeque},
    sync::atomic::{AtomicU64, Ordering},
};

use iota_scripts_domain::{ScriptId, TenantId};
use parking_lot::RwLock;
use tokio::sync::watch;

/// Tenants whose changes are counted apart; beyond that, everything counts as changed once.
const COUNTED: usize = 100_000;
/// Changes of a tenant that are known by their script; of what came before them anything may have changed.
const NAMED: usize = 64;

/// Counts changes of scripts.
#[derive(Debug, Default)]
pub struct Changes {
    everything: AtomicU64,
    tenants: RwLock<HashMap<TenantId, Counted>>,
    news: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Counted {
    changes: u64,
    /// The scripts of the latest, the newest last; none where nobody said which.
    latest: VecDeque<Option<ScriptId>>,
}

/// How much had changed at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64, u64);

/// What changed after a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// No script of the tenant.
    Nothing,
    /// These of its scripts and no others.
    Scripts(Vec<ScriptId>),
    /// Nobody knows what.
    Anything,
}

impl Changes {
    /// A script of the tenant was made, changed or deleted.
    pub fn of_script(&self, tenant: &TenantId, script: ScriptId) {
        self.count(tenant, Some(script));
    }

    /// Scripts of the tenant changed, and nobody says which.
    pub fn of_tenant(&self, tenant: &TenantId) {
        self.count(tenant, None);
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
        let counted = tenants.get(tenant).map_or(0, |counted| counted.changes);
        Stamp(self.everything.load(Ordering::Acquire), counted)
    }

    /// How much has changed of a tenant until now, and what of that came after an earlier moment.
    #[must_use]
    pub fn since(&self, tenant: &TenantId, earlier: Option<Stamp>) -> (Stamp, Since) {
        let tenants = self.tenants.read();
        let counted = tenants.get(tenant);
        let now = Stamp(self.everything.load(Ordering::Acquire), counted.map_or(0, |counted| counted.changes));
        let since = match earlier {
            Some(earlier) if earlier == now => Since::Nothing,
            Some(Stamp(everything, changes)) if everything == now.0 => {
                counted.and_then(|counted| counted.after(changes)).map_or(Since::Anything, Since::Scripts)
            }
            _ => Since::Anything,
        };
        (now, since)
    }

    /// Is told of every change, several together as one.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    fn count(&self, tenant: &TenantId, script: Option<ScriptId>) {
        let mut tenants = self.tenants.write();
        if tenants.len() >= COUNTED {
            tenants.clear();
            self.everything.fetch_add(1, Ordering::AcqRel);
        }
        let counted = tenants.entry(tenant.clone()).or_default();
        counted.changes += 1;
        counted.latest.push_back(script);
        if counted.latest.len() > NAMED {
            counted.latest.pop_front();
        }
        drop(tenants);
        self.news.send_replace(());
    }
}

impl Counted {
    /// The scripts of the changes after so many, each once; nothing when not all of them are known.
    fn after(&self, changes: u64) -> Option<Vec<ScriptId>> {
        let missed = usize::try_from(self.changes.checked_sub(changes)?).ok()?;
        let first = self.latest.len().checked_sub(missed)?;
        let mut scripts: Vec<ScriptId> = self.latest.range(first..).copied().collect::<Option<_>>()?;
        scripts.sort_unstable();
        scripts.dedup();
        Some(scripts)
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

    #[test]
    fn what_changed_is_named_as_long_as_it_is_known() {
        let (changes, acme) = (Changes::default(), TenantId::parse("acme").unwrap());
        let scripts: Vec<ScriptId> = (0..3).map(|_| ScriptId::generate()).collect();
        let since = |earlier| changes.since(&acme, earlier).1;
        assert_eq!(since(None), Since::Anything, "nothing was known before");
        let first = Some(changes.stamp(&acme));
        assert_eq!(since(first), Since::Nothing);
        for script in [scripts[1], scripts[0], scripts[1]] {
            changes.of_script(&acme, script);
        }
        assert_eq!(since(first), Since::Scripts(vec![scripts[0], scripts[1]]));
        let second = Some(changes.stamp(&acme));
        changes.of_script(&acme, scripts[2]);
        assert_eq!(since(second), Since::Scripts(vec![scripts[2]]));
        changes.of_tenant(&acme);
        assert_eq!(since(second), Since::Anything);
        let third = Some(changes.stamp(&acme));
        for _ in 0..=NAMED {
            changes.of_script(&acme, scripts[0]);
        }
        assert_eq!(since(third), Since::Anything, "too many to be known");
        let last = Some(changes.stamp(&acme));
        changes.of_everything();
        assert_eq!(since(last), Since::Anything);
    }
}
