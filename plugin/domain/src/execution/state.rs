//! The states of a run and what belongs to each.

use std::fmt;

use serde::Serialize;

use super::{ExecutionStatus, Outcome, Receipt, RunLog};
use crate::{InvalidId, JsonText, TenantId, Timestamp};

/// Where a run stands.
#[derive(Debug, Clone, PartialEq)]
pub enum ExecutionState {
    /// It runs.
    Running {
        /// Since when.
        started_at: Timestamp,
        /// Who runs it.
        node: NodeId,
    },
    /// It ended.
    Finished {
        /// When it began, if it did.
        started_at: Option<Timestamp>,
        /// When it ended.
        finished_at: Timestamp,
        /// What it left behind.
        record: Box<RunRecord>,
    },
}

/// One process of the host: 1 to 128 characters, unique among those that are alive.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct NodeId(String);

impl NodeId {
    /// Checks a name, by the rule of [`TenantId`].
    ///
    /// # Errors
    /// [`InvalidId`].
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
        TenantId::parse(text).map(|id| Self(id.into()))
    }

    /// The name.
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

/// What a run leaves behind.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRecord {
    /// How it ended.
    pub outcome: Outcome,
    /// What it wrote to the console.
    pub log: RunLog,
    /// What it used; `None` when nobody could measure it.
    pub receipt: Option<Receipt>,
    /// What a dry run would have changed.
    pub would_change: Option<JsonText>,
    /// The HTTP status that an endpoint answered, or would have; `None` when nobody can have got an answer.
    pub http_status: Option<u16>,
}

impl RunRecord {
    /// The record of a run that wrote nothing and was not measured.
    #[must_use]
    pub fn new(outcome: Outcome) -> Self {
        Self { outcome, log: RunLog::default(), receipt: None, would_change: None, http_status: None }
    }
}

/// The run is past this step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the execution is {status} already")]
pub struct WrongState {
    /// Where it stands.
    pub status: ExecutionStatus,
}
