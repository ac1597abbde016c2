//! The aggregate Execution: one run of a script, recorded before it starts and finished exactly once.
//!
//! Running → Finished. The transition consumes the execution. Services do the running.

mod lease;
mod log;
mod outcome;
mod query;
mod receipt;
mod repository;
mod state;
mod truncation;

pub use lease::{LeaseState, Renewal};
pub use log::{LogLevel, LogLine, RunLog};
pub use outcome::{ExecutionStatus, Outcome};
pub use query::{Activity, ExecutionQuery, ExecutionSummary, TrialFilter};
pub use receipt::{CallKind, CallsByKind, Receipt, StoredReceipt, Usage};
pub use repository::{ExecutionRepository, KEPT_WITHIN, Unwritten};
pub use state::{ExecutionState, InvalidState, NodeId, RunRecord};

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    ExecutionId, Fault, FieldError, FieldProblem, JsonText, OccurrenceId, Script, ScriptId, ScriptName, ScriptType,
    TenantId, Timestamp, UserId, Version, text,
};

/// The script of a run, as it was then. It may have been renamed, edited or deleted since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptRef {
    /// Id.
    pub id: ScriptId,
    /// Version that ran.
    pub version: Version,
    /// Name at the time.
    pub name: ScriptName,
}

impl From<&Script> for ScriptRef {
    fn from(script: &Script) -> Self {
        Self { id: script.id(), version: script.version(), name: script.definition().name.clone() }
    }
}

/// The data of a run that is known before it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExecution {
    /// Id.
    pub id: ExecutionId,
    /// The tenant.
    pub tenant: TenantId,
    /// Script and version.
    pub script: ScriptRef,
    /// Libraries and their versions.
    pub libraries: Vec<ScriptRef>,
    /// Function to call.
    pub entry: EntryPoint,
    /// Trigger.
    pub trigger: Trigger,
    /// User who requested it; `None` if no user did.
    pub user: Option<UserId>,
    /// Occurrence and attempt, if the run is an attempt at an occurrence.
    pub origin: Option<Origin>,
    /// Input: the list of arguments.
    pub input: JsonText,
    /// Whether it is a dry run, which records its changes instead of making them.
    pub dry_run: bool,
    /// Time of the request.
    pub created_at: Timestamp,
}

/// The occurrence and attempt of a background run. A store accepts each pair once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Origin {
    /// Occurrence.
    pub occurrence: OccurrenceId,
    /// Number of the attempt, from 1.
    pub attempt: u32,
}

/// One run of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    head: NewExecution,
    state: ExecutionState,
    truncated_bytes: u64,
}

impl Execution {
    /// Creates a run that starts on a node.
    #[must_use]
    pub const fn running(head: NewExecution, node: NodeId, started_at: Timestamp) -> Self {
        Self { head, state: ExecutionState::Running { started_at, node }, truncated_bytes: 0 }
    }

    /// Restores a run from its stored parts.
    #[must_use]
    pub const fn stored(head: NewExecution, state: ExecutionState) -> Self {
        Self { head, state, truncated_bytes: 0 }
    }

    /// Ends the run.
    ///
    /// # Errors
    /// [`InvalidState`] if it has already ended.
    pub fn finish(self, record: RunRecord, now: Timestamp) -> Result<Self, InvalidState> {
        let started_at = self.started_at();
        match self.state {
            ExecutionState::Running { .. } => Ok(Self {
                state: ExecutionState::Finished { started_at, finished_at: now, record: Box::new(record) },
                ..self
            }),
            ExecutionState::Finished { .. } => Err(InvalidState { status: self.status() }),
        }
    }

    /// Returns the id.
    #[must_use]
    pub const fn id(&self) -> ExecutionId {
        self.head.id
    }

