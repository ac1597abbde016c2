//! Tracks how many occurrences of each tenant a node runs, and which tenant is next when a slot is free. Bookkeeping only; nothing runs
//! here.
//!
//! A run holds a slot until it first waits for a host call. From then on it keeps its worker's memory, which is limited per tenant, and
//! gets its turns from the worker pool. So every slot is free again within the time of one run. A free slot goes to the tenant with the
//! fewest runs in flight, so that however many runs one tenant queues, another's first one is next.

use std::collections::HashMap;

use iota_scripts_domain::TenantId;

/// Maximum number of a tenant's runs in flight per slot, including waiting ones.
const OF_TENANT: usize = 10;
/// Maximum number of all tenants' runs in flight per slot; beyond it, each tenant may have one.
const IN_ALL: usize = 200;

/// The runs in flight.
#[derive(Debug, Clone)]
pub(super) struct Capacity {
    places: usize,
    tenants: HashMap<TenantId, InFlight>,
    all: InFlight,
}

/// The number of runs in flight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct InFlight {
    /// Those that hold a slot.
    pub(super) busy: usize,
    /// Those that have released it.
    pub(super) waiting: usize,
}

/// The state of a run's slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The run holds it.
    Held,
    /// The run has waited and released it.
    Released,
}

impl InFlight {
    const fn sum(self) -> usize {
        self.busy + self.waiting
    }
}

impl Capacity {
    pub(super) fn new(places: usize) -> Self {
        Self { places, tenants: HashMap::new(), all: InFlight::default() }
    }

    /// Returns the number of free slots.
    pub(super) const fn free_slots(&self) -> usize {
        self.places.saturating_sub(self.all.busy)
    }

    pub(super) const fn places(&self) -> usize {
        self.places
    }

    pub(super) const fn in_flight(&self) -> InFlight {
        self.all
    }

    /// Returns whether a tenant may have one more.
    pub(super) fn admits(&self, tenant: &TenantId) -> bool {
        let own = self.of(tenant);
        // A fifth of the slots is kept free of any one tenant, as for workers.
        let most_busy = self.places - self.places / 5;
        let within = own.sum() == 0 || self.all.sum() < self.places * IN_ALL;
        within && own.busy < most_busy && own.sum() < self.places * OF_TENANT
    }

    /// Returns how many runs each of the tenants with due occurrences may start now; `due` is in the order of their turns.
    pub(super) fn share(&self, due: &[TenantId]) -> Vec<(TenantId, u32)> {
        let mut given = self.clone();
        let mut shares: Vec<u32> = vec![0; due.len()];
        while given.free_slots() > 0 {
            let free = due.iter().enumerate().filter(|(_, tenant)| given.admits(tenant));
            let Some((turn, tenant)) = free.min_by_key(|(turn, tenant)| (given.of(tenant).sum(), *turn)) else { break };
            given.enter(tenant);
            shares[turn] += 1;
        }
        due.iter().cloned().zip(shares).filter(|(_, share)| *share > 0).collect()
    }

    /// Records that a run of the tenant takes a slot.
    pub(super) fn enter(&mut self, tenant: &TenantId) {
        self.change(tenant, |in_flight| in_flight.busy += 1);
    }

    /// Records that a run with a slot waits, which releases it.
    pub(super) fn wait(&mut self, tenant: &TenantId) {
        self.change(tenant, |in_flight| {
            in_flight.busy = in_flight.busy.saturating_sub(1);
            in_flight.waiting += 1;
        });
    }

    /// Records that a run has ended.
    pub(super) fn leave(&mut self, tenant: &TenantId, slot: Slot) {
        self.change(tenant, |in_flight| {
            let kind = match slot {
                Slot::Held => &mut in_flight.busy,
                Slot::Released => &mut in_flight.waiting,
            };
            *kind = kind.saturating_sub(1);
        });
        if self.of(tenant).sum() == 0 {
            self.tenants.remove(tenant);
        }
    }

    fn of(&self, tenant: &TenantId) -> InFlight {
        self.tenants.get(tenant).copied().unwrap_or_default()
    }

    fn change(&mut self, tenant: &TenantId, change: impl Fn(&mut InFlight)) {
        change(self.tenants.entry(tenant.clone()).or_default());
        change(&mut self.all);
    }
}

#[cfg(test)]
mod tests;
