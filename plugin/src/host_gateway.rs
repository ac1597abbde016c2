//! Implements the ports of the use cases with messages to the host.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::try_join_all;
use iota_scripts_abi::op;
use iota_scripts_domain::{JsonText, Permission, TenantId, UserId};
use iota_scripts_services::{
    Background, Identity,
    ports::{HostError, HostErrorCode, HostEvent, HostGateway, ServiceCall, TenantRecord},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};
use tracing::Instrument as _;

use crate::{
    announcements::{Announcements, Bus, RefusedEvent},
    capabilities::Capabilities,
    host_link::HostLink,
    wanted_events::WantedEvents,
};

/// Calls the host over its link.
#[derive(Debug)]
pub(crate) struct AbiHostGateway {
    link: Arc<HostLink>,
    capabilities: Arc<Capabilities>,
    wanted: Arc<WantedEvents>,
    announcements: Announcements,
}

/// The host's bus over its link.
#[derive(Debug)]
struct HostBus {
    link: Arc<HostLink>,
    capabilities: Arc<Capabilities>,
}

#[derive(Serialize)]
struct Permissions<'a> {
    identity: &'a Identity,
    permissions: &'a [Permission],
}

#[derive(Deserialize)]
struct Allowed {
    allowed: bool,
}

#[derive(Deserialize)]
struct EachAllowed {
    allowed: Vec<bool>,
}

#[derive(Serialize)]
struct Events<'a> {
    events: &'a [&'a RawValue],
}

#[derive(Deserialize)]
struct Published {
    #[serde(default)]
    refused: Vec<RefusedEvent>,
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
struct FoundTenant {
    tenant: TenantRecord,
}

#[derive(Deserialize)]
struct Answered {
    value: Option<Box<RawValue>>,
}

impl AbiHostGateway {
    pub(crate) fn new(
        link: Arc<HostLink>,
        capabilities: Capabilities,
        wanted: Arc<WantedEvents>,
        background: &Background,
    ) -> Self {
        let capabilities = Arc::new(capabilities);
        let bus = HostBus { link: Arc::clone(&link), capabilities: Arc::clone(&capabilities) };
        Self {
            link,
            capabilities,
            wanted,
            announcements: Announcements::new(Arc::new(bus), background.task("events", None)),
        }
    }

    /// Waits until the host has accepted or rejected all announced events.
    pub(crate) async fn all_sent(&self) {
        self.announcements.all_sent().await;
    }
}

#[async_trait]
impl HostGateway for AbiHostGateway {
    async fn authorize(&self, identity: &Identity, permission: Permission) -> Result<bool, HostError> {
        let answer: Allowed =
            self.link.ask(op::AUTHORIZE, &json!({"identity": identity, "permission": permission})).await?;
        Ok(answer.allowed)
    }

    async fn authorize_many(&self, identity: &Identity, permissions: &[Permission]) -> Result<Vec<bool>, HostError> {
        if self.capabilities.authorize_many.is_offered() {
            match self.link.ask::<EachAllowed>(op::AUTHORIZE_MANY, &Permissions { identity, permissions }).await {
                Ok(answer) => return Ok(answer.allowed),
                Err(error) if is_unsupported(&error) => self.capabilities.authorize_many.withdraw(),
                Err(error) => return Err(error),
            }
        }
        try_join_all(permissions.iter().map(|permission| self.authorize(identity, *permission))).await
    }

    async fn allows(&self, identity: &Identity, permission: &str, resource: Value) -> Result<bool, HostError> {
        let question = json!({"identity": identity, "permission": permission, "resource": resource});
        let answer: Allowed = self.link.ask(op::AUTHORIZE, &question).await?;
        Ok(answer.allowed)
    }

    async fn call_service(&self, call: ServiceCall) -> Result<JsonText, HostError> {
        let span = tracing::debug_span!(
            "service",
            tenant = %call.identity.tenant_id(),
            execution = %call.execution_id,
            method = call.method,
            error = tracing::field::Empty,
        );
        let asked = self.link.ask(op::SERVICE_CALL, &call).instrument(span.clone()).await;
        if let Err(error) = &asked {
            span.record("error", error.code.as_str());
        }
        let answer: Answered = asked?;
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
        let answer: FoundTenant = self.link.ask(op::TENANT_BY_HOST, &json!({"host": host})).await?;
        Ok(answer.tenant)
    }

    async fn publish(&self, event: HostEvent) -> Result<(), HostError> {
        self.link.ask_raw(op::EVENT_PUBLISH, &event).await.map(drop)
    }

    fn wants(&self, event_type: &str) -> bool {
        self.wanted.include(event_type)
    }

    fn notify(&self, event: HostEvent) {
        self.announcements.push(event);
    }
}

#[async_trait]
impl Bus for HostBus {
    fn accepts_many(&self) -> bool {
        self.capabilities.events_publish.is_offered()
    }

    async fn send(&self, event: &RawValue) -> Result<(), HostError> {
        self.link.ask_raw(op::EVENT_PUBLISH, event).await.map(drop)
    }

    async fn send_many(&self, events: &[&RawValue]) -> Result<Vec<RefusedEvent>, HostError> {
        match self.link.ask::<Published>(op::EVENTS_PUBLISH, &Events { events }).await {
            Ok(answer) => Ok(answer.refused),
            Err(error) => {
                if is_unsupported(&error) {
                    self.capabilities.events_publish.withdraw();
                }
                Err(error)
            }
        }
    }
}

fn is_unsupported(error: &HostError) -> bool {
    error.code == HostErrorCode::Unsupported
}
