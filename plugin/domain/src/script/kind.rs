//! The kinds of scripts: started by a schedule, a person, an HTTP request, or the host. Each kind has only its own settings.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{CronSchedule, Endpoint, EventPatterns};
use crate::{FieldError, FieldProblem, text};

/// The kind of a script with its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptKind {
    /// Started by a schedule.
    Cron(CronSchedule),
    /// Started manually.
    OneOff,
    /// Started by an HTTP request.
    Endpoint(Endpoint),
    /// Started by the host's own code, by name, and by events of its bus.
    Embedded(EventPatterns),
}

impl ScriptKind {
    /// Returns the kind without its settings.
    #[must_use]
    pub const fn script_type(&self) -> ScriptType {
        match self {
            Self::Cron(_) => ScriptType::Cron,
            Self::OneOff => ScriptType::OneOff,
            Self::Endpoint(_) => ScriptType::Endpoint,
            Self::Embedded(_) => ScriptType::Embedded,
        }
    }

    /// Returns the schedule of a cron script.
    #[must_use]
    pub const fn schedule(&self) -> Option<&CronSchedule> {
        if let Self::Cron(schedule) = self { Some(schedule) } else { None }
    }

    /// Returns the settings of an endpoint script.
    #[must_use]
    pub const fn endpoint(&self) -> Option<&Endpoint> {
        if let Self::Endpoint(endpoint) = self { Some(endpoint) } else { None }
    }

    /// Returns the event patterns of an embedded script.
    #[must_use]
    pub const fn event_patterns(&self) -> Option<&EventPatterns> {
        if let Self::Embedded(patterns) = self { Some(patterns) } else { None }
    }
}

/// A [`ScriptKind`] without its settings.
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
    /// All types, in the order of the pages.
    pub const ALL: [Self; 4] = [Self::Cron, Self::OneOff, Self::Endpoint, Self::Embedded];

    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cron => "cron",
            Self::OneOff => "one_off",
            Self::Endpoint => "endpoint",
            Self::Embedded => "embedded",
        }
    }

    /// Parses the name on the wire.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `type`.
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
            let text = text::shortened(text);
            let message = format!("\"{}\" is not one of cron, one_off, endpoint, embedded", text.escape_debug());
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
