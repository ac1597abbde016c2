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
    /// Whether the host's RBAC lets the identity do this.
    async fn authorize(&self, identity: &Identity, permission: Permission) -> Result<bool, HostError>;
    /// The same for several permissions at once, answered in their order. An answer of another length is none.
    async fn authorize_many(&self, identity: &Identity, permissions: &[Permission]) -> Result<Vec<bool>, HostError> {
        try_join_all(permissions.iter().map(|permission| self.authorize(identity, *permission))).await
    }
    /// Whether the host's RBAC lets the identity do what a permission of the host's own is for, to `resource`.
    async fn allows(&self, identity: &Identity, permission: &str, resource: Value) -> Result<bool, HostError>;
    /// Calls a method of a bound service; the host checks the permission again.
    async fn call_service(&self, call: ServiceCall) -> Result<JsonText, HostError>;
    /// The user's current name, permissions and so on.
    async fn resolve_identity(&self, tenant: &TenantId, user: &UserId) -> Result<Identity, HostError>;
    /// All tenants of the host. `UNSUPPORTED` when it does not tell.
    async fn tenants(&self) -> Result<Vec<TenantRecord>, HostError>;
    /// The tenant whose public endpoints are under a host name. `NOT_FOUND` when there is none.
    async fn tenant_by_host(&self, host: &str) -> Result<TenantRecord, HostError>;
    /// Hands an event to the host's bus.
    async fn publish(&self, event: HostEvent) -> Result<(), HostError>;
    /// Whether the host wants to hear of events of this type.
    fn wants(&self, event_type: &str) -> bool;
    /// Hands an event to the host's bus some time soon, in the order of these calls; nobody hears whether it was taken.
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
    /// On whose behalf.
    pub identity: Identity,
    /// The run that calls.
    pub execution_id: ExecutionId,
    /// The same for a repetition of the same call, so that a host can do it once.
    pub idempotency_key: String,
    /// What is left of the run's time, in milliseconds.
    pub deadline_ms: u64,
    /// Nothing may be changed.
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
    /// Whose event it is.
    pub tenant: TenantId,
    /// Who caused it, if a user did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub data: Value,
}
