//! Validated texts of a script: name, description, source, and the summary of a change.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::Change;
use crate::text::is_prose;
use crate::{FieldError, FieldProblem, Limits};

/// The name of a script: 1 to 255 characters on one line, trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ScriptName(String);

impl<'de> Deserialize<'de> for ScriptName {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let text = String::deserialize(reader)?;
        Self::parse(&text).map_err(|error| D::Error::custom(error.message))
    }
}

impl ScriptName {
    /// Trims and validates a name.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `name`.
    ///
    /// ```
    /// use iota_scripts_domain::ScriptName;
    /// assert_eq!(ScriptName::parse("  Nightly report ").unwrap().as_str(), "Nightly report");
    /// assert!(ScriptName::parse(" ").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let name = text.trim();
        if name.is_empty() {
            return Err(FieldError::new("name", FieldProblem::Required, "a script needs a name"));
        }
        if name.chars().nth(255).is_some() {
            return Err(FieldError::new("name", FieldProblem::TooLong, "a name has at most 255 characters"));
        }
        if name.chars().any(char::is_control) {
            return Err(FieldError::new(
                "name",
                FieldProblem::Invalid,
                "a name is one line without control characters",
            ));
        }
        Ok(Self(name.to_owned()))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScriptName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The description of a script: at most 2,000 characters, trimmed, may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Description(String);

impl Description {
    /// Trims and validates a description.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `description`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        parse_prose(text, "description", 2_000).map(Self)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The summary of a change: at most 500 characters, trimmed, not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSummary {
    text: String,
    /// The kind of change, if the plugin generated the text.
    change: Option<Change>,
}

impl ChangeSummary {
    /// Trims and validates a summary. Returns `None` if it is blank.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `change_summary`.
    pub fn parse(text: &str) -> Result<Option<Self>, FieldError> {
        let text = parse_prose(text, "change_summary", 500)?;
        Ok(if text.is_empty() { None } else { Some(Self { text, change: None }) })
    }

    /// Sets the kind of change from a stored row: from `data` if it can be parsed, else from the text.
    #[must_use]
    pub fn stored(self, data: Option<&str>) -> Self {
        let change = data.and_then(|json| serde_json::from_str(json).ok()).or_else(|| Change::of_summary(&self.text));
        Self { change, ..self }
    }

    /// Returns the text: the author's, or generated in English.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the kind of change; `None` if the author wrote the text.
    #[must_use]
    pub const fn change(&self) -> Option<Change> {
        self.change
    }

    /// Returns the kind of change as JSON; `None` if the author wrote the text.
    #[must_use]
    pub fn data(&self) -> Option<String> {
        serde_json::to_string(&self.change?).ok()
    }

    /// Creates the summary of a change without an author's note.
    pub(super) fn of(change: Change) -> Self {
        Self { text: change.to_string(), change: Some(change) }
    }
}

/// The source of a script: not blank, within the size limit of [`Limits::MAX`]. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCode(Arc<str>);

impl SourceCode {
    /// Validates a source. The text is not changed.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `content`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.trim().is_empty() {
            return Err(FieldError::new("content", FieldProblem::Required, "a script needs source code"));
        }
        if text.contains('\0') {
            return Err(FieldError::new("content", FieldProblem::Invalid, "the source contains a NUL character"));
        }
        let source = Self(text.into());
        source.check_size(&Limits::MAX)?;
        Ok(source)
    }

    /// Checks the size of the source against limits.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `content`.
    pub fn check_size(&self, limits: &Limits) -> Result<(), FieldError> {
        if self.0.len() as u64 <= limits.source_bytes {
            return Ok(());
        }
        let message = format!("the source has {} bytes; the limit is {}", self.0.len(), limits.source_bytes);
        Err(FieldError::new("content", FieldProblem::TooLong, message))
    }

    /// Returns the source.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the source as a shared pointer.
    #[must_use]
    pub fn to_shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

fn parse_prose(text: &str, field: &'static str, max_chars: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if text.chars().nth(max_chars).is_some() {
        return Err(FieldError::new(field, FieldProblem::TooLong, format!("at most {max_chars} characters")));
    }
    if !is_prose(text) {
        return Err(FieldError::new(field, FieldProblem::Invalid, "control characters are not allowed"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn invalid_texts_are_rejected_with_the_kind_of_error() {
        assert_eq!(ScriptName::parse(&"я".repeat(255)).map(|_| ()), Ok(()));
        assert_eq!(ScriptName::parse(&"я".repeat(256)).unwrap_err().code, FieldProblem::TooLong);
        assert_eq!(ScriptName::parse("a\tb").unwrap_err().code, FieldProblem::Invalid);
        assert_eq!(SourceCode::parse("a\0b").unwrap_err().code, FieldProblem::Invalid);
        assert_eq!(SourceCode::parse(&" ".repeat(9)).unwrap_err().code, FieldProblem::Required);
        let most = usize::try_from(Limits::MAX.source_bytes).unwrap();
        assert_eq!(SourceCode::parse(&"x".repeat(most + 1)).unwrap_err().code, FieldProblem::TooLong);
        let source = SourceCode::parse(&"x".repeat(most)).unwrap();
        assert_eq!(source.check_size(&Limits::default()).unwrap_err().code, FieldProblem::TooLong);
        assert_eq!(Description::parse("a\u{7}").unwrap_err().code, FieldProblem::Invalid);
        assert_eq!(ChangeSummary::parse("  "), Ok(None));
    }

    proptest! {
        #[test]
        fn a_parsed_name_parses_to_itself(text in ".{0,300}") {
            if let Ok(name) = ScriptName::parse(&text) {
                prop_assert_eq!(ScriptName::parse(name.as_str()), Ok(name.clone()));
                prop_assert!(!name.as_str().contains('\n'));
            }
        }
    }
}
