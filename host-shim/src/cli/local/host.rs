//! The host of one run: one tenant, one user with all permissions, services from the mocks.

use async_trait::async_trait;
use iota_scripts_host::{
    Event, Host, HostError, Identity, LogLevel, LogRecord, ServiceCall, Tenant, TenantRecord, User,
};
use parking_lot::Mutex;
use serde_json::Value;

use super::{Conventions, mock::Answers};
use crate::cli::output;

pub(in crate::cli) struct LocalHost {
    identity: Identity,
    answers: Answers,
    events: Mutex<Vec<Event>>,
}

impl LocalHost {
    pub(super) fn new(answers: Answers, manifest: &Value, conventions: &Conventions) -> Self {
        let permissions = manifest["permissions"].as_array().into_iter().flatten();
        let names = permissions.filter_map(|permission| permission["name"].as_str());
        let user = User::new("local", "You").allowed(names);
        let Conventions { timezone, locale } = conventions.clone();
        let tenant = Tenant { timezone, locale, ..Tenant::new("local", "Local") };
        Self { identity: Identity::user(tenant, user), answers, events: Mutex::default() }
    }

    pub(in crate::cli) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the events that scripts published so far; the plugin's own events about scripts and runs are left out.
    pub(in crate::cli) fn events(&self) -> Vec<Event> {
        self.events.lock().clone()
    }
}

#[async_trait]
impl Host for LocalHost {
    async fn authorize(&self, _identity: &Identity, _permission: &str, _resource: Option<&Value>) -> bool {
        true
    }

    async fn call_service(&self, call: ServiceCall) -> Result<Value, HostError> {
        let unknown = || Err(HostError::not_found(format!("--mock has no method {}", call.method)));
        self.answers.get(&call.method).cloned().unwrap_or_else(unknown)
    }

    async fn publish(&self, event: Event) -> Result<(), HostError> {
        if event.kind.starts_with("scripts.custom.") {
            self.events.lock().push(event);
        }
        Ok(())
    }

    async fn resolve_identity(&self, tenant: &str, user_id: &str) -> Result<Identity, HostError> {
        let ours = tenant == self.identity.tenant.id && user_id == "local";
        if ours { Ok(self.identity.clone()) } else { Err(HostError::not_found("there is one user, local")) }
    }

    async fn list_tenants(&self) -> Result<Vec<TenantRecord>, HostError> {
        Ok(vec![TenantRecord::active(self.identity.tenant.clone())])
    }

    fn log(&self, record: LogRecord) {
        if record.level <= LogLevel::Warn {
            output::error(&record.to_string());
        }
    }
}
