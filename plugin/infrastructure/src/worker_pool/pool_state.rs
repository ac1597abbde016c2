//! The roster under its lock, with the way to each worker: who asks gets a worker, a place to start one, or a wait.

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

/// The way to one worker.
pub(super) type Mailbox = mpsc::UnboundedSender<WorkItem>;

/// One thing to do, with the right to the worker that does it.
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
    /// Workers that exist, those that are on their way out too.
    alive: usize,
    closed: bool,
}

/// What somebody who asked gets.
#[derive(Debug)]
pub(super) enum Assignment {
    /// A worker that is there.
    Join(WorkerPermit, Mailbox),
    /// The right to start one.
    Start(WorkerPermit),
}

/// A run's right to its worker; given up when dropped.
#[derive(Debug)]
pub(super) struct WorkerPermit {
    pool_state: Arc<PoolState>,
    slot: SlotId,
    stage: Stage,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// There is no worker yet.
    Place,
    /// The worker does not know of the run yet.
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
    /// Nobody at work yet, and these rules.
    pub(super) fn new(placement: Placement<oneshot::Sender<Assignment>>) -> Self {
        let state = Inner { placement, mailboxes: HashMap::new(), alive: 0, closed: false };
        let (started, died) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { state: Mutex::new(state), changed: watch::Sender::new(()), started, died }
    }

    /// Asks for a worker of the tenant; None when the pool is closed. Whoever stops waiting drops the receiver.
    pub(super) fn ask(self: &Arc<Self>, tenant: &TenantId, sharing: Sharing) -> Option<oneshot::Receiver<Assignment>> {
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

    /// Introduces the worker that was started on a place.
    pub(super) fn register(&self, slot: SlotId, mailbox: Mailbox) {
        let mut state = self.state.lock();
        state.mailboxes.insert(slot, mailbox);
        state.placement.ready(slot);
        state.alive += 1;
        drop(state);
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    /// A step of a run has the worker's processor.
    pub(super) fn busy(&self, slot: SlotId) {
        self.state.lock().placement.busy(slot);
    }

    /// The run that has the worker's processor lasts.
    pub(super) fn lasts(&self, slot: SlotId) {
        self.state.lock().placement.lasts(slot);
    }

    /// All runs of the worker wait, or it has none.
    pub(super) fn free(self: &Arc<Self>, slot: SlotId) {
        self.change(|state| state.placement.free(slot));
    }

    /// The worker is to begin no more runs.
    pub(super) fn retire(self: &Arc<Self>, slot: SlotId) {
        self.change(|state| state.placement.retire(slot));
    }

    /// The same, and runs still wait on it.
    pub(super) fn tainted(self: &Arc<Self>, slot: SlotId) {
        self.change(|state| state.placement.tainted(slot));
    }

    /// The worker died or was killed.
    pub(super) fn died(self: &Arc<Self>, slot: SlotId) {
        self.died.fetch_add(1, Ordering::Relaxed);
        self.change(|state| {
            state.mailboxes.remove(&slot);
            state.placement.gone(slot)
        });
    }

    /// The worker has left, and its process is gone.
    pub(super) fn left(&self) {
        self.state.lock().alive -= 1;
        self.changed.send_replace(());
    }

    /// Those of a tenant that wait for a worker, and all that do.
    pub(super) fn waiting(&self, tenant: &TenantId) -> (usize, usize) {
        let state = self.state.lock();
        (state.placement.waiting_of(tenant), state.placement.counts().waiting)
    }

    pub(super) fn retire_idle(self: &Arc<Self>, idle: Duration) {
        self.change(|state| state.placement.retire_idle(idle));
    }

    /// Refuses everybody from now on; workers leave when their runs have ended.
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
        let unwanted = self.prepare(&mut state, decisions);
        drop(state);
        // Grants that nobody took give their holds up, which asks for the lock again.
        drop(unwanted);
    }

    /// Carries moves out; what nobody takes any more comes back, to be dropped without the lock.
    fn prepare(
        self: &Arc<Self>,
        state: &mut Inner,
        decisions: Vec<Decision<oneshot::Sender<Assignment>>>,
    ) -> Vec<Assignment> {
        let mut unwanted = Vec::new();
        for step in decisions {
            let (waiter, assignment) = match step {
                Decision::Retire(slot) => {
                    // A worker without a mailbox leaves.
                    state.mailboxes.remove(&slot);
                    continue;
                }
                Decision::Start(slot, waiter) => (waiter, Assignment::Start(self.permit(slot, Stage::Place))),
                Decision::Join(slot, waiter) => match state.mailboxes.get(&slot) {
                    Some(mailbox) => (waiter, Assignment::Join(self.permit(slot, Stage::Assigned), mailbox.clone())),
                    // It has died and nobody has said so yet.
                    None => continue,
                },
            };
            unwanted.extend(waiter.send(assignment).err());
        }
        unwanted
    }

    fn permit(self: &Arc<Self>, slot: SlotId, stage: Stage) -> WorkerPermit {
        WorkerPermit { pool_state: Arc::clone(self), slot, stage }
    }
}

impl WorkerPermit {
    pub(super) const fn slot(&self) -> SlotId {
        self.slot
    }

    /// There is a worker now, which does not know of the run yet.
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
    /// Gives the worker up and tells whoever waits why.
    pub(super) fn refuse(self, fault: Fault) {
        drop(self.permit);
        self.work.refuse(fault);
    }
}

impl Drop for WorkerPermit {
    fn drop(&mut self) {
        let slot = self.slot;
        match self.stage {
            Stage::Place => self.pool_state.change(|state| state.placement.gone(slot)),
            Stage::Begun => self.pool_state.change(|state| state.placement.left(slot)),
            Stage::Assigned => {
                self.pool_state.change(|state| state.placement.left(slot));
                self.pool_state.free(slot);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_worker_that_died_leaves_no_way_to_it() {
        let (pool_state, acme) = (Arc::new(PoolState::new(Placement::new(1))), TenantId::parse("acme").unwrap());
        let assigned = pool_state.ask(&acme, Sharing::Default).unwrap().await;
        let Ok(Assignment::Start(permit)) = assigned else { panic!("{assigned:?}") };
        let (sender, mut mailbox) = mpsc::unbounded_channel();
        pool_state.register(permit.slot(), sender);
        pool_state.died(permit.slot());
        assert!(mailbox.recv().await.is_none());
    }
}
