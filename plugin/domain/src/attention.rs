//! What of the last day needs someone: scripts that failed, events that failed for good, times that were missed or are late.
//!
//! Tests of a text that is not saved and dry runs are not counted.

use async_trait::async_trait;

use crate::{ExecutionSummary, RepositoryError, ScriptId, ScriptName, TenantId, Timestamp};

/// Unsuccessful runs of one script.
#[derive(Debug, Clone, PartialEq)]
pub struct Failing {
    /// How many.
    pub runs: u64,
    /// The first of them.
    pub since: Timestamp,
    /// The last of them.
    pub last: ExecutionSummary,
    /// When a run of the script was last asked for that succeeded, however long ago.
    pub last_success: Option<Timestamp>,
}

/// Occurrences of one script that stand alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueScript {
    /// Which script.
    pub script: ScriptId,
    /// Its name at the last of them.
    pub name: ScriptName,
    /// How many.
    pub number: u64,
    /// When the last of them was due.
    pub last: Timestamp,
}

/// What is counted of the occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdue {
    /// Events that failed for good and that nobody has handled, however old.
    FailedEvents,
    /// Times that no node was up at, since a moment.
    Missed {
        /// The first moment.
        from: Timestamp,
    },
    /// What should have begun before a moment and has not.
    Late {
        /// That moment.
        before: Timestamp,
    },
}

/// Counts what needs someone, by script; the scripts whose last trouble is the newest come first.
#[async_trait]
pub trait AttentionRepository: Send + Sync {
    /// The unsuccessful runs that were asked for in `from..to`, of at most `limit` scripts that are still there.
    ///
    /// # Errors
    /// Only those of the store.
    async fn failing(
        &self,
        tenant: &TenantId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<Failing>, RepositoryError>;

    /// Occurrences of at most `limit` scripts.
    ///
    /// # Errors
    /// Only those of the store.
    async fn overdue(
        &self,
        tenant: &TenantId,
        what: Overdue,
        limit: u32,
    ) -> Result<Vec<OverdueScript>, RepositoryError>;
}
