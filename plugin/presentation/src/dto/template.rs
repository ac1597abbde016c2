//! Templates.

use iota_scripts_domain::{Template, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The text of a template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateInput {
    /// Text with `{{ name }}` placeholders for values.
    pub(crate) body: String,
}

/// Selects one of the templates with the same name.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateKey {
    /// Language, such as `ru` or `ru-RU`; if absent, the template without a language.
    pub(crate) locale: Option<String>,
}

/// A template.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateDocument {
    name: String,
    /// Language; `null` for the template that is used for languages without a template of their own.
    locale: Option<String>,
    body: String,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    updated_by: String,
}

impl From<Template> for TemplateDocument {
    fn from(template: Template) -> Self {
        Self {
            name: template.name.as_str().to_owned(),
            locale: template.locale.map(|locale| locale.as_str().to_owned()),
            body: template.body.as_str().to_owned(),
            updated_at: template.updated.at,
            updated_by: template.updated.by.to_string(),
        }
    }
}
