//! The aggregate Execution: one run of a script, recorded before it starts and finished exactly once.
//!
//! Running → Finished; the step consumes the execution it starts from. Nothing here runs anything.

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
pub use query::{Activity, ExecutionQuery, ExecutionSummary, Trials};
pub use receipt::{CallKind, CallsByKind, Receipt, ReceiptFigures, Usage};
pub use repository::{ExecutionRepository, KEPT_WITHIN, Unwritten};
pub use state::{ExecutionState, NodeId, RunRecord, WrongState};

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    ExecutionId, Fault, FieldError, FieldProblem, JsonText, OccurrenceId, Script, ScriptId, ScriptName, ScriptType,
    TenantId, Timestamp, UserId, Version, text,
};

/// The script that ran, as it was then: it may be renamed, edited or deleted since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptRef {
    /// Its id.
    pub id: ScriptId,
    /// The version that ran.
    pub version: Version,
    /// Its name at the time.
    pub name: ScriptName,
}

impl From<&Script> for ScriptRef {
    fn from(script: &Script) -> Self {
        Self { id: script.id(), version: script.version(), name: script.definition().name.clone() }
    }
}

/// What is known of a run before it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExecution {
    /// Its id.
    pub id: ExecutionId,
    /// Whose run it is.
    pub tenant: TenantId,
    /// What runs.
    pub script: ScriptRef,
    /// The libraries that it uses, each in the version that it uses.
    pub libraries: Vec<ScriptRef>,
    /// The function that is called.
    pub entry: EntryPoint,
    /// What asked for it.
    pub trigger: Trigger,
    /// Who asked for it, if a user did.
    pub user: Option<UserId>,
    /// The occurrence that it is an attempt at, if it is one.
    pub origin: Option<Origin>,
    /// The argument.
    pub input: JsonText,
    /// It changes nothing: what it would have changed is written down instead.
    pub dry_run: bool,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// Why a run that nobody waits for runs: an expected time, and how often it was tried. A store takes each once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Origin {
    /// The expected time.
    pub occurrence: OccurrenceId,
    /// The first attempt is 1.
    pub attempt: u32,
}

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    head: NewExecution,
    state: ExecutionState,
    truncated_bytes: u64,
}

impl Execution {
    /// A run that begins on a node.
    #[must_use]
    pub const fn running(head: NewExecution, node: NodeId, started_at: Timestamp) -> Self {
        Self { head, state: ExecutionState::Running { started_at, node }, truncated_bytes: 0 }
    }

    /// A run as a repository stored it.
    #[must_use]
    pub const fn stored(head: NewExecution, state: ExecutionState) -> Self {
        Self { head, state, truncated_bytes: 0 }
    }

    /// The run ends.
    ///
    /// # Errors
    /// [`WrongState`] when it has ended already.
    pub fn finish(self, record: RunRecord, now: Timestamp) -> Result<Self, WrongState> {
        let started_at = self.started_at();
        match self.state {
            ExecutionState::Running { .. } => Ok(Self {
                state: ExecutionState::Finished { started_at, finished_at: now, record: Box::new(record) },
                ..self
            }),
            ExecutionState::Finished { .. } => Err(WrongState { status: self.status() }),
        }
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> ExecutionId {
        self.head.id
    }

    /// Whose it is.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.head.tenant
    }

    /// What runs.
    #[must_use]
    pub const fn script(&self) -> &ScriptRef {
        &self.head.script
    }

    /// What asked for it.
    #[must_use]
    pub const fn trigger(&self) -> Trigger {
        self.head.trigger
    }

    /// Who asked for it.
    #[must_use]
    pub const fn user(&self) -> Option<&UserId> {
        self.head.user.as_ref()
    }

    /// What was known before it began.
    #[must_use]
    pub const fn head(&self) -> &NewExecution {
        &self.head
    }

    /// Whether it is only a trial: a test of a text that is not saved, or a dry run.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        Trials::is_one(self.head.trigger, self.head.dry_run)
    }

    /// Where it stands, with what belongs to that.
    #[must_use]
    pub const fn state(&self) -> &ExecutionState {
        &self.state
    }

    /// Where it stands, in one word.
    #[must_use]
    pub fn status(&self) -> ExecutionStatus {
        match &self.state {
            ExecutionState::Running { .. } => ExecutionStatus::Running,
            ExecutionState::Finished { record, .. } => record.outcome.status(),
        }
    }

    /// When it began; `None` if it ended before that, as the history of older versions has it.
    #[must_use]
    pub const fn started_at(&self) -> Option<Timestamp> {
        match self.state {
            ExecutionState::Running { started_at, .. } => Some(started_at),
            ExecutionState::Finished { started_at, .. } => started_at,
        }
    }

    /// The node that has it, until it ends.
    #[must_use]
    pub const fn node(&self) -> Option<&NodeId> {
        match &self.state {
            ExecutionState::Running { node, .. } => Some(node),
            ExecutionState::Finished { .. } => None,
        }
    }

    /// When it ended.
    #[must_use]
    pub const fn finished_at(&self) -> Option<Timestamp> {
        if let ExecutionState::Finished { finished_at, .. } = self.state { Some(finished_at) } else { None }
    }

    /// How long it ran, once it ended.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        Some(self.finished_at()?.since(self.started_at()?))
    }

    /// Everything that it left behind, once it ended.
    #[must_use]
    pub fn record(&self) -> Option<&RunRecord> {
        if let ExecutionState::Finished { record, .. } = &self.state { Some(record) } else { None }
    }

    /// Why it did not end well.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.record()?.outcome.fault()
    }
}

/// The function that a run calls: a JavaScript identifier of ASCII, at most 128 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct EntryPoint(String);

impl EntryPoint {
    /// Checks a name.
    ///
    /// # Errors
    /// The mistake, for the field `function`.
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

    /// `handleRequest` for endpoints, `main` for the others.
    #[must_use]
    pub fn usual_for(script_type: ScriptType) -> Self {
        Self(if script_type == ScriptType::Endpoint { "handleRequest" } else { "main" }.to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What asked for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trigger {
    /// A schedule.
    Cron,
    /// A person in the pages.
    Manual,
    /// A request.
    Api,
    /// The host's own code.
    System,
    /// An event on the host's bus.
    Event,
    /// A person who tries a text that is not saved.
    Test,
}

impl Trigger {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Cron, Self::Manual, Self::Api, Self::System, Self::Event, Self::Test];

    /// As on the wire and in the database.
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
                "\"{}\" is none of cron, manual, api, system, event, test",
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
