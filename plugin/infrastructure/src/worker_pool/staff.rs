//! The roster under its lock, with the way to each worker: who asks gets a worker, a place to start one, or a wait.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use iota_scripts_domain::TenantId;
use iota_scripts_services::ports::RuntimeStatus;
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    errand::Errand,
    roster::{Manner, Move, Post, Roster, Waiter},
};

/// The way to one worker.
pub(super) type Mailbox = mpsc::UnboundedSender<Errand>;

/// All workers of a pool.
#[derive(Debug)]
pub(super) struct Staff {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    started: AtomicU64,
    died: AtomicU64,
}

#[derive(Debug)]
struct State {
    roster: Roster<oneshot::Sender<Grant>>,
    mailboxes: HashMap<Post, Mailbox>,
    /// Workers that exist, those that are on their way out too.
    alive: usize,
    closed: bool,
}

/// What somebody who asked gets.
#[derive(Debug)]
pub(super) enum Grant {
    /// A worker that is there.
    Join(Hold, Mailbox),
    /// The right to start one.
    Start(Hold),
}

/// A run's right to its worker; given up when dropped.
#[derive(Debug)]
pub(super) struct Hold {
    staff: Arc<Staff>,
    post: Post,
    stage: Stage,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// There is no worker yet.
    Place,
    /// The worker does not know of the run yet.
    Granted,
    /// The worker has the run.
    Begun,
}

impl Waiter for oneshot::Sender<Grant> {
    fn is_gone(&self) -> bool {
        self.is_closed()
    }
}

impl Staff {
    /// Nobody at work yet, and these rules.
    pub(super) fn new(roster: Roster<oneshot::Sender<Grant>>) -> Self {
        let state = State { roster, mailboxes: HashMap::new(), alive: 0, closed: false };
        let (started, died) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { state: Mutex::new(state), changed: watch::Sender::new(()), started, died }
    }

    /// Asks for a worker of the tenant; None when the pool is closed. Whoever stops waiting drops the receiver.
    pub(super) fn ask(self: &Arc<Self>, tenant: &TenantId, manner: Manner) -> Option<oneshot::Receiver<Grant>> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state.lock();
        if state.closed {
            return None;
        }
        let moves = state.roster.arrive(tenant, manner, sender);
        let granted = self.prepare(&mut state, moves);
        drop(state);
        drop(granted);
        Some(receiver)
    }

    /// Introduces the worker that was started on a place.
    pub(super) fn introduce(&self, post: Post, mailbox: Mailbox) {
        let mut state = self.state.lock();
        state.mailboxes.insert(post, mailbox);
        state.roster.ready(post);
        state.alive += 1;
        drop(state);
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    /// A step of a run has the worker's processor.
    pub(super) fn busy(&self, post: Post) {
        self.state.lock().roster.busy(post);
    }

    /// The run that has the worker's processor lasts.
    pub(super) fn lasts(&self, post: Post) {
        self.state.lock().roster.lasts(post);
    }

    /// All runs of the worker wait, or it has none.
    pub(super) fn free(self: &Arc<Self>, post: Post) {
        self.change(|state| state.roster.free(post));
    }

    /// The worker is to begin no more runs.
    pub(super) fn spent(self: &Arc<Self>, post: Post) {
        self.change(|state| state.roster.spent(post));
    }

    /// The same, and runs still wait on it.
    pub(super) fn spoiled(self: &Arc<Self>, post: Post) {
        self.change(|state| state.roster.spoiled(post));
    }

    /// The worker died or was killed.
    pub(super) fn died(self: &Arc<Self>, post: Post) {
        self.died.fetch_add(1, Ordering::Relaxed);
        self.change(|state| {
            state.mailboxes.remove(&post);
            state.roster.gone(post)
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
        (state.roster.waiting_of(tenant), state.roster.counts().waiting)
    }

    pub(super) fn retire_idle(self: &Arc<Self>, idle: Duration) {
        self.change(|state| state.roster.retire_idle(idle));
    }

    /// Refuses everybody from now on; workers leave when their runs have ended.
    pub(super) fn close(self: &Arc<Self>) {
        self.change(|state| {
            state.closed = true;
            state.roster.close()
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
        let counts = self.state.lock().roster.counts();
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

    fn change(self: &Arc<Self>, change: impl FnOnce(&mut State) -> Vec<Move<oneshot::Sender<Grant>>>) {
        let mut state = self.state.lock();
        let moves = change(&mut state);
        let unwanted = self.prepare(&mut state, moves);
        drop(state);
        // Grants that nobody took give their holds up, which asks for the lock again.
        drop(unwanted);
    }

    /// Carries moves out; what nobody takes any more comes back, to be dropped without the lock.
    fn prepare(self: &Arc<Self>, state: &mut State, moves: Vec<Move<oneshot::Sender<Grant>>>) -> Vec<Grant> {
        let mut unwanted = Vec::new();
        for step in moves {
            let (waiter, grant) = match step {
                Move::Retire(post) => {
                    // A worker without a mailbox leaves.
                    state.mailboxes.remove(&post);
                    continue;
                }
                Move::Start(post, waiter) => (waiter, Grant::Start(self.hold(post, Stage::Place))),
                Move::Join(post, waiter) => match state.mailboxes.get(&post) {
                    Some(mailbox) => (waiter, Grant::Join(self.hold(post, Stage::Granted), mailbox.clone())),
                    // It has died and nobody has said so yet.
                    None => continue,
                },
            };
            unwanted.extend(waiter.send(grant).err());
        }
        unwanted
    }

    fn hold(self: &Arc<Self>, post: Post, stage: Stage) -> Hold {
        Hold { staff: Arc::clone(self), post, stage }
    }
}

impl Hold {
    pub(super) const fn post(&self) -> Post {
        self.post
    }

    /// There is a worker now, which does not know of the run yet.
    pub(super) const fn granted(&mut self) {
        self.stage = Stage::Granted;
    }

    /// The worker has the run.
    pub(super) const fn begun(&mut self) {
        self.stage = Stage::Begun;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let post = self.post;
        match self.stage {
            Stage::Place => self.staff.change(|state| state.roster.gone(post)),
            Stage::Begun => self.staff.change(|state| state.roster.left(post)),
            Stage::Granted => {
                self.staff.change(|state| state.roster.left(post));
                self.staff.free(post);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_worker_that_died_leaves_no_way_to_it() {
        let (staff, acme) = (Arc::new(Staff::new(Roster::new(1))), TenantId::parse("acme").unwrap());
        let granted = staff.ask(&acme, Manner::Usual).unwrap().await;
        let Ok(Grant::Start(hold)) = granted else { panic!("{granted:?}") };
        let (sender, mut mailbox) = mpsc::unbounded_channel();
        staff.introduce(hold.post(), sender);
        staff.died(hold.post());
        assert!(mailbox.recv().await.is_none());
    }
}
