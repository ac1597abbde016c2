//! The places for workers: who sits, who is idle, who waits. Pure bookkeeping under one lock; nothing here runs.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use iota_scripts_domain::{Fault, TenantId};
use iota_scripts_services::ports::RuntimeStatus;
use parking_lot::Mutex;
use tokio::sync::{oneshot, watch};

use super::{exhausted, fair_queue::FairQueue, wire, worker::Worker};

/// All places of a pool.
#[derive(Debug)]
pub(super) struct Seats {
    max: usize,
    state: Mutex<State>,
    changed: watch::Sender<()>,
    started: AtomicU64,
    died: AtomicU64,
}

#[derive(Debug)]
struct State {
    taken: usize,
    idle: Vec<Idle>,
    waiting: FairQueue<TenantId, oneshot::Sender<Checkout>>,
    closed: bool,
}

#[derive(Debug)]
struct Idle {
    worker: Worker,
    since: Instant,
}

/// What a checkout gets.
#[derive(Debug)]
pub(super) enum Checkout {
    /// A worker of the tenant.
    Warm(Box<Worker>),
    /// The right to start one.
    Empty(Seat),
}

/// The right to one worker; given up when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Weak<Seats>,
}

impl Seats {
    pub(super) fn new(max: usize) -> Self {
        let state = State { taken: 0, idle: Vec::new(), waiting: FairQueue::new(), closed: false };
        let (started, died) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { max, state: Mutex::new(state), changed: watch::Sender::new(()), started, died }
    }

    /// A warm worker of the tenant, or a seat to start one, or a wait in line for either.
    pub(super) async fn take(self: &Arc<Self>, tenant: &TenantId, patience: Duration) -> Result<Checkout, Fault> {
        let (sender, receiver) = oneshot::channel();
        let evicted = {
            let mut state = self.state.lock();
            if state.closed {
                return Err(wire::stopping());
            }
            if let Some(at) = state.idle.iter().rposition(|idle| idle.worker.tenant() == tenant) {
                return Ok(Checkout::Warm(Box::new(state.idle.remove(at).worker)));
            }
            if state.taken < self.max {
                state.taken += 1;
                return Ok(Checkout::Empty(self.seat()));
            }
            state.waiting.push(tenant, sender);
            // The idle worker that was used least recently gives its seat up; it goes to whoever is next in line.
            if state.idle.is_empty() { None } else { Some(state.idle.remove(0).worker) }
        };
        drop(evicted);
        match tokio::time::timeout(patience, receiver).await {
            Ok(Ok(checkout)) => Ok(checkout),
            Ok(Err(_)) => Err(wire::stopping()),
            Err(_) => Err(exhausted(patience)),
        }
    }

    /// Takes a healthy worker back: for the next in line, else to wait for the next run of its tenant.
    pub(super) fn give_back(self: &Arc<Self>, mut worker: Worker) {
        loop {
            let mut state = self.state.lock();
            let Some((tenant, waiter)) = state.waiting.pop() else {
                if state.closed {
                    drop(state);
                    drop(worker);
                } else {
                    state.idle.push(Idle { worker, since: Instant::now() });
                }
                return;
            };
            drop(state);
            if tenant != *worker.tenant() {
                // A waiter that is gone gives the seat up again, which passes it on.
                if let Some(seat) = worker.leave_seat() {
                    let _ = waiter.send(Checkout::Empty(seat));
                }
                return;
            }
            match waiter.send(Checkout::Warm(Box::new(worker))) {
                Ok(()) => return,
                Err(Checkout::Warm(unwanted)) => worker = *unwanted,
                Err(Checkout::Empty(_)) => return,
            }
        }
    }

    pub(super) fn retire_unused_since(&self, idle: Duration) {
        let old: Vec<Idle> = {
            let mut state = self.state.lock();
            let young = state.idle.iter().position(|entry| entry.since.elapsed() < idle).unwrap_or(state.idle.len());
            state.idle.drain(..young).collect()
        };
        drop(old);
    }

    /// Refuses everybody from now on, and sends idle workers away.
    pub(super) fn close(&self) {
        let idle = {
            let mut state = self.state.lock();
            state.closed = true;
            state.waiting.clear();
            std::mem::take(&mut state.idle)
        };
        drop(idle);
    }

    /// Waits until no worker is left.
    pub(super) async fn empty(&self) {
        let mut changed = self.changed.subscribe();
        while self.state.lock().taken > 0 {
            // The sender lives as long as `self`, so this cannot fail.
            let _ = changed.changed().await;
        }
    }

    pub(super) fn count_death(&self) {
        self.died.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn status(&self) -> RuntimeStatus {
        let state = self.state.lock();
        RuntimeStatus {
            workers: state.taken,
            busy: state.taken - state.idle.len(),
            waiting: state.waiting.len(),
            started: self.started.load(Ordering::Relaxed),
            died: self.died.load(Ordering::Relaxed),
            ..RuntimeStatus::default()
        }
    }

    fn seat(self: &Arc<Self>) -> Seat {
        Seat { seats: Arc::downgrade(self) }
    }

    /// A seat has become free: it goes to the next in line, or back.
    fn free(self: &Arc<Self>) {
        loop {
            let mut state = self.state.lock();
            let Some((_, waiter)) = state.waiting.pop() else {
                state.taken -= 1;
                drop(state);
                self.changed.send_replace(());
                return;
            };
            drop(state);
            match waiter.send(Checkout::Empty(self.seat())) {
                Ok(()) => return,
                // Nobody waits there any more: the seat is ours to pass on, without freeing it twice.
                Err(Checkout::Empty(seat)) => seat.keep(),
                Err(Checkout::Warm(_)) => return,
            }
        }
    }
}

impl Seat {
    /// Counts a worker that was started on this seat.
    pub(super) fn count_start(&self) {
        if let Some(seats) = self.seats.upgrade() {
            seats.started.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn keep(mut self) {
        self.seats = Weak::new();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(seats) = self.seats.upgrade() {
            seats.free();
        }
    }
}
