//! What is wrong with one field of an input; an input is refused with all of them at once, so that a form shows them together.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

/// The kind of mistake, the same in every language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldProblem {
    /// Nothing was given.
    Required,
    /// More than the field holds.
    TooLong,
    /// A number beyond its range.
    OutOfRange,
    /// Not of the field's form.
    Invalid,
    /// Does not belong to this type of script.
    NotApplicable,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name in the JSON API: `cron_expression`.
    pub field: &'static str,
    /// The kind of mistake.
    pub code: FieldProblem,
    /// For people, in English, without the field's name.
    pub message: String,
    /// Which mistake it is exactly, where there are several that people can tell apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistake: Option<Mistake>,
}

/// A mistake as a stable word with its values, which other languages say in their own way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// `cron_range`
    pub code: &'static str,
    /// By name.
    pub values: BTreeMap<&'static str, String>,
}

impl FieldError {
    /// A mistake in a field.
    #[must_use]
    pub fn new(field: &'static str, code: FieldProblem, message: impl Into<String>) -> Self {
        Self { field, code, message: message.into(), mistake: None }
    }

    /// The same, and which mistake it is exactly.
    #[must_use]
    pub fn being<const N: usize>(self, code: &'static str, values: [(&'static str, String); N]) -> Self {
        Self { mistake: Some(Mistake { code, values: values.into() }), ..self }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for FieldError {}

/// All mistakes of an input; never empty when it is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Keeps the value of a field that is right, and the mistake of one that is not.
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
