//! Use cases of templates: the texts that scripts render by name.

use std::sync::Arc;

use iota_scripts_domain::{Clock, Permission, Stamp, Template, TemplateLocale, TemplateName, TemplateRepository};

use crate::{Identity, ServiceError, gate::Gate, ports::HostGateway};

/// Reads and writes a tenant's templates.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct TemplateService {
    templates: Arc<dyn TemplateRepository>,
    gate: Gate,
    clock: Arc<dyn Clock>,
}

impl TemplateService {
    /// The service over its ports.
    #[must_use]
    pub fn new(templates: Arc<dyn TemplateRepository>, host: Arc<dyn HostGateway>, clock: Arc<dyn Clock>) -> Self {
        Self { templates, gate: Gate::new(host), clock }
    }

    /// All templates of the tenant, by name and language.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or what the host or the database says.
    pub async fn list(&self, identity: &Identity) -> Result<Vec<Template>, ServiceError> {
        self.gate.require(identity, Permission::Read).await?;
        Ok(self.templates.list(identity.tenant_id()).await?)
    }

    /// One template: of exactly this language, or the one without.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` with the field, and as for [`Self::list`].
    pub async fn get(&self, identity: &Identity, name: &str, locale: Option<&str>) -> Result<Template, ServiceError> {
        self.gate.require(identity, Permission::Read).await?;
        let (name, locale) = key(name, locale)?;
        let found = self.templates.named(identity.tenant_id(), &name).await?;
        let found = found.into_iter().find(|template| template.locale == locale);
        found.ok_or(ServiceError::NotFound("template"))
    }

    /// Writes a template, new or not.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.update`, `Invalid` with the field, or what the host or the database says.
    pub async fn put(
        &self,
        identity: &Identity,
        name: &str,
        locale: Option<&str>,
        body: &str,
    ) -> Result<Template, ServiceError> {
        self.gate.require(identity, Permission::Update).await?;
        let updated = Stamp { at: self.clock.now(), by: identity.author() };
        let template = Template::parse(name, locale, body, updated)?;
        self.templates.put(identity.tenant_id(), &template).await?;
        Ok(template)
    }

    /// Removes a template.
    ///
    /// # Errors
    /// `NotFound`, and as for [`Self::put`].
    pub async fn remove(&self, identity: &Identity, name: &str, locale: Option<&str>) -> Result<(), ServiceError> {
        self.gate.require(identity, Permission::Update).await?;
        let (name, locale) = key(name, locale)?;
        let removed = self.templates.remove(identity.tenant_id(), &name, locale.as_ref()).await?;
        if removed { Ok(()) } else { Err(ServiceError::NotFound("template")) }
    }
}

fn key(name: &str, locale: Option<&str>) -> Result<(TemplateName, Option<TemplateLocale>), ServiceError> {
    Ok((TemplateName::parse(name)?, TemplateLocale::parse_optional(locale)?))
}
