//! The pause of a tenant's schedules.

use iota_scripts_domain::{FieldError, FieldProblem, InvalidTimestamp, Pause, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request to pause all schedules.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PauseInput {
    /// Why, 1 to 500 characters; shown to every user who opens a page.
    pub(crate) reason: String,
    /// When the pause ends automatically; if absent, it lasts until a user resumes the schedules.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    until: Option<String>,
}

impl PauseInput {
    pub(crate) fn until(&self) -> Result<Option<Timestamp>, FieldError> {
        let wrong = |error: InvalidTimestamp| FieldError::new("until", FieldProblem::Invalid, error.to_string());
        self.until.as_deref().map(Timestamp::parse).transpose().map_err(wrong)
    }
}

/// Whether schedules are paused. The other fields are present only if they are.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct PauseDocument {
    paused: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    /// When the pause ends automatically, if it does.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    /// Id of the user who paused the schedules.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// Name of that user at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_name: Option<String>,
}

impl From<Option<Pause>> for PauseDocument {
    fn from(pause: Option<Pause>) -> Self {
        let Some(pause) = pause else { return Self::default() };
        Self {
            paused: true,
            reason: Some(pause.reason.as_str().to_owned()),
            since: Some(pause.paused.at),
            until: pause.ends_at,
            by: Some(pause.paused.by.to_string()),
            by_name: Some(pause.name),
        }
    }
}
