//! A run's lease on this node: a run that another node may own by now must not have any effect.
//!
//! The store judges leases by its own clock. This node measures the time since its last renewal by a monotonic clock that also advances
//! while the process is stopped.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{Clock, ExecutionId, ExecutionRepository, Fault, FaultCode, Monotonic, NodeId};
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::ports::{CallError, CallFailure};

/// The terms that the leases of all runs of this node share.
pub(crate) struct LeaseTerms {
    pub(crate) node: NodeId,
    /// The duration of a lease.
    pub(crate) duration: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) executions: Arc<dyn ExecutionRepository>,
}

/// The lease of one run.
pub(crate) struct RunLease {
    terms: Arc<LeaseTerms>,
    run: ExecutionId,
    /// Cancels the run.
    cancel: CancellationToken,
    state: Mutex<State>,
}

#[derive(Clone, Copy)]
enum State {
    /// The run is not recorded yet, so no other node can own it.
    Unrecorded,
    /// The run was this node's when the store was asked at this time.
    Held(Monotonic),
    /// The run has ended here, and its end is being recorded.
    Ended,
    /// Another node has ended it.
    Lost,
}

impl LeaseTerms {
    /// How long a renewal is relied on: shorter than the lease, to leave time for effects begun at the last moment.
    fn relied_on(&self) -> Duration {
        self.duration - self.duration / 6
    }
}

impl RunLease {
    pub(crate) fn new(terms: &Arc<LeaseTerms>, run: ExecutionId, cancel: CancellationToken) -> Arc<Self> {
        Arc::new(Self { terms: Arc::clone(terms), run, cancel, state: Mutex::new(State::Unrecorded) })
    }

    pub(crate) const fn run(&self) -> ExecutionId {
        self.run
    }

    /// The store has confirmed that the run is this node's; `asked` is when it was asked.
    pub(crate) fn renewed(&self, asked: Monotonic) {
        let mut state = self.state.lock();
        if let State::Unrecorded | State::Held(_) = *state {
            *state = State::Held(asked);
        }
    }

    /// Returns whether the store knows the run.
    pub(crate) fn is_held(&self) -> bool {
        matches!(*self.state.lock(), State::Held(_))
    }

    /// Another node owns the run: cancels it.
    pub(crate) fn lose(&self) {
        let mut state = self.state.lock();
        if let State::Held(_) = *state {
            *state = State::Lost;
            drop(state);
            tracing::warn!(execution = %self.run, "another node ended a run as lost; it is stopped here");
            self.cancel.cancel();
        }
    }

    /// The run has ended, and only its end remains to be recorded. Returns the fault if the lease was lost before.
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

    /// Called before every effect: checks that this node still owns the run. Asks the store if the last renewal is too old.
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
                // The answer may have taken long itself.
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
    let message = "another node ended this run as lost, because its node was silent for too long";
    Fault::new(FaultCode::LeaseLost, message)
}

fn unproven(why: impl std::fmt::Display) -> CallError {
    let message = format!("the call was not made: the run's lease could not be checked ({why})");
    CallError::Refused(CallFailure::new(FaultCode::Unavailable.as_str(), message))
}
