//! The host, as the use cases need it, behind the messages of the contract.

use std::sync::Arc;

use async_trait::async_trait;
use iota_scripts_abi::op;
use iota_scripts_domain::{EventPatterns, JsonText, Permission, TenantId, UserId};
use iota_scripts_services::{
    Identity,
    ports::{HostError, HostEvent, HostGateway, ServiceCall, TenantRecord},
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use crate::{announcements::Announcements, host_link::HostLink};

/// Asks the host over its link.
#[derive(Debug)]
pub(crate) struct AbiHostGateway {
    link: Arc<HostLink>,
    /// The events that the host wants to hear of; all when it does not say.
    wanted: Option<EventPatterns>,
    announcements: Announcements,
}

#[derive(Deserialize)]
struct Allowed {
    allowed: bool,
}

#[derive(Deserialize)]
struct Resolved {
    identity: Identity,
}

#[derive(Deserialize)]
struct Tenants {
    tenants: Vec<TenantRecord>,
}

#[derive(Deserialize)]
struct Found {
    tenant: TenantRecord,
}

#[derive(Deserialize)]
struct Answered {
    value: Option<Box<RawValue>>,
}

impl AbiHostGateway {
    pub(crate) fn new(link: Arc<HostLink>, wanted: Option<EventPatterns>) -> Self {
        Self { announcements: Announcements::new(Arc::clone(&link)), link, wanted }
    }

    /// Waits until everything that was announced has been told, or refused.
    pub(crate) async fn all_told(&self) {
        self.announcements.all_told().await;
    }
}

#[async_trait]
impl HostGateway for AbiHostGateway {
    async fn authorize(&self, identity: &Identity, permission: Permission) -> Result<bool, HostError> {
        let answer: Allowed =
            self.link.ask(op::AUTHORIZE, &json!({"identity": identity, "permission": permission})).await?;
        Ok(answer.allowed)
    }

    async fn allows(&self, identity: &Identity, permission: &str, resource: Value) -> Result<bool, HostError> {
        let question = json!({"identity": identity, "permission": permission, "resource": resource});
        let answer: Allowed = self.link.ask(op::AUTHORIZE, &question).await?;
        Ok(answer.allowed)
    }

    async fn call_service(&self, call: ServiceCall) -> Result<JsonText, HostError> {
        let answer: Answered = self.link.ask(op::SERVICE_CALL, &call).await?;
        Ok(answer.value.map_or_else(JsonText::null, JsonText::from))
    }

    async fn resolve_identity(&self, tenant: &TenantId, user: &UserId) -> Result<Identity, HostError> {
        let answer: Resolved = self.link.ask(op::IDENTITY_RESOLVE, &json!({"tenant": tenant, "user_id": user})).await?;
        Ok(answer.identity)
    }

    async fn tenants(&self) -> Result<Vec<TenantRecord>, HostError> {
        let answer: Tenants = self.link.ask(op::TENANT_LIST, &json!({})).await?;
        Ok(answer.tenants)
    }

    async fn tenant_by_host(&self, host: &str) -> Result<TenantRecord, HostError> {
        let answer: Found = self.link.ask(op::TENANT_BY_HOST, &json!({"host": host})).await?;
        Ok(answer.tenant)
    }

    async fn publish(&self, event: HostEvent) -> Result<(), HostError> {
        self.link.ask_raw(op::EVENT_PUBLISH, &event).await.map(drop)
    }

    fn wants(&self, event_type: &str) -> bool {
        self.wanted.as_ref().is_none_or(|wanted| wanted.matches(event_type))
    }

    fn announce(&self, event: HostEvent) {
        self.announcements.push(event);
    }
}
