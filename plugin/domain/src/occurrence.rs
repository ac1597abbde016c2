//! The aggregate Occurrence: a time at which a run was expected, and what became of it.
//!
//! Schedules, "run later" and events all leave occurrences; each is tried until it is settled, and stays as the record of that.
//! Nothing here runs anything.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident for $field:literal { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// All of them, in the order that pages show.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As on the wire and in the database.
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
                    let message = format!("\"{}\" is none of {known}", text::shortened(word).escape_debug());
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

pub use absence::{Absence, Absences, ClockStep, ClockWatch};
pub use dead_letter::{Handled, Handling};
pub use plan::{Planned, ScheduledTimes};
pub use reason::Reason;
pub use repository::{Backlog, NextDue, OccurrenceQuery, OccurrenceRepository, ScheduleRecord, Settlement, Stranded};

use crate::{
    ExecutionId, FieldError, FieldProblem, JsonText, OccurrenceId, ScriptId, ScriptName, ScriptRef, TenantId,
    Timestamp, UserId, Version, text,
};

/// A time at which a run was expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// Its id.
    pub id: OccurrenceId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What was to run.
    pub script: ScriptId,
    /// Its name at the time: the script may be renamed or deleted since.
    pub script_name: ScriptName,
    /// Why a run was expected.
    pub cause: Cause,
    /// What makes it one of its kind; a store takes each key of a script and cause once.
    pub key: String,
    /// When it was expected.
    pub due_at: Timestamp,
    /// The argument list.
    pub args: JsonText,
    /// Who asked for it, if a user did.
    pub requested_by: Option<UserId>,
    /// How many events stand between it and something that no script did.
    pub depth: u32,
    /// Where it stands.
    pub state: OccurrenceState,
    /// The attempt that is under way or was the last; the first is 1.
    pub attempt: u32,
    /// When the next attempt may begin, while it is due.
    pub next_attempt_at: Option<Timestamp>,
    /// The last run of it.
    pub execution: Option<ExecutionId>,
    /// Why it came to this.
    pub reason: Reason,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// The delivery that this one repeats.
    pub replay_of: Option<OccurrenceId>,
    /// How many expected times it stands for: more than one of what a pause left out.
    pub times: u64,
    /// What a person did about it, once it had failed for good.
    pub handled: Option<Handled>,
    /// What is to run, of a run that somebody asked for: as it was when they did.
    pub pinned: Option<PinnedVersions>,
}

/// Texts as they were at one moment: whoever asks for a run answers for what they saw, and not for what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedVersions {
    /// Of the script.
    pub script: Version,
    /// The libraries that it used, those of its libraries among them.
    pub libraries: Vec<ScriptRef>,
}

impl Occurrence {
    /// One that waits for its time.
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

    /// The same, settled before anything ran.
    #[must_use]
    pub fn settled(self, state: OccurrenceState, reason: impl Into<Reason>, now: Timestamp) -> Self {
        Self { state, reason: reason.into(), next_attempt_at: None, settled_at: Some(now), ..self }
    }
}

words! {
    /// Why a run is expected.
    Cause for "cause" {
        /// A schedule.
        Schedule = "schedule",
        /// A person who wants it at another time.
        Later = "later",
        /// An event on the host's bus.
        Event = "event",
    }
}

words! {
    /// Where an occurrence stands.
    OccurrenceState for "state" {
        /// It waits for its time, or for the next attempt.
        Due = "due",
        /// A node runs it.
        Running = "running",
        /// It ran, and well.
        Ran = "ran",
        /// The last attempt failed.
        Failed = "failed",
        /// It was left out: the one before was still running, or the script was switched off.
        Skipped = "skipped",
        /// Nothing could run at its time: no node, no database, or a clock that went past it.
        Missed = "missed",
        /// Someone cancelled it.
        Cancelled = "cancelled",
    }
}
