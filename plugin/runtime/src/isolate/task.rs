//! The state of a run that the isolate keeps between steps, and the resources that the run has used so far.

use std::{rc::Rc, sync::Arc};

use boa_engine::{JsValue, builtins::promise::PromiseState, object::builtins::JsPromise};

use super::{activity::Traces, environment::RunEnvironment, globals::RunGlobals, session::CurrentRun};
use crate::protocol::{Fault, Limits, Load};

/// One run. While one of its steps executes, `run` is in the session.
pub(super) struct Task {
    pub(super) script: Arc<Load>,
    pub(super) limits: Limits,
    pub(super) environment: Rc<RunEnvironment>,
    /// The part that the session needs; `None` while a step executes.
    pub(super) run: Option<CurrentRun>,
    /// The outcome of the entry point; `None` before it was called.
    pub(super) outcome: Option<EntryOutcome>,
    pub(super) traces: Traces,
    /// Globals that the run has added.
    pub(super) run_globals: RunGlobals,
    pub(super) usage: ResourceUsage,
}

/// The outcome of the entry point.
#[derive(Clone)]
pub(super) enum EntryOutcome {
    Value(JsValue),
    Promise(JsPromise),
    /// It threw while calls were in flight.
    Failed(Fault),
}

impl EntryOutcome {
    /// Returns whether the entry point has not finished yet.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Promise(promise) if matches!(promise.state(), PromiseState::Pending))
    }
}

/// The resources that a run has used in its steps so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ResourceUsage {
    /// Live bytes that its steps have left.
    held_bytes: u64,
    peak_bytes: u64,
    cpu_us: u64,
}

impl ResourceUsage {
    /// Returns the bytes that the next step may use.
    pub(super) const fn bytes_left(&self, limit: u64) -> u64 {
        limit.saturating_sub(self.held_bytes)
    }

    /// Returns the processor time in microseconds that the next step may use.
    pub(super) fn cpu_left_us(&self, limit: Option<u64>) -> Option<u64> {
        limit.map(|limit| limit.saturating_sub(self.cpu_us))
    }

    /// Adds a step: live bytes before and after it, the peak above those at its start, and its processor time in microseconds.
    pub(super) fn add(&mut self, before: u64, after: u64, peak_above: u64, cpu_us: u64) {
        self.peak_bytes = self.peak_bytes.max(self.held_bytes + peak_above);
        // A collection may have freed memory of other runs.
        self.held_bytes = (self.held_bytes + after).saturating_sub(before);
        self.cpu_us += cpu_us;
    }

    pub(super) const fn peak_bytes(&self) -> u64 {
        self.peak_bytes
    }

    pub(super) const fn cpu_us(&self) -> u64 {
        self.cpu_us
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceUsage;

    #[test]
    fn bytes_that_a_step_leaves_count_against_the_next() {
        let mut usage = ResourceUsage::default();
        usage.add(1_000, 1_400, 700, 5);
        assert_eq!((usage.bytes_left(1_000), usage.peak_bytes()), (600, 700));
        usage.add(9_000, 8_000, 50, 5);
        assert_eq!((usage.bytes_left(1_000), usage.peak_bytes(), usage.cpu_us()), (1_000, 700, 10));
        assert_eq!((usage.cpu_left_us(Some(8)), usage.cpu_left_us(None)), (Some(0), None));
    }
}
