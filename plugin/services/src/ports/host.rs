//! The host application: its RBAC, its services, its bus.

use async_trait::async_trait;
use futures_util::future::try_join_all;
use iota_scripts_domain::{ExecutionId, JsonText, Permission, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::HostError;
use crate::{Identity, Tenant};

/// The host, as far as the use cases need it.
#[async_trait]
pub trait HostGateway: Send + Sync {
    /// Returns whether the host's RBAC grants the identity this permission.
    async fn authorize(&self, identity: &Identity, permission: Permission) -> Result<bool, HostError>;
    /// Like [`Self::authorize`] for several permissions at once, answered in their order. An answer of another length is invalid.
    async fn authorize_many(&self, identity: &Identity, permissions: &[Permission]) -> Result<Vec<bool>, HostError> {
        try_join_all(permissions.iter().map(|permission| self.authorize(identity, *permission))).await
    }
    /// Returns whether the host's RBAC grants the identity a permission of the host's own for `resource`.
    async fn allows(&self, identity: &Identity, permission: &str, resource: Value) -> Result<bool, HostError>;
    /// Calls a method of a bound service; the host checks the permission again.
    async fn call_service(&self, call: ServiceCall) -> Result<JsonText, HostError>;
    /// Returns the user's current name, permissions and so on.
    async fn resolve_identity(&self, tenant: &TenantId, user: &UserId) -> Result<Identity, HostError>;
    /// Returns all tenants of the host; `UNSUPPORTED` if the host does not list them.
    async fn tenants(&self) -> Result<Vec<TenantRecord>, HostError>;
    /// Returns the tenant that serves its public endpoints under a host name; `NOT_FOUND` if there is none.
    async fn tenant_by_host(&self, host: &str) -> Result<TenantRecord, HostError>;
    /// Hands an event to the host's bus.
    async fn publish(&self, event: HostEvent) -> Result<(), HostError>;
    /// Returns whether the host subscribes to events of this type.
    fn wants(&self, event_type: &str) -> bool;
    /// Queues an event for the host's bus, in the order of these calls; whether the host accepts it is not reported.
    fn notify(&self, event: HostEvent);
}

/// A tenant in the host's list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TenantRecord {
    /// Whether its scripts may run.
    #[serde(default = "yes")]
    pub active: bool,
    /// The host name of its public endpoints.
    #[serde(default)]
    pub domain: Option<String>,
    /// The tenant.
    #[serde(flatten)]
    pub tenant: Tenant,
}

const fn yes() -> bool {
    true
}

/// One call of a bound service.
#[derive(Debug, Serialize)]
pub struct ServiceCall {
    /// `clients.list`
    pub method: String,
    /// The arguments, a JSON array.
    pub args: JsonText,
    /// The identity that makes the call.
    pub identity: Identity,
    /// The calling run.
    pub execution_id: ExecutionId,
    /// The same for a repetition of the same call, so that a host can perform it once.
    pub idempotency_key: String,
    /// The rest of the run's time, in milliseconds.
    pub deadline_ms: u64,
    /// The service must not change anything.
    pub dry_run: bool,
}

/// An event on its way to the host's bus.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HostEvent {
    /// Unique, so that a host can recognise a repetition.
    pub id: String,
    /// `scripts.execution.completed`
    #[serde(rename = "type")]
    pub event_type: String,
    /// The event's tenant.
    pub tenant: TenantId,
    /// The user who caused it, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub data: Value,
}
