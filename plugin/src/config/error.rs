//! Configuration errors, each with the key to change.

use std::{error::Error, net::AddrParseError};

use iota_scripts_domain::{FieldError, InvalidId};

/// An error in a document.
#[derive(Debug, thiserror::Error)]
#[error("{}{problem}", key_prefix(field))]
pub(crate) struct ConfigError {
    /// The key, such as `http.allow[1]`; empty for the whole document.
    pub(crate) field: String,
    #[source]
    pub(crate) problem: ConfigProblem,
}

/// The error in the value of a key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigProblem {
    #[error(transparent)]
    Unreadable(#[from] serde_json::Error),
    #[error("{value} is not between {least} and {most}")]
    OutOfRange { value: u64, least: u64, most: u64 },
    #[error("unknown key; known keys: {}", known.join(", "))]
    UnknownKey { known: Vec<&'static str> },
    #[error(transparent)]
    Id(#[from] InvalidId),
    #[error("{}", .0.message)]
    EventPattern(#[source] Box<FieldError>),
    #[error("{0:?} matches none of the plugin's events, which begin with \"scripts.\"")]
    ForeignEvents(String),
    #[error("\"{text}\": {}", source.message)]
    HostPattern { text: String, source: Box<FieldError> },
    #[error("{0}")]
    Addresses(#[source] Box<dyn Error + Send + Sync>),
    #[error("\"{text}\" is not an address with a port, such as 10.0.0.2:53")]
    NameServer { text: String, source: AddrParseError },
}

impl ConfigError {
    pub(super) fn at(field: impl Into<String>, problem: impl Into<ConfigProblem>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }

    /// Creates an error of a document as a whole.
    pub(crate) fn of_all(problem: impl Into<ConfigProblem>) -> Self {
        Self::at(String::new(), problem)
    }
}

fn key_prefix(field: &str) -> String {
    if field.is_empty() { String::new() } else { format!("{field}: ") }
}
