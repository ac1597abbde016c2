//! A run as the isolate keeps it from step to step: what it waits with, and what it has used so far.

use std::{rc::Rc, sync::Arc};

use super::{activity::Traces, environment::RunEnvironment, execution::Outcome, globals::RunGlobals, session::Run};
use crate::protocol::{Limits, Load};

/// One run. While it has the processor, its session's part is with the session.
pub(super) struct Task {
    pub(super) script: Arc<Load>,
    pub(super) limits: Limits,
    pub(super) environment: Rc<RunEnvironment>,
    /// The session's part; none while the run has the processor.
    pub(super) run: Option<Run>,
    /// What the entry point has come to; none before it was called.
    pub(super) outcome: Option<Outcome>,
    pub(super) traces: Traces,
    /// Globals that the run has added.
    pub(super) run_globals: RunGlobals,
    pub(super) usage: ResourceUsage,
}

/// What a run has used in the steps that it has taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ResourceUsage {
    /// Bytes that its steps have left live.
    held_bytes: u64,
    peak_bytes: u64,
    cpu_us: u64,
}

impl ResourceUsage {
    /// How many bytes the next step may use.
    pub(super) const fn bytes_left(&self, limit: u64) -> u64 {
        limit.saturating_sub(self.held_bytes)
    }

    /// How much processor time the next step may use.
    pub(super) fn cpu_left_us(&self, limit: Option<u64>) -> Option<u64> {
        limit.map(|limit| limit.saturating_sub(self.cpu_us))
    }

    /// Adds a step: live bytes before and after it, the most above the start, and its processor time.
    pub(super) fn add(&mut self, before: u64, after: u64, peak_above: u64, cpu_us: u64) {
        self.peak_bytes = self.peak_bytes.max(self.held_bytes + peak_above);
        // A collection may have freed what other runs had left.
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
    fn what_a_step_leaves_counts_against_the_next() {
        let mut usage = ResourceUsage::default();
        usage.add(1_000, 1_400, 700, 5);
        assert_eq!((usage.bytes_left(1_000), usage.peak_bytes()), (600, 700));
        usage.add(9_000, 8_000, 50, 5);
        assert_eq!((usage.bytes_left(1_000), usage.peak_bytes(), usage.cpu_us()), (1_000, 700, 10));
        assert_eq!((usage.cpu_left_us(Some(8)), usage.cpu_left_us(None)), (Some(0), None));
    }
}
