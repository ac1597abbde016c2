//! Lists of runs: what is asked for, and the short form in which the answer comes.

use std::time::Duration;

use super::{EntryPoint, ExecutionStatus, ScriptRef, Trigger};
use crate::{ExecutionId, Fault, PageRequest, ScriptId, Timestamp, UserId};

/// Which runs, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExecutionQuery {
    /// Only of this script.
    pub script: Option<ScriptId>,
    /// Only where they stand so; empty for all.
    pub statuses: Vec<ExecutionStatus>,
    /// Only what was asked for so.
    pub trigger: Option<Trigger>,
    /// Whether trials are among them.
    pub trials: Trials,
    /// Only what was asked for at this moment or later.
    pub from: Option<Timestamp>,
    /// Only what was asked for before this moment.
    pub to: Option<Timestamp>,
    /// Which page.
    pub page: PageRequest,
}

/// Tests of a text that is not saved, and dry runs. They are no work done: they are never how a script ran last, and never count as
/// failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trials {
    /// Among the others.
    #[default]
    Included,
    /// Left out.
    Excluded,
    /// Nothing else.
    Only,
}

impl Trials {
    /// Whether a run is a trial.
    #[must_use]
    pub fn is_one(trigger: Trigger, dry_run: bool) -> bool {
        dry_run || trigger == Trigger::Test
    }
}

/// A run without its input, result, log and receipt, which may be large.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionSummary {
    /// Its id.
    pub id: ExecutionId,
    /// What ran.
    pub script: ScriptRef,
    /// The function that was called.
    pub entry: EntryPoint,
    /// What asked for it.
    pub trigger: Trigger,
    /// Who asked for it.
    pub user: Option<UserId>,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// It changes nothing.
    pub dry_run: bool,
    /// The HTTP status that an endpoint answered, or would have.
    pub http_status: Option<u16>,
    /// How many errors it wrote to the console, of the lines that are kept.
    pub error_lines: u64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Why it did not end well.
    pub fault: Option<Fault>,
}

impl ExecutionSummary {
    /// Whether it was only a trial.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        Trials::is_one(self.trigger, self.dry_run)
    }

    /// How long it ran, once it ended.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        Some(self.finished_at?.since(self.started_at?))
    }
}

/// How many runs were asked for in a stretch of time, of one status, trials apart from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// The number of the stretch: its beginning since 1970, divided by its width.
    pub stretch: i64,
    /// Where they stand.
    pub status: ExecutionStatus,
    /// They were only trials.
    pub trial: bool,
    /// How many.
    pub runs: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_and_a_dry_run_are_trials_and_nothing_else_is() {
        for trigger in Trigger::ALL {
            assert!(Trials::is_one(trigger, true), "{trigger}");
            assert_eq!(Trials::is_one(trigger, false), trigger == Trigger::Test, "{trigger}");
        }
    }
}
