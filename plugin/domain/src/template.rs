//! Text templates of a tenant, which scripts render by name. This module does not check the syntax of a template.

mod locale;

use async_trait::async_trait;
use serde::Serialize;

use crate::text::is_prose;
use crate::{FieldError, FieldErrors, FieldProblem, RepositoryError, Stamp, TenantId};

pub use locale::TemplateLocale;

/// The name of a template: 1 to 128 ASCII letters, digits and `_ - .`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TemplateName(String);

impl TemplateName {
    /// Validates a name.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `name`.
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

    /// Returns the name.
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
    /// Maximum size: 64 KiB.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Validates a text.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `body`.
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

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A template of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Name; unique in the tenant together with the locale.
    pub name: TemplateName,
    /// Locale; `None` for the template used for locales without their own.
    pub locale: Option<TemplateLocale>,
    /// Text.
    pub body: TemplateBody,
    /// User who last changed it, and the time.
    pub updated: Stamp,
}

impl Template {
    /// Validates all parts of a template.
    ///
    /// # Errors
    /// All errors, for the fields `name`, `locale` and `body`.
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

/// Stores templates by tenant, name and locale.
#[async_trait]
pub trait TemplateRepository: Send + Sync {
    /// Returns the templates with a name, in all locales.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn named(&self, tenant: &TenantId, name: &TemplateName) -> Result<Vec<Template>, RepositoryError>;

    /// Creates or replaces a template.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn put(&self, tenant: &TenantId, template: &Template) -> Result<(), RepositoryError>;

    /// Removes a template. Returns false if it does not exist.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn remove(
        &self,
        tenant: &TenantId,
        name: &TemplateName,
        locale: Option<&TemplateLocale>,
    ) -> Result<bool, RepositoryError>;

    /// Returns all templates of a tenant, ordered by name and locale.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<Template>, RepositoryError>;
}
