//! The host, as the use cases need it, behind the messages of the contract.

use std::sync::Arc;

use async_trait::async_trait;
use iota_scripts_abi::op;
use iota_scripts_domain::{JsonText, Permission, TenantId, UserId};
use iota_scripts_services::{
    Identity,
    ports::{HostError, HostEvent, HostGateway, ServiceCall},
};
use serde::Deserialize;
use serde_json::{json, value::RawValue};

use crate::host_link::HostLink;

/// Asks the host over its link.
#[derive(Debug)]
pub(crate) struct AbiHostGateway {
    link: Arc<HostLink>,
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
struct Answered {
    value: Option<Box<RawValue>>,
}

impl AbiHostGateway {
    pub(crate) const fn new(link: Arc<HostLink>) -> Self {
        Self { link }
    }
}

#[async_trait]
impl HostGateway for AbiHostGateway {
    async fn authorize(&self, identity: &Identity, permission: Permission) -> Result<bool, HostError> {
        let answer: Allowed =
            self.link.ask(op::AUTHORIZE, &json!({"identity": identity, "permission": permission})).await?;
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

    async fn publish(&self, event: HostEvent) -> Result<(), HostError> {
        self.link.ask_raw(op::EVENT_PUBLISH, &event).await.map(drop)
    }
}
