//! Why an instance did not start: a one-line message, and the configuration key to change.

use std::fmt::Display;

use iota_scripts_services::ports::HostErrorCode;
use serde_json::{Value, json};

use crate::config::ConfigError;

/// The error of `plugin.failed`.
#[derive(Debug)]
pub(crate) struct StartError {
    code: HostErrorCode,
    message: String,
    field: Option<String>,
}

impl StartError {
    pub(crate) fn config(error: ConfigError) -> Self {
        let message = format!("the configuration is not valid: {error}");
        let field = (!error.field.is_empty()).then_some(error.field);
        Self { code: HostErrorCode::Validation, message, field }
    }

    /// Creates an error for a key with an invalid value.
    pub(crate) fn at(field: &str, cause: &impl Display) -> Self {
        Self { code: HostErrorCode::Validation, message: format!("{field}: {cause}"), field: Some(field.to_owned()) }
    }

    /// Creates an error for a key that names something unavailable.
    pub(crate) fn unavailable(field: &str, cause: &impl Display) -> Self {
        Self { code: HostErrorCode::Unavailable, ..Self::at(field, cause) }
    }

    pub(crate) fn thread(cause: &std::io::Error) -> Self {
        let message = format!("cannot start a thread: {cause}");
        Self { code: HostErrorCode::Unavailable, message, field: None }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut error = json!({"code": self.code, "message": self.message});
        if let Some(field) = &self.field {
            error["field"] = json!(field);
        }
        error
    }
}
