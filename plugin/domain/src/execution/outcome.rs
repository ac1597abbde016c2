//! How a run ended, and the one word for where a run stands.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Fault, FaultCode, FaultKind, FieldError, FieldProblem, JsonText, text};

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// With a result.
    Success(JsonText),
    /// With an error.
    Failed(Fault),
    /// At its deadline.
    TimedOut(Fault),
    /// By someone's will.
    Cancelled(Fault),
    /// With its node.
    Lost(Fault),
}

impl Outcome {
    /// The outcome that a fault means, by its kind.
    ///
    /// ```
    /// use iota_scripts_domain::{ExecutionStatus, Fault, FaultCode, Outcome};
    /// let outcome = Outcome::of_fault(Fault::new(FaultCode::Timeout, "too long"));
    /// assert_eq!(outcome.status(), ExecutionStatus::Timeout);
    /// ```
    #[must_use]
    pub const fn of_fault(fault: Fault) -> Self {
        match fault.kind() {
            FaultKind::Timeout => Self::TimedOut(fault),
            FaultKind::Cancelled => Self::Cancelled(fault),
            FaultKind::Lost => Self::Lost(fault),
            FaultKind::Compile
            | FaultKind::User
            | FaultKind::Memory
            | FaultKind::Stack
            | FaultKind::Service
            | FaultKind::Internal => Self::Failed(fault),
        }
    }

    /// The outcome of a run whose lease has passed.
    #[must_use]
    pub fn lost_with_its_node() -> Self {
        Self::Lost(Fault::new(FaultCode::Lost, "the node that ran the script stopped answering"))
    }

    /// In one word.
    #[must_use]
    pub const fn status(&self) -> ExecutionStatus {
        match self {
            Self::Success(_) => ExecutionStatus::Success,
            Self::Failed(_) => ExecutionStatus::Failed,
            Self::TimedOut(_) => ExecutionStatus::Timeout,
            Self::Cancelled(_) => ExecutionStatus::Cancelled,
            Self::Lost(_) => ExecutionStatus::Lost,
        }
    }

    /// The result, if it ended well.
    #[must_use]
    pub const fn result(&self) -> Option<&JsonText> {
        if let Self::Success(result) = self { Some(result) } else { None }
    }

    /// The fault, if it did not.
    #[must_use]
    pub const fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Success(_) => None,
            Self::Failed(fault) | Self::TimedOut(fault) | Self::Cancelled(fault) | Self::Lost(fault) => Some(fault),
        }
    }
}

/// Where a run stands, as filters and the wire name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExecutionStatus {
    /// It waits.
    Pending,
    /// It runs.
    Running,
    /// It ended with a result.
    Success,
    /// It ended with an error.
    Failed,
    /// It was ended at its deadline.
    Timeout,
    /// Someone ended it.
    Cancelled,
    /// Its node died.
    Lost,
}

impl ExecutionStatus {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Pending, Self::Running, Self::Success, Self::Failed, Self::Timeout, Self::Cancelled, Self::Lost];

    /// As on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
        }
    }

    /// Whether the run has ended.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }
}

impl FromStr for ExecutionStatus {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            let message = format!("\"{}\" is not a status of an execution", text::shortened(text).escape_debug());
            FieldError::new("status", FieldProblem::Invalid, message)
        })
    }
}

impl fmt::Display for ExecutionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
