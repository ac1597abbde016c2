//! Who works for whom and who waits: the rules by which runs get workers. Pure bookkeeping; nothing here runs.
//!
//! A worker serves one tenant. A run goes to an idle worker of its tenant, else to a new one, else beside runs that
//! wait for the host, as waiting costs no processor. One that is soon over goes behind others like it, once each core has a worker. A few workers are kept from any one tenant. One that has none, and
//! a run that must be alone, gets one beyond the most that there may be, if another only waits. A free place goes to the tenant that has the
//! fewest workers; while one has none, a worker of the richest takes no more runs.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    num::NonZero,
    thread,
    time::{Duration, Instant},
};

use iota_scripts_domain::TenantId;

use super::fair_queue::FairQueue;

/// Names a worker's place.
pub(super) type SlotId = u64;

/// Runs that one worker may hold at a time, all but one of them waiting.
const SHARED: usize = 64;
/// Quick runs that one worker may hold at a time, all but one of them not begun.
const AHEAD: usize = 4;

/// How a run wants its worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// Free, or with runs that only wait.
    Default,
    /// No other run may be on it.
    Alone,
    /// It is soon over: it may be sent behind another of its kind that is not over yet.
    Quick,
}

/// Somebody who waits for a worker.
pub(super) trait Waiter {
    /// Whether nobody waits there any more.
    fn is_gone(&self) -> bool;
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision<W> {
    /// Start a worker for the one who waits.
    Start(SlotId, W),
    /// Let the one who waits use this worker.
    Join(SlotId, W),
    /// End this worker; it has no runs.
    Retire(SlotId),
}

/// All places of a pool.
#[derive(Debug)]
pub(super) struct Placement<W> {
    max: usize,
    /// The most that one tenant gets for itself.
    share: usize,
    /// Workers of one tenant that have a core each: from these on, quick runs go behind others instead of waking another worker.
    cores: usize,
    slots: BTreeMap<SlotId, Worker>,
    waiting: FairQueue<TenantId, Waiting<W>>,
    last: SlotId,
}

#[derive(Debug)]
struct Worker {
    tenant: TenantId,
    /// Runs that it holds, waiting ones too.
    runs: usize,
    /// A step of a run has the processor, or the worker is not ready yet.
    busy: bool,
    /// It is there, and not still being started.
    ready: bool,
    /// Its run must be its only one.
    alone: bool,
    /// All its runs are quick, and none of them lasts.
    quick: bool,
    /// It takes no more runs, and goes when those it has have ended.
    leaving: bool,
    /// It was left in a state that nothing else may begin in.
    tainted: bool,
    /// It takes no more runs for as long as some tenant waits without a worker.
    yielding: bool,
    idle_since: Instant,
}

#[derive(Debug)]
struct Waiting<W> {
    sharing: Sharing,
    waiter: W,
}

/// What the roster holds, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    /// Workers.
    pub(super) workers: usize,
    /// Workers with a run.
    pub(super) occupied: usize,
    /// Runs on workers.
    pub(super) runs: usize,
    /// Runs in line.
    pub(super) waiting: usize,
}

impl<W: Waiter> Placement<W> {
    /// Places for runs: a few are kept from any one tenant.
    pub(super) fn new(max: usize) -> Self {
        Self::with_share(max, max - max / 5)
    }

