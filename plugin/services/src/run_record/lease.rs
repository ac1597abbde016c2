//! A run's lease, as the node that has it holds on to it: nothing of a run reaches the outside that may be another node's by now.
//!
//! The store judges leases by its clock; how long ago this node last heard that a run is its own, it measures by a clock that
//! nobody can set and that goes on while the process stands still.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{Clock, ExecutionId, ExecutionRepository, Fault, FaultCode, Monotonic, NodeId};
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::ports::{CallError, CallFailure};

/// What the leases of all runs of this node have in common.
pub(crate) struct LeaseTerms {
    pub(crate) node: NodeId,
    /// How long a lease lasts.
    pub(crate) lasts: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) executions: Arc<dyn ExecutionRepository>,
}

/// The lease of one run.
pub(crate) struct RunLease {
    terms: Arc<LeaseTerms>,
    run: ExecutionId,
    /// Ends the run.
    cancel: CancellationToken,
    state: Mutex<State>,
}

#[derive(Clone, Copy)]
enum State {
    /// The run is not recorded yet, and nobody else can have it.
    Unrecorded,
    /// It was this node's when that was asked at this moment.
    Held(Monotonic),
    /// It has ended here, and its end is being recorded.
    Ended,
    /// Another node has ended it.
    Lost,
}

impl LeaseTerms {
    /// How long a renewal is relied on: a part of the lease is left for what is begun at the last moment.
    fn relied_on(&self) -> Duration {
        self.lasts - self.lasts / 6
    }
}

impl RunLease {
    pub(crate) fn new(terms: &Arc<LeaseTerms>, run: ExecutionId, cancel: CancellationToken) -> Arc<Self> {
        Arc::new(Self { terms: Arc::clone(terms), run, cancel, state: Mutex::new(State::Unrecorded) })
    }

    pub(crate) const fn run(&self) -> ExecutionId {
        self.run
    }

    /// The store has said that the run is this node's; it was asked at a moment.
    pub(crate) fn renewed(&self, asked: Monotonic) {
        let mut state = self.state.lock();
        if let State::Unrecorded | State::Held(_) = *state {
            *state = State::Held(asked);
        }
    }

    /// Whether the store would know of the run.
    pub(crate) fn is_held(&self) -> bool {
        matches!(*self.state.lock(), State::Held(_))
    }

    /// The run is another node's: it ends at once.
    pub(crate) fn lose(&self) {
        let mut state = self.state.lock();
        if let State::Held(_) = *state {
            *state = State::Lost;
            drop(state);
            tracing::warn!(execution = %self.run, "another node took a run for lost; it is stopped here");
            self.cancel.cancel();
        }
    }

    /// The run has ended; only its end is left to be recorded. The fault that it ended in, if it was lost before.
    pub(crate) fn end(&self) -> Option<Fault> {
        let mut state = self.state.lock();
        match *state {
            State::Lost => Some(lost()),
            State::Unrecorded | State::Held(_) | State::Ended => {
                *state = State::Ended;
                None
            }
        }
    }

    /// Asked before every effect: whether the run is still this node's. Where that was not heard for too long, it is asked anew.
    pub(crate) async fn hold(&self) -> Result<(), CallError> {
        let asked = self.terms.clock.monotonic();
        let state = *self.state.lock();
        match state {
            State::Lost => return Err(CallError::Fatal(lost())),
            State::Held(last) if asked.since(last) >= self.terms.relied_on() => {}
            State::Unrecorded | State::Held(_) | State::Ended => return Ok(()),
        }
        match self.terms.executions.renew_lease(&self.terms.node, &[self.run]).await {
            Ok(renewal) if renewal.held.contains(&self.run) => {
                self.renewed(asked);
                // The answer itself may have taken its time.
                let old = self.terms.clock.monotonic().since(asked) >= self.terms.relied_on();
                if old { Err(unproven("the answer came too late")) } else { Ok(()) }
            }
            Ok(_) => {
                self.lose();
                Err(CallError::Fatal(lost()))
            }
            Err(error) => Err(unproven(error)),
        }
    }
}

fn lost() -> Fault {
    let message = "another node took this run for lost, because this one was silent for too long; it was stopped";
    Fault::new(FaultCode::LeaseLost, message)
}

fn unproven(why: impl std::fmt::Display) -> CallError {
    let message = format!("nothing was done: whether the run is still this node's could not be asked ({why})");
    CallError::Refused(CallFailure::new(FaultCode::Unavailable.as_str(), message))
}
