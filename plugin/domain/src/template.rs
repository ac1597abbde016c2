//! Text templates of a tenant, which scripts render by name. Whether a template's syntax is right is not known here.

mod locale;

use async_trait::async_trait;
use serde::Serialize;

use crate::text::is_prose;
use crate::{FieldError, FieldErrors, FieldProblem, RepositoryError, Stamp, TenantId};

pub use locale::TemplateLocale;

/// The name of a template: 1 to 128 letters, digits and `_ - .` of ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TemplateName(String);

impl TemplateName {
    /// Checks a name.
    ///
    /// # Errors
    /// The mistake, for the field `name`.
    ///
    /// ```
    /// use iota_scripts_domain::TemplateName;
    /// assert!(TemplateName::parse("inactive_client_reminder").is_ok());
    /// assert!(TemplateName::parse("Hello {{ name }}").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if (1..=128).contains(&text.len()) && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(FieldError::new(
                "name",
                FieldProblem::Invalid,
                "a template's name is 1 to 128 letters, digits and _ - .",
            ))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text of a template: at most 64 KiB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TemplateBody(String);

impl TemplateBody {
    /// 64 KiB.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Checks a text.
    ///
    /// # Errors
    /// The mistake, for the field `body`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.len() > Self::MAX_BYTES {
            let message = format!("the template has {} bytes; the limit is {}", text.len(), Self::MAX_BYTES);
            return Err(FieldError::new("body", FieldProblem::TooLong, message));
        }
        if !is_prose(text) {
            return Err(FieldError::new("body", FieldProblem::Invalid, "control characters are not allowed"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A template of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Unique in the tenant, together with the language.
    pub name: TemplateName,
    /// Its language; none for one that stands for all that have none of their own.
    pub locale: Option<TemplateLocale>,
    /// The text.
    pub body: TemplateBody,
    /// Who wrote it last.
    pub updated: Stamp,
}

impl Template {
    /// Checks all parts of a template.
    ///
    /// # Errors
    /// Every mistake with its field: `name`, `locale`, `body`.
    pub fn parse(name: &str, locale: Option<&str>, body: &str, updated: Stamp) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep(TemplateName::parse(name));
        let locale = errors.keep(TemplateLocale::parse_optional(locale));
        let body = errors.keep(TemplateBody::parse(body));
        match (name, locale, body) {
            (Some(name), Some(locale), Some(body)) => Ok(Self { name, locale, body, updated }),
            _ => Err(errors),
        }
    }
}

/// Keeps templates by tenant, name and language.
#[async_trait]
pub trait TemplateRepository: Send + Sync {
    /// The templates of a name, in all languages that there are.
    ///
    /// # Errors
    /// Only those of the store.
    async fn named(&self, tenant: &TenantId, name: &TemplateName) -> Result<Vec<Template>, RepositoryError>;

    /// Stores a template in place of what was there.
    ///
    /// # Errors
    /// Only those of the store.
    async fn put(&self, tenant: &TenantId, template: &Template) -> Result<(), RepositoryError>;

    /// Removes a template; whether there was one.
    ///
    /// # Errors
    /// Only those of the store.
    async fn remove(
        &self,
        tenant: &TenantId,
        name: &TemplateName,
        locale: Option<&TemplateLocale>,
    ) -> Result<bool, RepositoryError>;

    /// All templates of the tenant, by name and language.
    ///
    /// # Errors
    /// Only those of the store.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<Template>, RepositoryError>;
}
