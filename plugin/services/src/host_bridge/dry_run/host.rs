//! The host of a dry run: services that read are called, and told that nothing may be changed; those that may write are not called,
//! and answer null. Events go nowhere.

use std::sync::Arc;

use async_trait::async_trait;
use iota_scripts_domain::{JsonText, Permission, TenantId, UserId};

use super::{Outside, Recording};
use crate::{
    Access, Identity, ServiceCatalog,
    ports::{HostError, HostEvent, HostGateway, ServiceCall, TenantRecord},
};

pub(super) struct DryHost {
    inner: Arc<dyn HostGateway>,
    catalog: Arc<ServiceCatalog>,
    recording: Arc<Recording>,
}

impl DryHost {
    pub(super) fn over(outside: &Outside, recording: &Arc<Recording>) -> Self {
        let (inner, catalog) = (Arc::clone(&outside.host), Arc::clone(&outside.catalog));
        Self { inner, catalog, recording: Arc::clone(recording) }
    }

    /// Whether a method only reads; one that is not known may write.
    fn only_reads(&self, method: &str) -> bool {
        let found = method.split_once('.').and_then(|(service, name)| {
            let service = self.catalog.find(service)?;
            Some(service.methods.get(name)?.access)
        });
        found == Some(Access::Read)
    }
}

#[async_trait]
impl HostGateway for DryHost {
    async fn authorize(&self, identity: &Identity, permission: Permission) -> Result<bool, HostError> {
        self.inner.authorize(identity, permission).await
    }

    async fn call_service(&self, call: ServiceCall) -> Result<JsonText, HostError> {
        if self.only_reads(&call.method) {
            return self.inner.call_service(ServiceCall { dry_run: true, ..call }).await;
        }
        self.recording.service(&call.method, &call.args);
        Ok(JsonText::null())
    }

    async fn resolve_identity(&self, tenant: &TenantId, user: &UserId) -> Result<Identity, HostError> {
        self.inner.resolve_identity(tenant, user).await
    }

    async fn tenants(&self) -> Result<Vec<TenantRecord>, HostError> {
        self.inner.tenants().await
    }

    async fn tenant_by_host(&self, host: &str) -> Result<TenantRecord, HostError> {
        self.inner.tenant_by_host(host).await
    }

    async fn publish(&self, event: HostEvent) -> Result<(), HostError> {
        self.recording.event(&event.event_type, &event.data);
        Ok(())
    }
}
