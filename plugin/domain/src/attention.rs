//! Problems that need a person's attention: scripts that failed, events that failed permanently, scheduled runs that were missed or
//! are late.
//!
//! Tests of unsaved scripts and dry runs do not count.

use async_trait::async_trait;

use crate::{ExecutionSummary, RepositoryError, ScriptId, ScriptName, TenantId, Timestamp};

/// The unsuccessful runs of one script.
#[derive(Debug, Clone, PartialEq)]
pub struct Failing {
    /// Number of unsuccessful runs.
    pub runs: u64,
    /// Time of the first of them.
    pub since: Timestamp,
    /// The last of them.
    pub last: ExecutionSummary,
    /// Time at which the script's last successful run was requested, however long ago.
    pub last_success: Option<Timestamp>,
}

/// The occurrences of one script that match an [`Overdue`] filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueScript {
    /// The script.
    pub script: ScriptId,
    /// Its name at the time of the last occurrence.
    pub name: ScriptName,
    /// Number of occurrences.
    pub number: u64,
    /// Due time of the last occurrence.
    pub last: Timestamp,
}

/// Selects the occurrences to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdue {
    /// Dead letters: events that failed permanently and are not handled yet, however old.
    FailedEvents,
    /// Scheduled runs that were missed, due at `from` or later.
    Missed {
        /// Earliest due time.
        from: Timestamp,
    },
    /// Occurrences that should have started before `before` but have not.
    Late {
        /// Latest due time, exclusive.
        before: Timestamp,
    },
}

/// Counts problems by script. Scripts with the most recent problem come first.
#[async_trait]
pub trait AttentionRepository: Send + Sync {
    /// Returns the unsuccessful runs that were requested in `from..to`, of at most `limit` scripts. Deleted scripts are left out.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn failing(
        &self,
        tenant: &TenantId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<Failing>, RepositoryError>;

    /// Returns the occurrences that match `what`, of at most `limit` scripts.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn overdue(
        &self,
        tenant: &TenantId,
        what: Overdue,
        limit: u32,
    ) -> Result<Vec<OverdueScript>, RepositoryError>;
}