    /// Returns the tenant.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.head.tenant
    }

    /// Returns the script and version.
    #[must_use]
    pub const fn script(&self) -> &ScriptRef {
        &self.head.script
    }

    /// Returns the trigger.
    #[must_use]
    pub const fn trigger(&self) -> Trigger {
        self.head.trigger
    }

    /// Returns the user who requested it; `None` if no user did.
    #[must_use]
    pub const fn user(&self) -> Option<&UserId> {
        self.head.user.as_ref()
    }

    /// Returns the data that was known before the start.
    #[must_use]
    pub const fn head(&self) -> &NewExecution {
        &self.head
    }

    /// Returns whether it is a trial: a test of an unsaved script, or a dry run.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        TrialFilter::is_one(self.head.trigger, self.head.dry_run)
    }

    /// Returns the state with its data.
    #[must_use]
    pub const fn state(&self) -> &ExecutionState {
        &self.state
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> ExecutionStatus {
        match &self.state {
            ExecutionState::Running { .. } => ExecutionStatus::Running,
            ExecutionState::Finished { record, .. } => record.outcome.status(),
        }
    }

    /// Returns the start time; `None` if it ended before it started, which only runs of older releases did.
    #[must_use]
    pub const fn started_at(&self) -> Option<Timestamp> {
        match self.state {
            ExecutionState::Running { started_at, .. } => Some(started_at),
            ExecutionState::Finished { started_at, .. } => started_at,
        }
    }

    /// Returns the node that runs it; `None` once it has ended.
    #[must_use]
    pub const fn node(&self) -> Option<&NodeId> {
        match &self.state {
            ExecutionState::Running { node, .. } => Some(node),
            ExecutionState::Finished { .. } => None,
        }
    }

    /// Returns the end time.
    #[must_use]
    pub const fn finished_at(&self) -> Option<Timestamp> {
        if let ExecutionState::Finished { finished_at, .. } = self.state { Some(finished_at) } else { None }
    }

    /// Returns the run time; `None` until it has ended.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        Some(self.finished_at()?.since(self.started_at()?))
    }

    /// Returns the record of the run; `None` until it has ended.
    #[must_use]
    pub fn record(&self) -> Option<&RunRecord> {
        if let ExecutionState::Finished { record, .. } = &self.state { Some(record) } else { None }
    }

    /// Returns the fault, if it failed.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.record()?.outcome.fault()
    }
}

/// The name of the function that a run calls: an ASCII JavaScript identifier of at most 128 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct EntryPoint(String);

impl EntryPoint {
    /// Validates a name.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `function`.
    ///
    /// ```
    /// use iota_scripts_domain::EntryPoint;
    /// assert!(EntryPoint::parse("validateOrder").is_ok());
    /// assert!(EntryPoint::parse("a.b").is_err());
    /// ```
    pub fn parse(name: &str) -> Result<Self, FieldError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let starts_well = !name.starts_with(|c: char| c.is_ascii_digit());
        if (1..=128).contains(&name.len()) && starts_well && name.chars().all(plain) {
            Ok(Self(name.to_owned()))
        } else {
            let message = format!("\"{}\" is not the name of a function", text::shortened(name).escape_debug());
            Err(FieldError::new("function", FieldProblem::Invalid, message))
        }
    }

    /// Returns the default function: `handleRequest` for endpoint scripts, `main` for all others.
    #[must_use]
    pub fn usual_for(script_type: ScriptType) -> Self {
        Self(if script_type == ScriptType::Endpoint { "handleRequest" } else { "main" }.to_owned())
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The cause of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trigger {
    /// A schedule.
    Cron,
    /// A user of the pages.
    Manual,
    /// An HTTP request.
    Api,
    /// The host's own code.
    System,
    /// An event on the host's bus.
    Event,
    /// A test of an unsaved script.
    Test,
}

impl Trigger {
    /// All values.
    pub const ALL: [Self; 6] = [Self::Cron, Self::Manual, Self::Api, Self::System, Self::Event, Self::Test];

    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cron => "cron",
            Self::Manual => "manual",
            Self::Api => "api",
            Self::System => "system",
            Self::Event => "event",
            Self::Test => "test",
        }
    }
}

impl FromStr for Trigger {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == text).ok_or_else(|| {
            let message = format!(
                "\"{}\" is not one of cron, manual, api, system, event, test",
                text::shortened(text).escape_debug()
            );
            FieldError::new("trigger", FieldProblem::Invalid, message)
        })
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
