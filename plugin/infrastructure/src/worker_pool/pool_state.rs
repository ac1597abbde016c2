//! The shared state of a pool: the placement and the workers' mailboxes under a lock. A request gets a worker, a slot in which to start
//! one, or a place in the queue.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use iota_scripts_domain::{Fault, TenantId};
use iota_scripts_services::ports::RuntimeStatus;
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    placement::{Decision, Placement, Sharing, SlotId, Waiter},
    work::{Bindings, WorkKind},
};

/// Sends work to one worker.
pub(super) type Mailbox = mpsc::UnboundedSender<WorkItem>;

/// A unit of work, with the permit for the worker that does it.
pub(super) struct WorkItem {
    pub(super) permit: WorkerPermit,
    pub(super) bindings: Arc<Bindings>,
    pub(super) work: WorkKind,
}

/// All workers of a pool.
#[derive(Debug)]
pub(super) struct PoolState {
    state: Mutex<Inner>,
    changed: watch::Sender<()>,
    started: AtomicU64,
    died: AtomicU64,
}

#[derive(Debug)]
struct Inner {
    placement: Placement<oneshot::Sender<Assignment>>,
    mailboxes: HashMap<SlotId, Mailbox>,
    /// Workers that exist, including those that are stopping.
    alive: usize,
    closed: bool,
}

/// The answer to a request for a worker.
#[derive(Debug)]
pub(super) enum Assignment {
    /// A running worker.
    Join(WorkerPermit, Mailbox),
    /// The right to start one.
    Start(WorkerPermit),
}

/// A run's right to its worker; released on drop.
#[derive(Debug)]
pub(super) struct WorkerPermit {
    pool_state: Arc<PoolState>,
    slot: SlotId,
    stage: Stage,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// The slot is reserved, but there is no worker yet.
    Reserved,
    /// The worker has not received the run yet.
    Assigned,
    /// The worker has the run.
    Begun,
}

impl Waiter for oneshot::Sender<Assignment> {
    fn is_gone(&self) -> bool {
        self.is_closed()
    }
}

impl PoolState {
    /// Creates a pool state without workers.
    pub(super) fn new(placement: Placement<oneshot::Sender<Assignment>>) -> Self {
        let state = Inner { placement, mailboxes: HashMap::new(), alive: 0, closed: false };
        let (started, died) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { state: Mutex::new(state), changed: watch::Sender::new(()), started, died }
    }

