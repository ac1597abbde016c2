//! How many occurrences of whom a node has under way, and whose turn it is when there is room. Pure bookkeeping; nothing here runs.
//!
//! A run takes a place until it first waits for the outside. From then on it has its worker and takes only memory, of which each tenant
//! has a share, and its turn at that worker, which the pool sees to. So every place is free again within the time of one run. It goes
//! to the tenant that has the fewest runs under way, so that whatever one queues, another's first is next.

use std::collections::HashMap;

use iota_scripts_domain::TenantId;

/// Runs of one tenant that are under way, for each place, those that wait among them.
const OF_TENANT: usize = 10;
/// Runs of all tenants, likewise; beyond that, a tenant has one.
const IN_ALL: usize = 200;

/// What is under way.
#[derive(Debug, Clone)]
pub(super) struct Capacity {
    places: usize,
    tenants: HashMap<TenantId, InFlight>,
    all: InFlight,
}

/// Runs that are under way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct InFlight {
    /// Those that have a place.
    pub(super) busy: usize,
    /// Those that have given it back.
    pub(super) waiting: usize,
}

/// What a run has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// A place.
    Taken,
    /// None any more: it has waited.
    GivenBack,
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

    /// Places that are free.
    pub(super) const fn room(&self) -> usize {
        self.places.saturating_sub(self.all.busy)
    }

    pub(super) const fn places(&self) -> usize {
        self.places
    }

    pub(super) const fn in_flight(&self) -> InFlight {
        self.all
    }

    /// Whether a tenant may have one more.
    pub(super) fn takes(&self, tenant: &TenantId) -> bool {
        let own = self.of(tenant);
        // A few places are kept from any one tenant, as workers are.
        let most_busy = self.places - self.places / 5;
        let within = own.sum() == 0 || self.all.sum() < self.places * IN_ALL;
        within && own.busy < most_busy && own.sum() < self.places * OF_TENANT
    }

    /// How many each of the tenants may begin now, of whom each has something due; they come in the order of their turns.
    pub(super) fn share(&self, due: &[TenantId]) -> Vec<(TenantId, u32)> {
        let mut given = self.clone();
        let mut shares: Vec<u32> = vec![0; due.len()];
        while given.room() > 0 {
            let free = due.iter().enumerate().filter(|(_, tenant)| given.takes(tenant));
            let Some((turn, tenant)) = free.min_by_key(|(turn, tenant)| (given.of(tenant).sum(), *turn)) else { break };
            given.enter(tenant);
            shares[turn] += 1;
        }
        due.iter().cloned().zip(shares).filter(|(_, share)| *share > 0).collect()
    }

    /// A run of the tenant has taken a place.
    pub(super) fn enter(&mut self, tenant: &TenantId) {
        self.change(tenant, |in_flight| in_flight.busy += 1);
    }

    /// A run that has a place waits, and gives it back.
    pub(super) fn wait(&mut self, tenant: &TenantId) {
        self.change(tenant, |in_flight| {
            in_flight.busy = in_flight.busy.saturating_sub(1);
            in_flight.waiting += 1;
        });
    }

    /// A run has ended.
    pub(super) fn leave(&mut self, tenant: &TenantId, place: Slot) {
        self.change(tenant, |in_flight| {
            let kind = match place {
                Slot::Taken => &mut in_flight.busy,
                Slot::GivenBack => &mut in_flight.waiting,
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
