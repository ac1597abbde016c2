//! The aggregate Occurrence: one expected run of a script, and its result.
//!
//! Schedules, "run later" and events create occurrences. Each is attempted until it is settled, and then kept as a record. Services do the
//! running.

macro_rules! string_enum {
    ($(#[$doc:meta])* $name:ident for $field:literal { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// All values, in the order of the pages.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the name on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = FieldError;
            fn from_str(word: &str) -> Result<Self, FieldError> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word).ok_or_else(|| {
                    let known = Self::ALL.iter().map(|known| known.as_str()).collect::<Vec<_>>().join(", ");
                    let message = format!("\"{}\" is not one of {known}", text::shortened(word).escape_debug());
                    FieldError::new($field, FieldProblem::Invalid, message)
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

mod absence;
mod dead_letter;
mod plan;
mod reason;
mod repository;

pub use absence::{ClockJump, ClockWatch, MissCause, PlanningGaps};
pub use dead_letter::{Handled, Handling};
pub use plan::{PlannedTime, ScheduledTimes};
pub use reason::Reason;
pub use repository::{
    Backlog, NextDue, OccurrenceQuery, OccurrenceRepository, OrphanedOccurrence, ScheduleRecord, Settlement,
};

use crate::{
    ExecutionId, FieldError, FieldProblem, JsonText, OccurrenceId, ScriptId, ScriptName, ScriptRef, TenantId,
    Timestamp, UserId, Version, text,
};

/// One expected run of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// Id.
    pub id: OccurrenceId,
    /// The tenant.
    pub tenant: TenantId,
    /// The script.
    pub script: ScriptId,
    /// Name of the script at the time. The script may have been renamed or deleted since.
    pub script_name: ScriptName,
    /// Why the run is expected.
    pub cause: Cause,
    /// Idempotency key: unique for a script and cause.
    pub key: String,
    /// Time at which the run is due.
    pub due_at: Timestamp,
    /// List of arguments.
    pub args: JsonText,
    /// User who requested it; `None` if no user did.
    pub requested_by: Option<UserId>,
    /// Length of the chain of events that led to it. 0 if no script caused it.
    pub depth: u32,
    /// State.
    pub state: OccurrenceState,
    /// Number of the current or last attempt, from 1.
    pub attempt: u32,
    /// Earliest start of the next attempt; `None` unless the state is `Due`.
    pub next_attempt_at: Option<Timestamp>,
    /// Run of the last attempt.
    pub execution: Option<ExecutionId>,
    /// Reason for the state.
    pub reason: Reason,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time at which it was settled.
    pub settled_at: Option<Timestamp>,
    /// Dead letter that this occurrence delivers again.
    pub replay_of: Option<OccurrenceId>,
    /// Number of scheduled times that it represents. Above 1 only if a pause skipped several.
    pub times: u64,
    /// How a user handled it as a dead letter.
    pub handled: Option<Handled>,
    /// Versions to run, for a run that a user requested.
    pub pinned: Option<PinnedVersions>,
}

/// The versions of a script and its libraries at the time of a request. Users who request a run are responsible for the source that they
/// could see then, not for later edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedVersions {
    /// Version of the script.
    pub script: Version,
    /// Libraries that it imports, directly or through other libraries.
    pub libraries: Vec<ScriptRef>,
}

impl Occurrence {
    /// Creates an occurrence that waits for its due time.
    #[must_use]
    pub fn due(
        (tenant, script, script_name): (TenantId, ScriptId, ScriptName),
        cause: Cause,
        key: String,
        due_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        Self {
            id: OccurrenceId::generate(),
            tenant,
            script,
            script_name,
            cause,
            key,
            due_at,
            args: JsonText::empty_list(),
            requested_by: None,
            depth: 0,
            state: OccurrenceState::Due,
            attempt: 1,
            next_attempt_at: Some(due_at),
            execution: None,
            reason: Reason::none(),
            created_at: now,
            settled_at: None,
            replay_of: None,
            times: 1,
            handled: None,
            pinned: None,
        }
    }

    /// Settles the occurrence without a run.
    #[must_use]
    pub fn settled(self, state: OccurrenceState, reason: impl Into<Reason>, now: Timestamp) -> Self {
        Self { state, reason: reason.into(), next_attempt_at: None, settled_at: Some(now), ..self }
    }
}

string_enum! {
    /// Why a run is expected.
    Cause for "cause" {
        /// A schedule.
        Schedule = "schedule",
        /// A user's request to run later.
        Later = "later",
        /// An event on the host's bus.
        Event = "event",
    }
}

string_enum! {
    /// The state of an occurrence.
    OccurrenceState for "state" {
        /// It waits for its due time or for the next attempt.
        Due = "due",
        /// A node runs it.
        Running = "running",
        /// It ran successfully.
        Ran = "ran",
        /// The last attempt failed.
        Failed = "failed",
        /// It was skipped: the previous run was still in progress, or the script was inactive.
        Skipped = "skipped",
        /// It could not run at its time: no node was running, the database did not respond, or the clock jumped past the time.
        Missed = "missed",
        /// A user cancelled it.
        Cancelled = "cancelled",
    }
}
