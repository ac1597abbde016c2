//! Cache invalidation: a cache keeps a generation with its data about a tenant and asks for the changes since then.
//!
//! Raised by every change of a script on this node, and by the store's notifications from other nodes. A generation is taken before data
//! are loaded, so that a change in between invalidates them at once.
//!
//! Tenants are counted in a fixed number of groups, so that memory is bounded and no change is lost. A change in a group invalidates the
//! generations of its other tenants too; these then learn that none of their scripts changed.

use std::{
    collections::VecDeque,
    hash::{BuildHasher as _, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use iota_scripts_domain::{ScriptId, TenantId};
use parking_lot::RwLock;
use tokio::sync::watch;

/// Groups of tenants.
const GROUPS: usize = 4_096;
/// Changes per group that are kept with tenant and script; before these, any script may have changed.
const NAMED: usize = 64;

/// Counts changes of scripts.
#[derive(Debug)]
pub struct Invalidation {
    everything: AtomicU64,
    hasher: RandomState,
    groups: Box<[RwLock<Group>]>,
    news: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Group {
    changes: u64,
    /// The latest changes, newest last.
    latest: VecDeque<Change>,
}

#[derive(Debug, Clone, Copy)]
struct Change {
    /// The hash of the tenant: if two tenants share a hash, each looks for the other's script and does not find it.
    tenant: u64,
    /// `None` if the change names no script.
    script: Option<ScriptId>,
}

impl Default for Invalidation {
    fn default() -> Self {
        Self {
            everything: AtomicU64::default(),
            hasher: RandomState::new(),
            groups: (0..GROUPS).map(|_| RwLock::default()).collect(),
            news: watch::Sender::default(),
        }
    }
}

/// The number of changes so far, overall and in the tenant's group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation(u64, u64);

/// The changes since a generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// None of the tenant's scripts changed.
    Nothing,
    /// Only these scripts changed.
    Scripts(Vec<ScriptId>),
    /// Any script may have changed.
    Anything,
}

impl Invalidation {
    /// Records that a script was created, changed or deleted.
    pub fn of_script(&self, tenant: &TenantId, script: ScriptId) {
        self.count(tenant, Some(script));
    }

    /// Records that unknown scripts of the tenant changed.
    pub fn of_tenant(&self, tenant: &TenantId) {
        self.count(tenant, None);
    }

    /// Records that any script may have changed: notifications of other nodes were missed.
    pub fn of_everything(&self) {
        self.everything.fetch_add(1, Ordering::AcqRel);
        self.news.send_replace(());
    }

    /// Returns the tenant's current generation.
    #[must_use]
    pub fn generation(&self, tenant: &TenantId) -> Generation {
        let (_, group) = self.group(tenant);
        let changes = group.read().changes;
        Generation(self.everything.load(Ordering::Acquire), changes)
    }

    /// Returns the tenant's current generation, and the changes since an earlier one.
    #[must_use]
    pub fn since(&self, tenant: &TenantId, earlier: Option<Generation>) -> (Generation, Since) {
        let (tenant, group) = self.group(tenant);
        let group = group.read();
        let now = Generation(self.everything.load(Ordering::Acquire), group.changes);
        let since = match earlier {
            Some(earlier) if earlier == now => Since::Nothing,
            Some(Generation(everything, changes)) if everything == now.0 => match group.after(changes, tenant) {
                None => Since::Anything,
                Some(scripts) if scripts.is_empty() => Since::Nothing,
                Some(scripts) => Since::Scripts(scripts),
            },
            _ => Since::Anything,
        };
        (now, since)
    }

    /// Notifies of every change; several changes may be combined.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    fn count(&self, tenant: &TenantId, script: Option<ScriptId>) {
        let (tenant, group) = self.group(tenant);
        let mut group = group.write();
        group.changes += 1;
        group.latest.push_back(Change { tenant, script });
        if group.latest.len() > NAMED {
            group.latest.pop_front();
        }
        drop(group);
        self.news.send_replace(());
    }

    /// Returns the tenant's hash and its group.
    fn group(&self, tenant: &TenantId) -> (u64, &RwLock<Group>) {
        let hash = self.hasher.hash_one(tenant);
        let index = usize::try_from(hash % GROUPS as u64).unwrap_or_default();
        (hash, &self.groups[index])
    }
}

impl Group {
    /// Returns the tenant's scripts among the changes after the first `changes`, each once; `None` if not all of them are known.
    fn after(&self, changes: u64, tenant: u64) -> Option<Vec<ScriptId>> {
        let count = usize::try_from(self.changes.checked_sub(changes)?).ok()?;
        let first = self.latest.len().checked_sub(count)?;
        let of_tenant = self.latest.range(first..).filter(|change| change.tenant == tenant);
        let mut scripts: Vec<ScriptId> = of_tenant.map(|change| change.script).collect::<Option<_>>()?;
        scripts.sort_unstable();
        scripts.dedup();
        Some(scripts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_invalidates_only_its_tenant_s_generations() {
        let changes = Invalidation::default();
        let (acme, globex) = (TenantId::parse("acme").unwrap(), TenantId::parse("globex").unwrap());
        let before = (changes.generation(&acme), changes.generation(&globex));
        changes.of_tenant(&acme);
        assert_eq!(changes.since(&acme, Some(before.0)).1, Since::Anything);
        assert_eq!(changes.since(&globex, Some(before.1)).1, Since::Nothing, "also if both are of one group");
        changes.of_everything();
        assert_eq!(changes.since(&globex, Some(before.1)).1, Since::Anything);
    }

    #[test]
    fn changes_of_other_tenants_invalidate_no_script() {
        let (changes, acme) = (Invalidation::default(), TenantId::parse("acme").unwrap());
        let known = changes.generation(&acme);
        // Few enough for one group, if all happen to fall into it.
        for number in 0..NAMED {
            changes.of_tenant(&TenantId::parse(format!("tenant-{number}")).unwrap());
        }
        assert_eq!(changes.since(&acme, Some(known)).1, Since::Nothing);
        let script = ScriptId::generate();
        changes.of_script(&acme, script);
        let after = changes.generation(&acme);
        for number in 0..10 * GROUPS {
            changes.of_tenant(&TenantId::parse(format!("other-{number}")).unwrap());
        }
        assert_eq!(changes.since(&acme, Some(after)).1, Since::Nothing, "some ten others share its group");
    }

    #[test]
    fn changes_are_named_until_too_many_follow() {
        let (changes, acme) = (Invalidation::default(), TenantId::parse("acme").unwrap());
        let scripts: Vec<ScriptId> = (0..3).map(|_| ScriptId::generate()).collect();
        let since = |earlier| changes.since(&acme, earlier).1;
        assert_eq!(since(None), Since::Anything, "nothing was known before");
        let first = Some(changes.generation(&acme));
        assert_eq!(since(first), Since::Nothing);
        for script in [scripts[1], scripts[0], scripts[1]] {
            changes.of_script(&acme, script);
        }
        assert_eq!(since(first), Since::Scripts(vec![scripts[0], scripts[1]]));
        let second = Some(changes.generation(&acme));
        changes.of_script(&acme, scripts[2]);
        assert_eq!(since(second), Since::Scripts(vec![scripts[2]]));
        changes.of_tenant(&acme);
        assert_eq!(since(second), Since::Anything);
        let third = Some(changes.generation(&acme));
        for _ in 0..=NAMED {
            changes.of_script(&acme, scripts[0]);
        }
        assert_eq!(since(third), Since::Anything, "too many to be known");
        let last = Some(changes.generation(&acme));
        changes.of_everything();
        assert_eq!(since(last), Since::Anything);
    }
}
