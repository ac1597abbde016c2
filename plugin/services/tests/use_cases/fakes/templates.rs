//! Templates in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use iota_scripts_domain::{RepositoryError, Template, TemplateLocale, TemplateName, TemplateRepository, TenantId};
use parking_lot::Mutex;

type Key = (TenantId, TemplateName, Option<TemplateLocale>);

#[derive(Default)]
pub(crate) struct Templates {
    rows: Mutex<BTreeMap<Key, Template>>,
}

impl Templates {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.lock().is_empty()
    }
}

#[async_trait]
impl TemplateRepository for Templates {
    async fn named(&self, tenant: &TenantId, name: &TemplateName) -> Result<Vec<Template>, RepositoryError> {
        let mut found = self.list(tenant).await?;
        found.retain(|template| template.name == *name);
        Ok(found)
    }

    async fn put(&self, tenant: &TenantId, template: &Template) -> Result<(), RepositoryError> {
        let key = (tenant.clone(), template.name.clone(), template.locale.clone());
        self.rows.lock().insert(key, template.clone());
        Ok(())
    }

    async fn remove(
        &self,
        tenant: &TenantId,
        name: &TemplateName,
        locale: Option<&TemplateLocale>,
    ) -> Result<bool, RepositoryError> {
        Ok(self.rows.lock().remove(&(tenant.clone(), name.clone(), locale.cloned())).is_some())
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<Template>, RepositoryError> {
        let rows = self.rows.lock();
        Ok(rows.iter().filter(|((owner, _, _), _)| owner == tenant).map(|(_, template)| template.clone()).collect())
    }
}
