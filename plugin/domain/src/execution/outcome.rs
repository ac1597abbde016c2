//! How a run ended, and the one word for where a run stands.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Fault, FaultCode, FaultKind, FieldError, FieldProblem, JsonText, text};

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// With a result.
    Success(JsonText),
    /// With an answer of an endpoint that refuses the request: an HTTP status from 400 to 499.
    Refused(JsonText),
    /// With an answer of an endpoint that counts as failed: an HTTP status from 500 on, or an answer that cannot be sent.
    FailedAnswer(JsonText, Fault),
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

    /// The outcome of an endpoint's answer: from 400 on it has refused the request, from 500 on it has failed, though nothing was
    /// thrown.
    ///
    /// ```
    /// use iota_scripts_domain::{ExecutionStatus, JsonText, Outcome};
    /// let status = |http_status| Outcome::of_answer(JsonText::null(), http_status).status();
    /// assert_eq!([200, 404, 503].map(status), [ExecutionStatus::Success, ExecutionStatus::Refused, ExecutionStatus::Failed]);
    /// ```
    #[must_use]
    pub fn of_answer(returned: JsonText, http_status: u16) -> Self {
        match http_status {
            0..400 => Self::Success(returned),
            400..500 => Self::Refused(returned),
            500.. => Self::FailedAnswer(returned, Self::answer_fault(http_status, answered(http_status))),
        }
    }

    /// The outcome of an endpoint's answer that cannot be sent, and is told to its caller as this HTTP status.
    #[must_use]
    pub fn unsendable(returned: JsonText, http_status: u16, reason: &dyn fmt::Display) -> Self {
        let message = format!("the endpoint's answer cannot be sent: {reason}");
        Self::FailedAnswer(returned, Self::answer_fault(http_status, message))
    }

    /// The HTTP status that a fault tells of, of an endpoint that answered one from 500 on.
    #[must_use]
    pub fn answered(fault: &Fault) -> Option<u16> {
        let status = fault.details.as_ref()?.get("http_status")?.as_u64()?;
        let status = u16::try_from(status).ok()?;
        (fault.code == FaultCode::ScriptError && fault.message == answered(status)).then_some(status)
    }

    /// A code of its own would be one that nodes of the release before cannot read.
    fn answer_fault(http_status: u16, message: String) -> Fault {
        Fault::new(FaultCode::ScriptError, message).with_details(json!({"http_status": http_status}))
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
            Self::Refused(_) => ExecutionStatus::Refused,
            Self::FailedAnswer(..) | Self::Failed(_) => ExecutionStatus::Failed,
            Self::TimedOut(_) => ExecutionStatus::Timeout,
            Self::Cancelled(_) => ExecutionStatus::Cancelled,
            Self::Lost(_) => ExecutionStatus::Lost,
        }
    }

    /// What the script returned, if it came to that.
    #[must_use]
    pub const fn result(&self) -> Option<&JsonText> {
        match self {
            Self::Success(result) | Self::Refused(result) | Self::FailedAnswer(result, _) => Some(result),
            Self::Failed(_) | Self::TimedOut(_) | Self::Cancelled(_) | Self::Lost(_) => None,
        }
    }

    /// The fault, if it failed.
    #[must_use]
    pub const fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Success(_) | Self::Refused(_) => None,
            Self::FailedAnswer(_, fault)
            | Self::Failed(fault)
            | Self::TimedOut(fault)
            | Self::Cancelled(fault)
            | Self::Lost(fault) => Some(fault),
        }
    }
}

fn answered(http_status: u16) -> String {
    format!("the endpoint answered {http_status}")
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
    /// It ended with an endpoint's answer that refuses the request.
    Refused,
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
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Running,
        Self::Success,
        Self::Refused,
        Self::Failed,
        Self::Timeout,
        Self::Cancelled,
        Self::Lost,
    ];

    /// As on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Success => "success",
            Self::Refused => "refused",
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