    /// Places of which each tenant gets no more than its share.
    pub(super) fn with_share(max: usize, share: usize) -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self { max, share, cores, slots: BTreeMap::new(), waiting: FairQueue::new(), last: 0 }
    }

    /// Those of a tenant that wait.
    pub(super) fn waiting_of(&self, tenant: &TenantId) -> usize {
        self.waiting.of(tenant).filter(|wish| !wish.waiter.is_gone()).count()
    }

    /// Somebody wants a worker.
    pub(super) fn enqueue(&mut self, tenant: &TenantId, sharing: Sharing, waiter: W) -> Vec<Decision<W>> {
        self.waiting.push(tenant, Waiting { sharing, waiter });
        self.settle()
    }

    /// The worker is there.
    pub(super) fn ready(&mut self, slot: SlotId) {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.ready = true;
        }
    }

    /// A step of a run has the worker's processor.
    pub(super) fn busy(&mut self, slot: SlotId) {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.busy = true;
        }
    }

    /// The run that has the processor lasts: nobody else is to wait behind it.
    pub(super) fn lasts(&mut self, slot: SlotId) {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.quick = false;
        }
    }

    /// All runs of the worker wait, or it has none.
    pub(super) fn free(&mut self, slot: SlotId) -> Vec<Decision<W>> {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.busy = false;
        }
        self.settle()
    }

    /// A run has left its worker.
    pub(super) fn left(&mut self, slot: SlotId) -> Vec<Decision<W>> {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.runs = worker.runs.saturating_sub(1);
            worker.idle_since = Instant::now();
            worker.alone &= worker.runs > 0;
        }
        self.settle()
    }

    /// The worker is to begin no more runs.
    pub(super) fn retire(&mut self, slot: SlotId) -> Vec<Decision<W>> {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.leaving = true;
        }
        self.settle()
    }

    /// The same, though runs still wait on it: they were let in, and it counts as their tenant's until they have ended.
    pub(super) fn tainted(&mut self, slot: SlotId) -> Vec<Decision<W>> {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.tainted = true;
        }
        self.retire(slot)
    }

    /// The worker is no more.
    pub(super) fn gone(&mut self, slot: SlotId) -> Vec<Decision<W>> {
        self.slots.remove(&slot);
        self.settle()
    }

    /// Ends workers that have had no run for a while.
    pub(super) fn retire_idle(&mut self, idle: Duration) -> Vec<Decision<W>> {
        let old = self.slots.values_mut().filter(|worker| worker.is_idle() && worker.idle_since.elapsed() >= idle);
        old.for_each(|worker| worker.leaving = true);
        self.settle()
    }

    /// Sends everybody away: who waits is dropped, workers leave when their runs have ended.
    pub(super) fn close(&mut self) -> Vec<Decision<W>> {
        self.waiting.clear();
        self.slots.values_mut().for_each(|worker| worker.leaving = true);
        self.settle()
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            workers: self.slots.len(),
            occupied: self.slots.values().filter(|worker| worker.runs > 0).count(),
            runs: self.slots.values().map(|worker| worker.runs).sum(),
            waiting: self.waiting.len(),
        }
    }

    /// Does all that can be done now.
    fn settle(&mut self) -> Vec<Decision<W>> {
        let mut decisions = Vec::new();
        self.waiting.drop_first_while(|wish| wish.waiter.is_gone());
        loop {
            self.retire_leaving(&mut decisions);
            match self.serve_one(&mut decisions) {
                Some(next) => decisions.push(next),
                None => break,
            }
        }
        self.make_room();
        decisions
    }

    /// Ends idle workers that are to leave, or are more than there may be.
    fn retire_leaving(&mut self, decisions: &mut Vec<Decision<W>>) {
        while let Some(slot) = self.next_to_leave() {
            self.slots.remove(&slot);
            decisions.push(Decision::Retire(slot));
        }
    }

    fn next_to_leave(&self) -> Option<SlotId> {
        let too_many = self.slots.len() > self.max;
        let idle = self.slots.iter().filter(|(_, worker)| worker.is_idle() && (worker.leaving || too_many));
        idle.min_by_key(|(_, worker)| (Reverse(worker.leaving), worker.idle_since)).map(|(slot, _)| *slot)
    }

    /// Finds a place for somebody who waits, the tenants with the fewest workers first.
    fn serve_one(&mut self, decisions: &mut Vec<Decision<W>>) -> Option<Decision<W>> {
        let (tenant, place) = self.next_served()?;
        let Waiting { sharing, waiter } = self.waiting.take(&tenant)?;
        let (alone, quick) = (sharing == Sharing::Alone, sharing == Sharing::Quick);
        if let Place::Instead(slot) = place {
            self.slots.remove(&slot);
            decisions.push(Decision::Retire(slot));
        }
        if let Place::With(slot) = place {
            let worker = self.slots.get_mut(&slot)?;
            worker.quick = quick && (worker.quick || worker.runs == 0);
            (worker.runs, worker.busy, worker.alone) = (worker.runs + 1, true, alone);
            return Some(Decision::Join(slot, waiter));
        }
        self.last += 1;
        let worker = Worker {
            tenant,
            runs: 1,
            busy: true,
            ready: false,
            alone,
            quick,
            leaving: false,
            tainted: false,
            yielding: false,
            idle_since: Instant::now(),
        };
        self.slots.insert(self.last, worker);
        Some(Decision::Start(self.last, waiter))
    }

    /// Who is next, and where. Those who have no worker are all alike, so that of hundreds one is looked at.
    fn next_served(&self) -> Option<(TenantId, Place)> {
        if self.waiting.is_empty() {
            return None;
        }
        let owned = self.owned();
        let mut best: Option<(usize, &TenantId, Place)> = None;
        // By the manner in which the run wants its worker.
        let mut none_for_those_without = [false; 3];
        for tenant in self.waiting.turns() {
            let count = owned.get(tenant).copied().unwrap_or_default();
            if best.as_ref().is_some_and(|(least, _, _)| *least <= count) {
                continue;
            }
            let Some(sharing) = self.waiting.first(tenant).map(|wish| wish.sharing) else { continue };
            if count == 0 && none_for_those_without[sharing as usize] {
                continue;
            }
            match self.place(tenant, sharing, count) {
                Some(place) if count == 0 => return Some((tenant.clone(), place)),
                Some(place) => best = Some((count, tenant, place)),
                None if count == 0 => none_for_those_without[sharing as usize] = true,
                None => {}
            }
        }
        best.map(|(_, tenant, place)| (tenant.clone(), place))
    }

    fn place(&self, tenant: &TenantId, sharing: Sharing, owned: usize) -> Option<Place> {
        let alone = sharing == Sharing::Alone;
        let own = || self.slots.iter().filter(|(_, worker)| worker.tenant == *tenant && worker.takes_runs());
        // The one that was used last has the warmest caches.
        let idle = own().filter(|(_, worker)| worker.runs == 0).max_by_key(|(_, worker)| worker.idle_since);
        if let Some((slot, _)) = idle {
            return Some(Place::With(*slot));
        }
        if sharing == Sharing::Quick && owned >= self.cores.min(self.share) {
            let ahead =
                self.slots.iter().filter(|(_, worker)| worker.tenant == *tenant && worker.takes_another_quick_run());
            if let Some((slot, _)) = ahead.min_by_key(|(_, worker)| worker.runs) {
                return Some(Place::With(*slot));
            }
        }
        let may_grow = owned < self.share;
        let waits_only = |worker: &Worker| !worker.busy && worker.runs > 0;
        // Who must be alone cannot join runs that sleep, perhaps for minutes.
        let kept_out = alone && self.slots.values().filter(|worker| worker.tenant == *tenant).all(waits_only);
        let lent =
            if owned == 0 || kept_out { self.slots.values().filter(|worker| waits_only(worker)).count() } else { 0 };
        if (may_grow || kept_out) && self.slots.len() < self.max + lent.min(self.max) {
            return Some(Place::New);
        }
        let shared = own().filter(|(_, worker)| !alone && !worker.alone && worker.runs < SHARED);
        if let Some((slot, _)) = shared.min_by_key(|(_, worker)| worker.runs) {
            return Some(Place::With(*slot));
        }
        let others = self.slots.iter().filter(|(_, worker)| worker.is_idle());
        let oldest = others.min_by_key(|(_, worker)| worker.idle_since);
        oldest.filter(|_| may_grow).map(|(slot, _)| Place::Instead(*slot))
    }

    /// For each tenant that waits without a worker, one of the tenants that have the most takes no more runs.
    fn make_room(&mut self) {
        let owned = self.owned();
        let starving = self.waiting.turns().filter(|tenant| !owned.contains_key(tenant)).take(self.slots.len()).count();
        let mut ranked: Vec<(Reverse<usize>, usize, SlotId)> = Vec::new();
        if starving > 0 {
            let staying = self.slots.iter().filter(|(_, worker)| !worker.leaving);
            let rank = |worker: &Worker| Reverse(owned.get(&worker.tenant).copied().unwrap_or_default());
            ranked.extend(staying.map(|(slot, worker)| (rank(worker), worker.runs, *slot)));
            ranked.sort_unstable();
            ranked.truncate(starving);
        }
        for (slot, worker) in &mut self.slots {
            worker.yielding = ranked.iter().any(|(_, _, yielding)| yielding == slot);
        }
    }

    /// How many workers each tenant has that take runs, or would if it had not spoiled them.
    fn owned(&self) -> HashMap<&TenantId, usize> {
        let mut owned = HashMap::new();
        for worker in self.slots.values().filter(|worker| !worker.leaving || worker.tainted) {
            *owned.entry(&worker.tenant).or_default() += 1;
        }
        owned
    }
}

enum Place {
    With(SlotId),
    New,
    Instead(SlotId),
}

impl Worker {
    fn is_idle(&self) -> bool {
        self.runs == 0 && !self.busy
    }

    fn takes_another_quick_run(&self) -> bool {
        self.ready && self.busy && self.quick && self.runs < AHEAD && !self.leaving && !self.yielding
    }

    fn takes_runs(&self) -> bool {
        !self.busy && !self.leaving && !self.yielding
    }
}

#[cfg(test)]
mod tests;
