//! Answers the plugin's requests to the ERP: permissions, service calls, events, users, page layout.
//!
//! Users are read from the database on each request, so that a changed role takes effect immediately.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_host::{
    Event, Host, HostError, Identity, LogLevel, LogRecord, PageLayout, PageRequest, ServiceCall, Tenant, TenantRecord,
    User, Who,
};
use serde_json::Value;

use crate::access::Permission;
use crate::call_context::CallContext;
use crate::clock;
use crate::erp::Erp;
use crate::error::AppError;
use crate::events;
use crate::services::Services;
use crate::sessions;
use crate::tenant::{self, TenantId};
use crate::web::layout::{self, NavItem};
use crate::web::{caller_of, sign_in_path};

/// The ERP as the plugin's host.
#[derive(Debug)]
pub(super) struct ErpHost {
    pub(super) erp: Erp,
    pub(super) services: Services,
    pub(super) nav: Arc<[NavItem]>,
}

/// A caller's identity in the plugin's form.
pub(super) fn identity_of(context: &CallContext) -> Identity {
    let tenant = tenant_of(&context.tenant);
    match &context.user {
        None => Identity::host(tenant),
        Some(user) => {
            let plugin_user = User::new(user.id.to_string(), &user.name)
                .reachable_at(&user.email)
                .speaking(user.locale.as_str())
                .allowed(user.role.permissions())
                .with_roles([user.role.as_str()]);
            Identity::user(tenant, plugin_user)
        }
    }
}

impl ErpHost {
    /// The user of an identity, as currently stored in the database.
    async fn context(&self, identity: &Identity) -> Result<CallContext, HostError> {
        let tenant = &identity.tenant.id;
        match &identity.user {
            Some(user) => {
                let found =
                    sessions::user_of(&self.erp, tenant, &user.id).await.map_err(|error| refusal(&error.into()))?;
                found.ok_or_else(|| HostError::not_found(format!("tenant {tenant} has no user {}", user.id)))
            }
            None => {
                let found = self.erp.tenant(tenant).cloned();
                let tenant = found.ok_or_else(|| HostError::not_found(format!("tenant {tenant} not found")))?;
                Ok(CallContext { tenant, user: None, dry_run: false })
            }
        }
    }
}

#[async_trait]
impl Host for ErpHost {
    async fn authorize(&self, identity: &Identity, permission: &str, _resource: Option<&Value>) -> bool {
        let Some(permission) = Permission::parse(permission) else { return false };
        self.context(identity).await.is_ok_and(|context| context.may(permission))
    }

    /// The user is looked up once, for all permissions of the question.
    async fn authorize_many(&self, identity: &Identity, permissions: &[String]) -> Vec<bool> {
        let context = self.context(identity).await.ok();
        let may = |name: &String| {
            context.as_ref().zip(Permission::parse(name)).is_some_and(|(context, permission)| context.may(permission))
        };
        permissions.iter().map(may).collect()
    }

    async fn call_service(&self, call: ServiceCall) -> Result<Value, HostError> {
        let mut context = self.context(&call.identity).await?;
        context.dry_run = call.dry_run;
        let work = self.services.call(&context, &call.method, &call.args);
        let result = match call.deadline_ms {
            Some(limit) => tokio::time::timeout(Duration::from_millis(limit), work)
                .await
                .map_err(|_| HostError::new("TIMEOUT", format!("{} timed out", call.method)))?,
            None => work.await,
        };
        result.map_err(|error| refusal(&error))
    }

    async fn publish(&self, event: Event) -> Result<(), HostError> {
        let tenant = self.erp.tenant(&event.tenant);
        let tenant = tenant.ok_or_else(|| HostError::not_found(format!("tenant {} not found", event.tenant)))?;
        // The log compares times as text, so all of them have the same form.
        let at = clock::parse(&event.at, tenant.time_zone).unwrap_or_else(clock::now);
        let event = events::Event {
            id: event.id,
            kind: event.kind,
            tenant: TenantId::new(tenant.id.as_str()),
            user: event.user,
            at: clock::to_text(at),
            data: event.data,
        };
        self.erp.bus.publish(&self.erp.db, event).await.map_err(|error| refusal(&error.into()))
    }

    async fn resolve_identity(&self, tenant: &str, user_id: &str) -> Result<Identity, HostError> {
        let found = sessions::user_of(&self.erp, tenant, user_id).await.map_err(|error| refusal(&error.into()))?;
        let context = found.ok_or_else(|| HostError::not_found(format!("tenant {tenant} has no user {user_id}")))?;
        Ok(Who { session: false, ..Who::clone(&identity_of(&context)) }.into())
    }

    async fn list_tenants(&self) -> Result<Vec<TenantRecord>, HostError> {
        Ok(self.erp.tenants.iter().map(record_of).collect())
    }

    async fn tenant_by_host(&self, host: &str) -> Result<TenantRecord, HostError> {
        let found = self.erp.tenant_by_host(host).map(record_of);
        found.ok_or_else(|| HostError::not_found(format!("no tenant is configured for {host}")))
    }

    fn log(&self, record: LogRecord) {
        let LogRecord { level, target, message, fields } = record;
        let fields = if fields.is_empty() { String::new() } else { format!(" {}", Value::Object(fields)) };
        match level {
            LogLevel::Error => tracing::error!(target: "iota_scripts", "{target}: {message}{fields}"),
            LogLevel::Warn => tracing::warn!(target: "iota_scripts", "{target}: {message}{fields}"),
            LogLevel::Info => tracing::info!(target: "iota_scripts", "{target}: {message}{fields}"),
            LogLevel::Debug => tracing::debug!(target: "iota_scripts", "{target}: {message}{fields}"),
            LogLevel::Trace => tracing::trace!(target: "iota_scripts", "{target}: {message}{fields}"),
        }
    }

    async fn render_page(
        &self,
        page: &PageLayout,
        fragment_html: &str,
        request: &PageRequest,
    ) -> Result<String, HostError> {
        let caller = caller_of(&self.erp, &request.headers).await.map_err(|error| refusal(&error.into()))?;
        let Some(caller) = caller else { return Ok(page.bare_document(fragment_html, "en")) };
        let active = page.active_nav.as_deref().unwrap_or_default();
        layout::page(&self.nav, &caller, &page.title, active, fragment_html).map_err(|error| refusal(&error))
    }

    fn sign_in_location(&self, request: &PageRequest) -> Option<String> {
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        Some(sign_in_path(&format!("{}{query}", request.path)))
    }
}

fn tenant_of(tenant: &tenant::Tenant) -> Tenant {
    Tenant::new(tenant.id.as_str(), &tenant.name).in_timezone(tenant.time_zone.name()).speaking("en")
}

fn record_of(tenant: &tenant::Tenant) -> TenantRecord {
    TenantRecord { domain: Some(tenant.domain.clone()), ..TenantRecord::active(tenant_of(tenant)) }
}

/// An error of the ERP in the plugin's form. Logged here, because it is answered here.
fn refusal(error: &AppError) -> HostError {
    error.log();
    let mut refusal = HostError::new(error.code(), error.to_string());
    refusal.field = error.field_name().map(str::to_owned);
    match error.details() {
        Some(details) => refusal.with_details(details),
        None => refusal,
    }
}