    /// Requests a worker for the tenant; `None` if the pool is closed. Dropping the receiver abandons the request.
    pub(super) fn request(
        self: &Arc<Self>,
        tenant: &TenantId,
        sharing: Sharing,
    ) -> Option<oneshot::Receiver<Assignment>> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state.lock();
        if state.closed {
            return None;
        }
        let decisions = state.placement.enqueue(tenant, sharing, sender);
        let assigned = self.prepare(&mut state, decisions);
        drop(state);
        drop(assigned);
        Some(receiver)
    }

    /// Registers the worker that was started in a slot.
    pub(super) fn register(&self, slot: SlotId, mailbox: Mailbox) {
        let mut state = self.state.lock();
        state.mailboxes.insert(slot, mailbox);
        state.placement.ready(slot);
        state.alive += 1;
        drop(state);
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that a step of a run is executing on the worker.
    pub(super) fn busy(&self, slot: SlotId) {
        self.state.lock().placement.busy(slot);
    }

    /// Records that the executing run is not short.
    pub(super) fn stop_pipelining(&self, slot: SlotId) {
        self.state.lock().placement.stop_pipelining(slot);
    }

    /// Records that all runs of the worker wait for host calls, or that it has none.
    pub(super) fn free(self: &Arc<Self>, slot: SlotId) {
        self.change(|state| state.placement.free(slot));
    }

    /// Stops assigning runs to the worker.
    pub(super) fn retire(self: &Arc<Self>, slot: SlotId) {
        self.change(|state| state.placement.retire(slot));
    }

    /// Stops assigning runs to a worker that a run left unusable while its other runs still wait.
    pub(super) fn retire_tainted(self: &Arc<Self>, slot: SlotId) {
        self.change(|state| state.placement.retire_tainted(slot));
    }

    /// Records that the worker died or was killed.
    pub(super) fn died(self: &Arc<Self>, slot: SlotId) {
        self.died.fetch_add(1, Ordering::Relaxed);
        self.change(|state| {
            state.mailboxes.remove(&slot);
            state.placement.remove(slot)
        });
    }

    /// Records that the worker has stopped and its process has exited.
    pub(super) fn exited(&self) {
        self.state.lock().alive -= 1;
        self.changed.send_replace(());
    }

    /// Returns the number of waiting requests of a tenant, and of all.
    pub(super) fn waiting(&self, tenant: &TenantId) -> (usize, usize) {
        let state = self.state.lock();
        (state.placement.waiting_of(tenant), state.placement.counts().waiting)
    }

    pub(super) fn retire_idle(self: &Arc<Self>, idle: Duration) {
        self.change(|state| state.placement.retire_idle(idle));
    }

    /// Rejects all requests from now on; workers stop when their runs have ended.
    pub(super) fn close(self: &Arc<Self>) {
        self.change(|state| {
            state.closed = true;
            state.placement.close()
        });
    }

    /// Waits until no worker is left.
    pub(super) async fn empty(&self) {
        let mut changed = self.changed.subscribe();
        while self.state.lock().alive > 0 {
            // The sender lives as long as `self`, so this cannot fail.
            let _ = changed.changed().await;
        }
    }

    pub(super) fn status(&self) -> RuntimeStatus {
        let counts = self.state.lock().placement.counts();
        RuntimeStatus {
            workers: counts.workers,
            busy: counts.occupied,
            runs: counts.runs,
            waiting: counts.waiting,
            started: self.started.load(Ordering::Relaxed),
            died: self.died.load(Ordering::Relaxed),
            ..RuntimeStatus::default()
        }
    }

    fn change(self: &Arc<Self>, change: impl FnOnce(&mut Inner) -> Vec<Decision<oneshot::Sender<Assignment>>>) {
        let mut state = self.state.lock();
        let decisions = change(&mut state);
        let undelivered = self.prepare(&mut state, decisions);
        drop(state);
        // Dropping undelivered assignments releases their permits, which takes the lock again.
        drop(undelivered);
    }

    /// Carries out decisions. Returns the assignments whose receivers are gone, to be dropped without the lock.
    fn prepare(
        self: &Arc<Self>,
        state: &mut Inner,
        decisions: Vec<Decision<oneshot::Sender<Assignment>>>,
    ) -> Vec<Assignment> {
        let mut undelivered = Vec::new();
        for decision in decisions {
            let (waiter, assignment) = match decision {
                Decision::Retire(slot) => {
                    // A worker stops when its mailbox closes.
                    state.mailboxes.remove(&slot);
                    continue;
                }
                Decision::Start(slot, waiter) => (waiter, Assignment::Start(self.permit(slot, Stage::Reserved))),
                Decision::Join(slot, waiter) => match state.mailboxes.get(&slot) {
                    Some(mailbox) => (waiter, Assignment::Join(self.permit(slot, Stage::Assigned), mailbox.clone())),
                    // The worker has died, but that is not recorded yet.
                    None => continue,
                },
            };
            undelivered.extend(waiter.send(assignment).err());
        }
        undelivered
    }

    fn permit(self: &Arc<Self>, slot: SlotId, stage: Stage) -> WorkerPermit {
        WorkerPermit { pool_state: Arc::clone(self), slot, stage }
    }
}

impl WorkerPermit {
    pub(super) const fn slot(&self) -> SlotId {
        self.slot
    }

    /// Records that there is a worker, which has not received the run yet.
    pub(super) const fn assigned(&mut self) {
        self.stage = Stage::Assigned;
    }

    /// The worker has the run.
    pub(super) const fn begun(&mut self) {
        self.stage = Stage::Begun;
    }
}

impl std::fmt::Debug for WorkItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkItem").field("permit", &self.permit).finish_non_exhaustive()
    }
}

impl WorkItem {
    /// Releases the worker and reports the fault to the caller.
    pub(super) fn refuse(self, fault: Fault) {
        drop(self.permit);
        self.work.refuse(fault);
    }
}

impl Drop for WorkerPermit {
    fn drop(&mut self) {
        let slot = self.slot;
        match self.stage {
            Stage::Reserved => self.pool_state.change(|state| state.placement.remove(slot)),
            Stage::Begun => self.pool_state.change(|state| state.placement.release(slot)),
            Stage::Assigned => {
                self.pool_state.change(|state| state.placement.release(slot));
                self.pool_state.free(slot);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_mailbox_of_a_dead_worker_is_closed() {
        let (pool_state, acme) = (Arc::new(PoolState::new(Placement::new(1))), TenantId::parse("acme").unwrap());
        let assigned = pool_state.request(&acme, Sharing::Shared).unwrap().await;
        let Ok(Assignment::Start(permit)) = assigned else { panic!("{assigned:?}") };
        let (sender, mut mailbox) = mpsc::unbounded_channel();
        pool_state.register(permit.slot(), sender);
        pool_state.died(permit.slot());
        assert!(mailbox.recv().await.is_none());
    }
}
