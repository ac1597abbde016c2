//! The host of a dry run: methods that read are called, with the dry-run flag. Methods that may write are not called and return null, if
//! the host grants the caller the permission in their descriptor. Events are not published.

use std::sync::Arc;

use async_trait::async_trait;
use iota_scripts_domain::{JsonText, Permission, TenantId, UserId};
use serde_json::{Value, json};

use super::{HostPorts, Recording};
use crate::{
    Access, Identity, ServiceCatalog,
    ports::{HostError, HostErrorCode, HostEvent, HostGateway, ServiceCall, TenantRecord},
};

pub(super) struct DryHost {
    inner: Arc<dyn HostGateway>,
    catalog: Arc<ServiceCatalog>,
    recording: Arc<Recording>,
}

impl DryHost {
    pub(super) fn over(ports: &HostPorts, recording: &Arc<Recording>) -> Self {
        let (inner, catalog) = (Arc::clone(&ports.host), Arc::clone(&ports.catalog));
        Self { inner, catalog, recording: Arc::clone(recording) }
    }

    /// Returns a method's access and permission; an unknown method may write.
    fn known(&self, method: &str) -> (Access, Option<String>) {
        let found = method.split_once('.').and_then(|(service, name)| {
            let service = self.catalog.find(service)?;
            let method = service.methods.get(name)?;
            Some((method.access, method.permission.clone()))
        });
        found.unwrap_or((Access::Write, None))
    }

    /// Asks the host for the permission that the service would check: a successful dry run says something about rights, too.
    async fn require(&self, call: &ServiceCall, permission: Option<String>) -> Result<(), HostError> {
        let Some(permission) = permission else {
            self.recording.unchecked();
            return Ok(());
        };
        let resource = json!({"service_method": call.method});
        if self.inner.allows(&call.identity, &permission, resource).await? {
            return Ok(());
        }
        Err(HostError::new(HostErrorCode::Forbidden, format!("{}: missing permission: {permission}", call.method)))
    }
}

#[async_trait]
impl HostGateway for DryHost {
    async fn authorize(&self, identity: &Identity, permission: Permission) -> Result<bool, HostError> {
        self.inner.authorize(identity, permission).await
    }

    async fn authorize_many(&self, identity: &Identity, permissions: &[Permission]) -> Result<Vec<bool>, HostError> {
        self.inner.authorize_many(identity, permissions).await
    }

    async fn allows(&self, identity: &Identity, permission: &str, resource: Value) -> Result<bool, HostError> {
        self.inner.allows(identity, permission, resource).await
    }

    async fn call_service(&self, call: ServiceCall) -> Result<JsonText, HostError> {
        let (access, permission) = self.known(&call.method);
        if access == Access::Read {
            return self.inner.call_service(ServiceCall { dry_run: true, ..call }).await;
        }
        self.require(&call, permission).await?;
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

    fn wants(&self, event_type: &str) -> bool {
        self.inner.wants(event_type)
    }

    fn notify(&self, event: HostEvent) {
        self.inner.notify(event);
    }
}
