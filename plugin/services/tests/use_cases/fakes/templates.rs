//! Templates in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use iota_scripts_domain::{RepositoryError, Template, TemplateName, TemplateRepository, TenantId};
use parking_lot::Mutex;

#[derive(Default)]
pub(crate) struct Templates {
    rows: Mutex<BTreeMap<(TenantId, TemplateName), Template>>,
}

impl Templates {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.lock().is_empty()
    }
}

#[async_trait]
impl TemplateRepository for Templates {
    async fn get(&self, tenant: &TenantId, name: &TemplateName) -> Result<Option<Template>, RepositoryError> {
        Ok(self.rows.lock().get(&(tenant.clone(), name.clone())).cloned())
    }

    async fn put(&self, tenant: &TenantId, template: &Template) -> Result<(), RepositoryError> {
        self.rows.lock().insert((tenant.clone(), template.name.clone()), template.clone());
        Ok(())
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<Template>, RepositoryError> {
        let rows = self.rows.lock();
        Ok(rows.iter().filter(|((owner, _), _)| owner == tenant).map(|(_, template)| template.clone()).collect())
    }
}
