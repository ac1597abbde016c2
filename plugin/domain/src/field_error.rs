//! Validation errors by field. Validation reports all errors of an input at once, so that a form can show them together.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

/// The kind of error, independent of the language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldProblem {
    /// A value is missing.
    Required,
    /// The value is longer than the field allows.
    TooLong,
    /// The number is out of range.
    OutOfRange,
    /// The value has the wrong format.
    Invalid,
    /// Scripts of this type do not have the field.
    NotApplicable,
}

/// One validation error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Name of the field in the JSON API, such as `cron_expression`.
    pub field: &'static str,
    /// Kind of error.
    pub code: FieldProblem,
    /// English message for people, without the name of the field.
    pub message: String,
    /// More specific error, if the field has several of one kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistake: Option<ErrorDetail>,
}

/// A specific error as a stable code with values, from which pages build a message in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorDetail {
    /// Code, such as `cron_range`.
    pub code: &'static str,
    /// Values of the message by name.
    pub values: BTreeMap<&'static str, String>,
}

impl FieldError {
    /// Creates an error of a field.
    #[must_use]
    pub fn new(field: &'static str, code: FieldProblem, message: impl Into<String>) -> Self {
        Self { field, code, message: message.into(), mistake: None }
    }

    /// Adds the specific error.
    #[must_use]
    pub fn being<const N: usize>(self, code: &'static str, values: [(&'static str, String); N]) -> Self {
        Self { mistake: Some(ErrorDetail { code, values: values.into() }), ..self }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for FieldError {}

/// All errors of an input; not empty when returned as an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Returns the value of a valid field; records the error of an invalid one and returns `None`.
    pub(crate) fn keep<T>(&mut self, field: Result<T, FieldError>) -> Option<T> {
        field.map_err(|error| self.0.push(error)).ok()
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}

impl From<FieldError> for FieldErrors {
    fn from(error: FieldError) -> Self {
        Self(vec![error])
    }
}
