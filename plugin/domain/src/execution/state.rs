//! The states of a run and the data of each.

use std::fmt;

use serde::Serialize;

use super::{ExecutionStatus, Outcome, Receipt, RunLog};
use crate::{InvalidId, JsonText, TenantId, Timestamp};

/// The state of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum ExecutionState {
    /// It is running.
    Running {
        /// Start time.
        started_at: Timestamp,
        /// Node that runs it.
        node: NodeId,
    },
    /// It has ended.
    Finished {
        /// Start time; `None` if it never started.
        started_at: Option<Timestamp>,
        /// End time.
        finished_at: Timestamp,
        /// Record of the run.
        record: Box<RunRecord>,
    },
}

/// The id of a node, which is one process of the host: 1 to 128 characters, unique among live nodes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct NodeId(String);

impl NodeId {
    /// Validates an id, by the rules of [`TenantId`].
    ///
    /// # Errors
    /// [`InvalidId`] with the text, shortened.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
        TenantId::parse(text).map(|id| Self(id.into()))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The record of an ended run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRecord {
    /// Outcome.
    pub outcome: Outcome,
    /// Console output.
    pub log: RunLog,
    /// Usage of limits; `None` if it could not be measured.
    pub receipt: Option<Receipt>,
    /// Changes that a dry run would have made.
    pub would_change: Option<JsonText>,
    /// HTTP status of an endpoint's response, sent or not; `None` if no client can have got a response.
    pub http_status: Option<u16>,
}

impl RunRecord {
    /// Creates a record without console output and usage.
    #[must_use]
    pub fn new(outcome: Outcome) -> Self {
        Self { outcome, log: RunLog::default(), receipt: None, would_change: None, http_status: None }
    }
}

/// The run is not in the state that the transition requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the execution already has the status {status}")]
pub struct InvalidState {
    /// Current status.
    pub status: ExecutionStatus,
}
