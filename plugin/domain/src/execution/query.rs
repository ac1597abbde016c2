//! Queries of runs, and the summaries that they return.

use std::time::Duration;

use super::{EntryPoint, ExecutionStatus, ScriptRef, Trigger};
use crate::{ExecutionId, Fault, PageRequest, ScriptId, Timestamp, UserId};

/// A filter of runs. Results are ordered newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExecutionQuery {
    /// Only runs of this script.
    pub script: Option<ScriptId>,
    /// Only runs with one of these statuses; empty for all.
    pub statuses: Vec<ExecutionStatus>,
    /// Only runs with this trigger.
    pub trigger: Option<Trigger>,
    /// Whether to include trials.
    pub trials: TrialFilter,
    /// Only runs requested at this time or later.
    pub from: Option<Timestamp>,
    /// Only runs requested before this time.
    pub to: Option<Timestamp>,
    /// The page.
    pub page: PageRequest,
}

/// Whether a query includes trials: tests of unsaved scripts, and dry runs. A trial is never a script's last run, and never counts as a
/// failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TrialFilter {
    /// With all other runs.
    #[default]
    Included,
    /// No trials.
    Excluded,
    /// Only trials.
    Only,
}

impl TrialFilter {
    /// Returns whether a run is a trial.
    #[must_use]
    pub fn is_one(trigger: Trigger, dry_run: bool) -> bool {
        dry_run || trigger == Trigger::Test
    }
}

/// A run without its input, result, log and receipt, which can be large.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionSummary {
    /// Id.
    pub id: ExecutionId,
    /// Script.
    pub script: ScriptRef,
    /// Called function.
    pub entry: EntryPoint,
    /// Trigger.
    pub trigger: Trigger,
    /// User who requested it; `None` if no user did.
    pub user: Option<UserId>,
    /// Status.
    pub status: ExecutionStatus,
    /// Whether it is a dry run.
    pub dry_run: bool,
    /// HTTP status of an endpoint's response, sent or not.
    pub http_status: Option<u16>,
    /// Number of errors among the stored console lines.
    pub error_lines: u64,
    /// Time of the request.
    pub created_at: Timestamp,
    /// Start time.
    pub started_at: Option<Timestamp>,
    /// End time.
    pub finished_at: Option<Timestamp>,
    /// Fault, if it failed.
    pub fault: Option<Fault>,
}

impl ExecutionSummary {
    /// Returns whether it is a trial.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        TrialFilter::is_one(self.trigger, self.dry_run)
    }

    /// Returns the run time; `None` until it has ended.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        Some(self.finished_at?.since(self.started_at?))
    }
}

/// The number of runs with one status that were requested in one period. Trials are counted separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// Index of the period: its start since 1970-01-01T00:00:00Z divided by its width.
    pub stretch: i64,
    /// Status.
    pub status: ExecutionStatus,
    /// Whether the runs are trials.
    pub trial: bool,
    /// Number of runs.
    pub runs: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_and_dry_runs_are_trials() {
        for trigger in Trigger::ALL {
            assert!(TrialFilter::is_one(trigger, true), "{trigger}");
            assert_eq!(TrialFilter::is_one(trigger, false), trigger == Trigger::Test, "{trigger}");
        }
    }
}
