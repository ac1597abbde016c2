//! Placement rules: which run gets which worker, and which runs wait. Pure bookkeeping without I/O.
//!
//! A worker serves one tenant. A run gets an idle worker of its tenant, else a new worker, else it shares a worker whose runs all wait for
//! host calls, because waiting needs no CPU. A short run is queued behind other short ones (pipelined) once each core has a worker.
//!
//! A few workers are reserved, so that no tenant can have all. For each worker that only waits, a tenant without a worker, or a run that
//! needs an exclusive one, can get a worker above the maximum. A free slot goes to the tenant with the fewest workers; while some tenant
//! has none, a worker of the tenant with the most takes no more runs.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    num::NonZero,
    thread,
    time::{Duration, Instant},
};

use iota_scripts_domain::TenantId;

use super::fair_queue::FairQueue;

/// Identifies a worker's slot.
pub(super) type SlotId = u64;

/// Maximum runs on one worker at a time, all but one of them waiting for host calls.
const MAX_RUNS_PER_WORKER: usize = 64;
/// Maximum pipelined runs on one worker at a time, all but one of them not started.
const PIPELINE_DEPTH: usize = 4;

/// How a run may share its worker with other runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// The worker is idle, or its runs are all waiting for host calls.
    Shared,
    /// The worker has no other runs.
    Exclusive,
    /// The run is expected to be short: it may be queued behind another short run that has not ended yet.
    Pipelined,
}

/// A request that waits for a worker.
pub(super) trait Waiter {
    /// Whether the request has been abandoned.
    fn is_gone(&self) -> bool;
}

/// A placement decision, to be carried out by the caller.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision<W> {
    /// Start a worker in this slot for the waiter.
    Start(SlotId, W),
    /// Give the waiter this worker.
    Join(SlotId, W),
    /// Stop this worker; it has no runs.
    Retire(SlotId),
}

/// All slots of a pool, and the requests that wait.
#[derive(Debug)]
pub(super) struct Placement<W> {
    max: usize,
    /// Maximum workers of one tenant.
    share: usize,
    /// Number of a tenant's workers (one per core) from which on short runs are pipelined instead of waking another worker.
    cores: usize,
    slots: BTreeMap<SlotId, Worker>,
    waiting: FairQueue<TenantId, Waiting<W>>,
    last: SlotId,
}

#[derive(Debug)]
struct Worker {
    tenant: TenantId,
    /// Runs on the worker, including waiting ones.
    runs: usize,
    /// A step of a run is executing, or the worker is not ready yet.
    busy: bool,
    /// The worker has started.
    ready: bool,
    /// Its run needs the worker exclusively.
    exclusive: bool,
    /// All its runs are pipelined, and none has run for long.
    pipelined: bool,
    /// It takes no more runs, and stops when its runs have ended.
    retiring: bool,
    /// A run left it in a state in which no other run may start.
    tainted: bool,
    /// It takes no more runs while some tenant waits without a worker.
    yielding: bool,
    idle_since: Instant,
}

#[derive(Debug)]
struct Waiting<W> {
    sharing: Sharing,
    waiter: W,
}

/// Numbers of workers and runs in a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    /// Workers.
    pub(super) workers: usize,
    /// Workers with at least one run.
    pub(super) occupied: usize,
    /// Runs on workers.
    pub(super) runs: usize,
    /// Runs that wait for a worker.
    pub(super) waiting: usize,
}

impl<W: Waiter> Placement<W> {
    /// Creates the placement for runs: a fifth of the slots is reserved from any one tenant.
    pub(super) fn new(max: usize) -> Self {
        Self::with_share(max, max - max / 5)
    }

