//! Why an occurrence came to what it came to, in a word that stays the same whatever language it is told in.

use super::Absence;
use crate::{FieldError, FieldProblem, text};

words! {
    /// Why a time was left out.
    ReasonCode for "reason_code" {
        /// The clock was set forward, past it.
        MissedClock = "missed_clock",
        /// The database did not answer at that time.
        MissedDatabase = "missed_database",
        /// No node was running at that time.
        MissedNoNode = "missed_no_node",
        /// The run before had not ended.
        SkippedRunning = "skipped_running",
        /// The run before had not begun: it waited for a free place.
        SkippedWaiting = "skipped_waiting",
        /// The run before had failed, and waited for its next attempt.
        SkippedRetrying = "skipped_retrying",
    }
}

impl ReasonCode {
    /// The same for people, in English.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::MissedClock => "the clock was set forward past this time, or the machine was suspended",
            Self::MissedDatabase => "the database did not answer at that time",
            Self::MissedNoNode => "no node was running at that time",
            Self::SkippedRunning => "the run before had not ended",
            Self::SkippedWaiting => "the run before had not begun yet: it waited for a free place",
            Self::SkippedRetrying => "the run before had failed and waited for its next attempt",
        }
    }
}

impl From<Absence> for ReasonCode {
    fn from(absence: Absence) -> Self {
        match absence {
            Absence::Clock => Self::MissedClock,
            Absence::Database => Self::MissedDatabase,
            Absence::NoNode => Self::MissedNoNode,
        }
    }
}
