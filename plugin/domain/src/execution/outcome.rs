//! The outcome of a run, and its status.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Fault, FaultCode, FaultKind, FieldError, FieldProblem, JsonText, text};

/// The outcome of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A result.
    Success(JsonText),
    /// An endpoint's response with an HTTP status from 400 to 499.
    Refused(JsonText),
    /// An endpoint's response with an HTTP status of 500 or more, or one that cannot be sent.
    FailedAnswer(JsonText, Fault),
    /// An error.
    Failed(Fault),
    /// A timeout.
    TimedOut(Fault),
    /// A cancellation.
    Cancelled(Fault),
    /// The loss of its node.
    Lost(Fault),
}

impl Outcome {
    /// Returns the outcome of a fault, by its kind.
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

    /// Returns the outcome of an endpoint's response: `Refused` for an HTTP status from 400 to 499, `FailedAnswer` from 500, although the
    /// script threw no error.
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
            500.. => Self::FailedAnswer(returned, Self::response_fault(http_status, status_message(http_status))),
        }
    }

    /// Returns the outcome of an endpoint's response that cannot be sent. The caller gets `http_status` instead.
    #[must_use]
    pub fn unsendable(returned: JsonText, http_status: u16, reason: &dyn fmt::Display) -> Self {
        let message = format!("the endpoint's response cannot be sent: {reason}");
        Self::FailedAnswer(returned, Self::response_fault(http_status, message))
    }

    /// Returns the HTTP status of an endpoint's response, if that is the reason for the fault.
    #[must_use]
    pub fn answered(fault: &Fault) -> Option<u16> {
        let status = fault.details.as_ref()?.get("http_status")?.as_u64()?;
        let status = u16::try_from(status).ok()?;
        (fault.code == FaultCode::ScriptError && fault.message == status_message(status)).then_some(status)
    }

    /// Uses an existing code, because nodes of the previous release cannot parse a new one.
    fn response_fault(http_status: u16, message: String) -> Fault {
        Fault::new(FaultCode::ScriptError, message).with_details(json!({"http_status": http_status}))
    }

    /// Returns the outcome of a run whose lease has expired.
    #[must_use]
    pub fn lost_with_its_node() -> Self {
        Self::Lost(Fault::new(FaultCode::Lost, "the node that ran the script stopped responding"))
    }

    /// Returns the status.
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

    /// Returns the value that the script returned, if any.
    #[must_use]
    pub const fn result(&self) -> Option<&JsonText> {
        match self {
            Self::Success(result) | Self::Refused(result) | Self::FailedAnswer(result, _) => Some(result),
            Self::Failed(_) | Self::TimedOut(_) | Self::Cancelled(_) | Self::Lost(_) => None,
        }
    }

    /// Returns the fault, if the run failed.
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

/// Stored with runs and compared by [`Outcome::answered`]: do not change.
fn status_message(http_status: u16) -> String {
    format!("the endpoint answered {http_status}")
}

/// The status of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExecutionStatus {
    /// It has not started.
    Pending,
    /// It is running.
    Running,
    /// It returned a result.
    Success,
    /// Its endpoint responded with an HTTP status from 400 to 499.
    Refused,
    /// It failed.
    Failed,
    /// It timed out.
    Timeout,
    /// It was cancelled.
    Cancelled,
    /// Its node died.
    Lost,
}

impl ExecutionStatus {
    /// All values.
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

    /// Returns the name on the wire and in the database.
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

    /// Returns whether the run has ended.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }
}

impl FromStr for ExecutionStatus {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            let message = format!("\"{}\" is not the status of an execution", text::shortened(text).escape_debug());
            FieldError::new("status", FieldProblem::Invalid, message)
        })
    }
}

impl fmt::Display for ExecutionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