    /// Creates a placement in which each tenant gets at most `share` workers.
    pub(super) fn with_share(max: usize, share: usize) -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self { max, share, cores, slots: BTreeMap::new(), waiting: FairQueue::new(), last: 0 }
    }

    /// Returns the number of a tenant's waiting requests.
    pub(super) fn waiting_of(&self, tenant: &TenantId) -> usize {
        self.waiting.of(tenant).filter(|entry| !entry.waiter.is_gone()).count()
    }

    /// Adds a request for a worker.
    pub(super) fn enqueue(&mut self, tenant: &TenantId, sharing: Sharing, waiter: W) -> Vec<Decision<W>> {
        self.waiting.push(tenant, Waiting { sharing, waiter });
        self.settle()
    }

    /// Records that the worker has started.
    pub(super) fn ready(&mut self, slot: SlotId) {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.ready = true;
        }
    }

    /// Records that a step of a run is executing on the worker.
    pub(super) fn busy(&mut self, slot: SlotId) {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.busy = true;
        }
    }

    /// Records that the executing run is not short, so that no run is queued behind it.
    pub(super) fn stop_pipelining(&mut self, slot: SlotId) {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.pipelined = false;
        }
    }

    /// Records that all runs of the worker wait for host calls, or that it has none.
    pub(super) fn free(&mut self, slot: SlotId) -> Vec<Decision<W>> {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.busy = false;
        }
        self.settle()
    }

    /// Records that a run has left its worker.
    pub(super) fn release(&mut self, slot: SlotId) -> Vec<Decision<W>> {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.runs = worker.runs.saturating_sub(1);
            worker.idle_since = Instant::now();
            worker.exclusive &= worker.runs > 0;
        }
        self.settle()
    }

    /// Stops assigning runs to the worker.
    pub(super) fn retire(&mut self, slot: SlotId) -> Vec<Decision<W>> {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.retiring = true;
        }
        self.settle()
    }

    /// Stops assigning runs to a worker that a run left unusable while its other runs still wait. It counts toward its tenant's share until
    /// those have ended.
    pub(super) fn retire_tainted(&mut self, slot: SlotId) -> Vec<Decision<W>> {
        if let Some(worker) = self.slots.get_mut(&slot) {
            worker.tainted = true;
        }
        self.retire(slot)
    }

    /// Removes a worker that has exited.
    pub(super) fn remove(&mut self, slot: SlotId) -> Vec<Decision<W>> {
        self.slots.remove(&slot);
        self.settle()
    }

    /// Retires workers that have been idle for `idle`.
    pub(super) fn retire_idle(&mut self, idle: Duration) -> Vec<Decision<W>> {
        let old = self.slots.values_mut().filter(|worker| worker.is_idle() && worker.idle_since.elapsed() >= idle);
        old.for_each(|worker| worker.retiring = true);
        self.settle()
    }

    /// Drops all waiting requests, and retires all workers.
    pub(super) fn close(&mut self) -> Vec<Decision<W>> {
        self.waiting.clear();
        self.slots.values_mut().for_each(|worker| worker.retiring = true);
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

    /// Makes all decisions that are possible now.
    fn settle(&mut self) -> Vec<Decision<W>> {
        let mut decisions = Vec::new();
        self.waiting.drop_first_while(|entry| entry.waiter.is_gone());
        loop {
            self.retire_unneeded(&mut decisions);
            match self.serve_next(&mut decisions) {
                Some(next) => decisions.push(next),
                None => break,
            }
        }
        self.make_room();
        decisions
    }

    /// Stops idle workers that are retiring or exceed the maximum.
    fn retire_unneeded(&mut self, decisions: &mut Vec<Decision<W>>) {
        while let Some(slot) = self.next_to_retire() {
            self.slots.remove(&slot);
            decisions.push(Decision::Retire(slot));
        }
    }

    fn next_to_retire(&self) -> Option<SlotId> {
        let too_many = self.slots.len() > self.max;
        let idle = self.slots.iter().filter(|(_, worker)| worker.is_idle() && (worker.retiring || too_many));
        idle.min_by_key(|(_, worker)| (Reverse(worker.retiring), worker.idle_since)).map(|(slot, _)| *slot)
    }

    /// Serves one waiting request, if possible; tenants with the fewest workers come first.
    fn serve_next(&mut self, decisions: &mut Vec<Decision<W>>) -> Option<Decision<W>> {
        let (tenant, choice) = self.choose_next()?;
        let Waiting { sharing, waiter } = self.waiting.take(&tenant)?;
        let (exclusive, pipelined) = (sharing == Sharing::Exclusive, sharing == Sharing::Pipelined);
        if let SlotChoice::Replacing(slot) = choice {
            self.slots.remove(&slot);
            decisions.push(Decision::Retire(slot));
        }
        if let SlotChoice::Existing(slot) = choice {
            let worker = self.slots.get_mut(&slot)?;
            worker.pipelined = pipelined && (worker.pipelined || worker.runs == 0);
            (worker.runs, worker.busy, worker.exclusive) = (worker.runs + 1, true, exclusive);
            return Some(Decision::Join(slot, waiter));
        }
        self.last += 1;
        let worker = Worker {
            tenant,
            runs: 1,
            busy: true,
            ready: false,
            exclusive,
            pipelined,
            retiring: false,
            tainted: false,
            yielding: false,
            idle_since: Instant::now(),
        };
        self.slots.insert(self.last, worker);
        Some(Decision::Start(self.last, waiter))
    }

    /// Chooses the tenant to serve next, and the slot. Tenants without a worker are interchangeable, so only one per sharing mode is tried.
    fn choose_next(&self) -> Option<(TenantId, SlotChoice)> {
        if self.waiting.is_empty() {
            return None;
        }
        let owned = self.owned();
        let mut best: Option<(usize, &TenantId, SlotChoice)> = None;
        // Indexed by `Sharing`.
        let mut no_slot_for_workerless = [false; 3];
        for tenant in self.waiting.turns() {
            let count = owned.get(tenant).copied().unwrap_or_default();
            if best.as_ref().is_some_and(|(least, _, _)| *least <= count) {
                continue;
            }
            let Some(sharing) = self.waiting.first(tenant).map(|entry| entry.sharing) else { continue };
            if count == 0 && no_slot_for_workerless[sharing as usize] {
                continue;
            }
            match self.choose_slot(tenant, sharing, count) {
                Some(choice) if count == 0 => return Some((tenant.clone(), choice)),
                Some(choice) => best = Some((count, tenant, choice)),
                None if count == 0 => no_slot_for_workerless[sharing as usize] = true,
                None => {}
            }
        }
        best.map(|(_, tenant, choice)| (tenant.clone(), choice))
    }

    fn choose_slot(&self, tenant: &TenantId, sharing: Sharing, owned: usize) -> Option<SlotChoice> {
        let exclusive = sharing == Sharing::Exclusive;
        let own = || self.slots.iter().filter(|(_, worker)| worker.tenant == *tenant && worker.takes_runs());
        // The most recently used worker has the warmest caches.
        let idle = own().filter(|(_, worker)| worker.runs == 0).max_by_key(|(_, worker)| worker.idle_since);
        if let Some((slot, _)) = idle {
            return Some(SlotChoice::Existing(*slot));
        }
        if sharing == Sharing::Pipelined && owned >= self.cores.min(self.share) {
            let ahead =
                self.slots.iter().filter(|(_, worker)| worker.tenant == *tenant && worker.takes_pipelined_run());
            if let Some((slot, _)) = ahead.min_by_key(|(_, worker)| worker.runs) {
                return Some(SlotChoice::Existing(*slot));
            }
        }
        let below_share = owned < self.share;
        let only_waits = |worker: &Worker| !worker.busy && worker.runs > 0;
        // An exclusive run cannot share with waiting runs, which may wait for minutes.
        let must_start = exclusive && self.slots.values().filter(|worker| worker.tenant == *tenant).all(only_waits);
        let borrowed =
            if owned == 0 || must_start { self.slots.values().filter(|worker| only_waits(worker)).count() } else { 0 };
        if (below_share || must_start) && self.slots.len() < self.max + borrowed.min(self.max) {
            return Some(SlotChoice::New);
        }
        let shared = own().filter(|(_, worker)| !exclusive && !worker.exclusive && worker.runs < MAX_RUNS_PER_WORKER);
        if let Some((slot, _)) = shared.min_by_key(|(_, worker)| worker.runs) {
            return Some(SlotChoice::Existing(*slot));
        }
        let others = self.slots.iter().filter(|(_, worker)| worker.is_idle());
        let oldest = others.min_by_key(|(_, worker)| worker.idle_since);
        oldest.filter(|_| below_share).map(|(slot, _)| SlotChoice::Replacing(*slot))
    }

    /// For each tenant that waits without a worker, marks a worker of a tenant with the most workers as taking no more runs.
    fn make_room(&mut self) {
        let owned = self.owned();
        let starving = self.waiting.turns().filter(|tenant| !owned.contains_key(tenant)).take(self.slots.len()).count();
        let mut ranked: Vec<(Reverse<usize>, usize, SlotId)> = Vec::new();
        if starving > 0 {
            let staying = self.slots.iter().filter(|(_, worker)| !worker.retiring);
            let rank = |worker: &Worker| Reverse(owned.get(&worker.tenant).copied().unwrap_or_default());
            ranked.extend(staying.map(|(slot, worker)| (rank(worker), worker.runs, *slot)));
            ranked.sort_unstable();
            ranked.truncate(starving);
        }
        for (slot, worker) in &mut self.slots {
            worker.yielding = ranked.iter().any(|(_, _, yielding)| yielding == slot);
        }
    }

    /// Counts each tenant's workers that take runs, plus those it has tainted.
    fn owned(&self) -> HashMap<&TenantId, usize> {
        let mut owned = HashMap::new();
        for worker in self.slots.values().filter(|worker| !worker.retiring || worker.tainted) {
            *owned.entry(&worker.tenant).or_default() += 1;
        }
        owned
    }
}

enum SlotChoice {
    Existing(SlotId),
    New,
    Replacing(SlotId),
}

impl Worker {
    fn is_idle(&self) -> bool {
        self.runs == 0 && !self.busy
    }

    fn takes_pipelined_run(&self) -> bool {
        self.ready && self.busy && self.pipelined && self.runs < PIPELINE_DEPTH && !self.retiring && !self.yielding
    }

    fn takes_runs(&self) -> bool {
        !self.busy && !self.retiring && !self.yielding
    }
}

#[cfg(test)]
mod tests;
