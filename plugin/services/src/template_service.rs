//! Use cases of templates: texts that scripts render by name.

use std::sync::Arc;

use iota_scripts_domain::{
    Clock, FieldError, FieldProblem, Limits, Permission, Stamp, Template, TemplateLocale, TemplateName,
    TemplateRepository,
};

use crate::{
    Identity, ServiceError,
    authorizer::Authorizer,
    ports::{Check, Checked, HostGateway, Runtime, Severity},
};

/// Reads and writes a tenant's templates.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct TemplateService {
    templates: Arc<dyn TemplateRepository>,
    runtime: Arc<dyn Runtime>,
    authorizer: Authorizer,
    clock: Arc<dyn Clock>,
    limits: Limits,
}

impl TemplateService {
    /// Creates the service from its ports.
    #[must_use]
    pub fn new(
        templates: Arc<dyn TemplateRepository>,
        runtime: Arc<dyn Runtime>,
        host: Arc<dyn HostGateway>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Self {
        Self { templates, runtime, authorizer: Authorizer::new(host), clock, limits }
    }

    /// Returns all templates of the tenant, by name and language.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host or the database.
    pub async fn list(&self, identity: &Identity) -> Result<Vec<Template>, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        Ok(self.templates.list(identity.tenant_id()).await?)
    }

    /// Returns one template: of exactly this language, or the one without a language.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` with the field, and as for [`Self::list`].
    pub async fn get(&self, identity: &Identity, name: &str, locale: Option<&str>) -> Result<Template, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        let (name, locale) = key(name, locale)?;
        let found = self.templates.named(identity.tenant_id(), &name).await?;
        let found = found.into_iter().find(|template| template.locale == locale);
        found.ok_or(ServiceError::NotFound("template"))
    }

    /// Creates or replaces a template; rejects one that cannot be rendered.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.update`, `Invalid` with the field, `Unchecked` when its syntax could not be checked, or an error from
    /// the host or the database.
    pub async fn put(
        &self,
        identity: &Identity,
        name: &str,
        locale: Option<&str>,
        body: &str,
    ) -> Result<Template, ServiceError> {
        self.authorizer.require(identity, Permission::Update).await?;
        let updated = Stamp { at: self.clock.now(), by: identity.author() };
        let template = Template::parse(name, locale, body, updated)?;
        self.require_syntax(identity, body).await?;
        self.templates.put(identity.tenant_id(), &template).await?;
        Ok(template)
    }

    /// Removes a template.
    ///
    /// # Errors
    /// `NotFound`, and as for [`Self::put`].
    pub async fn remove(&self, identity: &Identity, name: &str, locale: Option<&str>) -> Result<(), ServiceError> {
        self.authorizer.require(identity, Permission::Update).await?;
        let (name, locale) = key(name, locale)?;
        let removed = self.templates.remove(identity.tenant_id(), &name, locale.as_ref()).await?;
        if removed { Ok(()) } else { Err(ServiceError::NotFound("template")) }
    }

    /// Checks the syntax in a worker, which renders templates and where a bad text can break nothing else.
    async fn require_syntax(&self, identity: &Identity, body: &str) -> Result<(), ServiceError> {
        let checked = self.runtime.check(identity.tenant_id(), &Check::template(body), &self.limits).await;
        let Checked { found, .. } = checked.map_err(ServiceError::Unchecked)?;
        let Some(found) = found.into_iter().find(|found| found.severity == Severity::Error) else { return Ok(()) };
        let place = found.line.map_or(String::new(), |line| format!("line {line}: "));
        let message = format!("{place}{}", found.message);
        Err(FieldError::new("body", FieldProblem::Invalid, message).into())
    }
}

fn key(name: &str, locale: Option<&str>) -> Result<(TemplateName, Option<TemplateLocale>), ServiceError> {
    Ok((TemplateName::parse(name)?, TemplateLocale::parse_optional(locale)?))
}
