//! Errors of a plugin: it did not start, a request was not served, a script failed.

use serde::Deserialize;
use serde_json::Value;

use crate::{DocumentError, HostError, table::Status};

/// The plugin did not start.
///
/// # Examples
/// ```
/// use iota_scripts_host::StartError;
/// use serde_json::json;
///
/// let error: StartError = serde_json::from_value(json!({
///     "code": "VALIDATION", "message": "the file cannot be opened", "field": "database.url",
/// }))?;
/// assert_eq!(error.to_string(), "the file cannot be opened (configuration key `database.url`)");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Deserialize)]
#[error("{message}{}", .field.as_ref().map(|key| format!(" (configuration key `{key}`)")).unwrap_or_default())]
pub struct StartError {
    /// A code of the contract.
    pub code: String,
    /// One sentence that names the cause.
    pub message: String,
    /// The configuration key to change, as in `database.url`.
    #[serde(default)]
    pub field: Option<String>,
}

impl StartError {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), field: None }
    }

    pub(super) fn of_status(status: Status) -> Self {
        Self::new("INTERNAL", format!("the library refused to start: it answered {status}"))
    }
}

impl From<DocumentError> for StartError {
    fn from(error: DocumentError) -> Self {
        Self::new("INTERNAL", error.to_string())
    }
}

/// A request that the plugin did not serve.
///
/// # Examples
/// ```
/// use iota_scripts_host::{HostError, RequestError};
///
/// fn may_succeed_later(error: &RequestError) -> bool {
///     match error {
///         RequestError::Busy => true,
///         RequestError::Refused(HostError { retryable, .. }) => *retryable,
///         _ => false,
///     }
/// }
/// assert!(may_succeed_later(&RequestError::Busy) && !may_succeed_later(&RequestError::Stopped));
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The queue is full: try again later.
    #[error("the plugin is busy: its queue is full")]
    Busy,
    /// The plugin is stopping or has stopped; also the result of requests that were in flight.
    #[error("the plugin has stopped")]
    Stopped,
    /// The plugin rejected the request, with the reason.
    #[error(transparent)]
    Refused(HostError),
    /// The answer violates the contract.
    #[error("the plugin's answer breaks the contract: {0}")]
    Malformed(String),
}

impl RequestError {
    pub(super) fn of_status(code: Status, subject: &str) -> Self {
        match code {
            Status::AGAIN => Self::Busy,
            Status::STOPPED => Self::Stopped,
            Status::INVALID => Self::Refused(HostError::new("VALIDATION", format!("{subject} is not valid"))),
            Status::UNKNOWN => Self::Refused(HostError::not_found(format!("{subject} is not known"))),
            _ => Self::Refused(HostError::internal(format!("the plugin answered {code} to {subject}"))),
        }
    }

    /// The same in the words of the contract: `UNAVAILABLE` when busy or stopped.
    ///
    /// # Examples
    /// ```
    /// use iota_scripts_host::RequestError;
    ///
    /// assert_eq!(RequestError::Busy.to_host_error().http_status(), 503);
    /// ```
    #[must_use]
    pub fn to_host_error(&self) -> HostError {
        match self {
            Self::Busy | Self::Stopped => HostError::unavailable(self.to_string()),
            Self::Refused(error) => error.clone(),
            Self::Malformed(_) => HostError::internal(self.to_string()),
        }
    }
}

/// A script ran and failed.
///
/// # Examples
/// ```
/// use iota_scripts_host::ScriptError;
/// use serde_json::json;
///
/// let error: ScriptError = serde_json::from_value(json!({
///     "type": "user", "code": "SCRIPT_ERROR", "message": "TypeError: order.total is undefined", "line": 12,
/// }))?;
/// assert_eq!(error.code, "SCRIPT_ERROR");
/// assert_eq!(error.more["line"], 12);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ScriptError {
    /// Code of the fault, or the script's own.
    #[serde(default)]
    pub code: String,
    /// One sentence.
    #[serde(default)]
    pub message: String,
    /// Details that the script added.
    #[serde(default)]
    pub details: Option<Value>,
    /// All fields as they came: type, line, column, source line, stack, …
    #[serde(flatten)]
    pub more: serde_json::Map<String, Value>,
}

/// A call of an embedded script that brought no value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeError {
    /// The script ran and failed.
    #[error("{error}")]
    Script {
        /// The error of the script.
        error: Box<ScriptError>,
        /// Id of the run, to look up its log.
        execution_id: String,
    },
    /// It did not run.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// An argument cannot be written as JSON.
    #[error("argument {index} cannot be written as JSON: {cause}")]
    Argument {
        /// Index of the argument, from 0.
        index: usize,
        /// The cause.
        cause: serde_json::Error,
    },
    /// The value does not have the shape that the host expects.
    #[error("the script's value is not of the expected shape: {0}")]
    Value(serde_json::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_error_names_the_key_to_change() {
        let error: StartError =
            serde_json::from_str(r#"{"code":"VALIDATION","message":"unknown key","field":"databse"}"#).unwrap();
        assert_eq!(error.to_string(), "unknown key (configuration key `databse`)");
    }

    #[test]
    fn a_full_queue_is_unavailable_and_retryable() {
        let error = RequestError::of_status(Status::AGAIN, "invoke").to_host_error();
        assert_eq!((error.code.as_str(), error.retryable), ("UNAVAILABLE", true));
        assert_eq!(error.http_status(), 503);
    }
}
