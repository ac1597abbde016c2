//! Templates.

use iota_scripts_domain::{Template, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The text of a template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateInput {
    /// Text with `{{ name }}` for values.
    pub(crate) body: String,
}

/// A template.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateDocument {
    name: String,
    body: String,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    updated_by: String,
}

impl From<Template> for TemplateDocument {
    fn from(template: Template) -> Self {
        Self {
            name: template.name.as_str().to_owned(),
            body: template.body.as_str().to_owned(),
            updated_at: template.updated.at,
            updated_by: template.updated.by.to_string(),
        }
    }
}
