//! The error that crosses the contract: a code, a message, and advice for the caller.
//!
//! Answers of the host to scripts and of the plugin to the host use the same shape.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A failed operation. Scripts get it as `{code, message, field, details}`.
///
/// # Examples
/// ```
/// use iota_scripts_host::HostError;
/// use serde_json::json;
///
/// let error = HostError::validation("quantity", "quantity is 5000; 246 are in stock").with_details(json!({"available": 246}));
/// assert_eq!(error.code, "VALIDATION");
/// assert_eq!(error.http_status(), 422);
/// assert_eq!(error.to_string(), "VALIDATION: quantity is 5000; 246 are in stock");
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[error("{code}: {message}")]
pub struct HostError {
    /// One of the contract's codes (`VALIDATION`, `NOT_FOUND`, …) or one of the service's own.
    pub code: String,
    /// One sentence for people.
    #[serde(default)]
    pub message: String,
    /// The input that is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Anything more. Boxed, so that a `Result` with this error stays small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<Value>>,
    /// Whether the same call may succeed later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retryable: bool,
}

impl HostError {
    /// Any code, with a sentence.
    ///
    /// A code of the contract determines the HTTP status; any other code is passed on unchanged and has the status 500.
    #[must_use]
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), field: None, details: None, retryable: false }
    }

    /// Wrong input: `VALIDATION`, naming the field.
    #[must_use]
    pub fn validation(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new("VALIDATION", message) }
    }

    /// Not there, or not for this caller: `NOT_FOUND`.
    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("NOT_FOUND", message)
    }

    /// Not allowed: `FORBIDDEN`.
    #[must_use]
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new("FORBIDDEN", message)
    }

    /// Against the current state: `CONFLICT`.
    #[must_use]
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new("CONFLICT", message)
    }

    /// Not now, perhaps later: `UNAVAILABLE`, retryable.
    ///
    /// # Examples
    /// ```
    /// use iota_scripts_host::HostError;
    ///
    /// assert!(HostError::unavailable("the mail server does not answer").retryable);
    /// ```
    #[must_use]
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self { retryable: true, ..Self::new("UNAVAILABLE", message) }
    }

    /// A fault of the answering side: `INTERNAL`.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new("INTERNAL", message)
    }

    /// With these details.
    #[must_use]
    pub fn with_details(mut self, details: Value) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    /// The HTTP status that says the same.
    ///
    /// Codes that the contract does not list have the status 500.
    #[must_use]
    pub fn http_status(&self) -> http::StatusCode {
        use http::StatusCode as S;
        match self.code.as_str() {
            "VALIDATION" => S::UNPROCESSABLE_ENTITY,
            "BAD_REQUEST" => S::BAD_REQUEST,
            "UNAUTHORIZED" => S::UNAUTHORIZED,
            "FORBIDDEN" => S::FORBIDDEN,
            "NOT_FOUND" => S::NOT_FOUND,
            "CONFLICT" => S::CONFLICT,
            "TOO_LARGE" => S::PAYLOAD_TOO_LARGE,
            "RATE_LIMITED" => S::TOO_MANY_REQUESTS,
            "UNSUPPORTED" => S::NOT_IMPLEMENTED,
            "UNAVAILABLE" | "CANCELLED" => S::SERVICE_UNAVAILABLE,
            "TIMEOUT" => S::GATEWAY_TIMEOUT,
            _ => S::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error as it crosses: `{"error": {…}}`.
    ///
    /// # Examples
    /// ```
    /// use iota_scripts_host::HostError;
    /// use serde_json::json;
    ///
    /// let error = HostError::conflict("the order is closed");
    /// assert_eq!(error.to_json(), json!({"error": {"code": "CONFLICT", "message": "the order is closed"}}));
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "error": self })
    }

    /// Reads `{"error": {…}}`; anything else becomes an `INTERNAL` error.
    #[must_use]
    pub(crate) fn from_head(head: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Envelope {
            error: HostError,
        }
        serde_json::from_slice::<Envelope>(head)
            .map_or_else(|error| Self::internal(format!("an error frame without an error: {error}")), |it| it.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_survives_a_round_trip() {
        let error = HostError::validation("email", "is not an address").with_details(json!([1]));
        let bytes = serde_json::to_vec(&error.to_json()).unwrap();
        assert_eq!(HostError::from_head(&bytes), error);
        assert_eq!(HostError::from_head(b"nonsense").code, "INTERNAL");
    }
}
