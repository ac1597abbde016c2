//! What runs a script: a schedule, a person, a request, or the host itself; each kind carries exactly its own data.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{CronSchedule, Endpoint, EventPatterns};
use crate::{FieldError, FieldProblem, text};

/// What runs a script, with what that needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptKind {
    /// A schedule.
    Cron(CronSchedule),
    /// A person, when they want it.
    OneOff,
    /// A request to a method and path.
    Endpoint(Endpoint),
    /// The host's own code, by the script's name, and events of its bus.
    Embedded(EventPatterns),
}

impl ScriptKind {
    /// The kind without its data.
    #[must_use]
    pub const fn script_type(&self) -> ScriptType {
        match self {
            Self::Cron(_) => ScriptType::Cron,
            Self::OneOff => ScriptType::OneOff,
            Self::Endpoint(_) => ScriptType::Endpoint,
            Self::Embedded(_) => ScriptType::Embedded,
        }
    }

    /// The schedule of a cron script.
    #[must_use]
    pub const fn schedule(&self) -> Option<&CronSchedule> {
        if let Self::Cron(schedule) = self { Some(schedule) } else { None }
    }

    /// Method and path of an endpoint script.
    #[must_use]
    pub const fn endpoint(&self) -> Option<&Endpoint> {
        if let Self::Endpoint(endpoint) = self { Some(endpoint) } else { None }
    }

    /// The events that an embedded script handles.
    #[must_use]
    pub const fn event_patterns(&self) -> Option<&EventPatterns> {
        if let Self::Embedded(patterns) = self { Some(patterns) } else { None }
    }
}

/// A [`ScriptKind`] without its data, as filters and the wire name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptType {
    /// `cron`
    Cron,
    /// `one_off`
    OneOff,
    /// `endpoint`
    Endpoint,
    /// `embedded`
    Embedded,
}

impl ScriptType {
    /// All of them, in the order that pages show.
    pub const ALL: [Self; 4] = [Self::Cron, Self::OneOff, Self::Endpoint, Self::Embedded];

    /// As on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cron => "cron",
            Self::OneOff => "one_off",
            Self::Endpoint => "endpoint",
            Self::Embedded => "embedded",
        }
    }

    /// Reads the word of the wire.
    ///
    /// # Errors
    /// The mistake, for the field `type`.
    ///
    /// ```
    /// use iota_scripts_domain::ScriptType;
    /// assert_eq!(ScriptType::parse("one_off"), Ok(ScriptType::OneOff));
    /// assert!(ScriptType::parse("daily").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.trim().is_empty() {
            return Err(FieldError::new("type", FieldProblem::Required, "a script needs a type"));
        }
        Self::ALL.into_iter().find(|kind| kind.as_str() == text.trim()).ok_or_else(|| {
            let message =
                format!("\"{}\" is none of cron, one_off, endpoint, embedded", text::shortened(text).escape_debug());
            FieldError::new("type", FieldProblem::Invalid, message)
        })
    }
}

impl FromStr for ScriptType {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        Self::parse(text)
    }
}

impl fmt::Display for ScriptType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
