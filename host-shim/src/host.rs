//! The trait that an application implements to be a host.
//!
//! Only `authorize` has no default. The methods run on the tokio runtime that started the plugin; one that panics fails
//! only its own request, with an `INTERNAL` error. The transport of the requests is elsewhere.

mod error;
mod types;

use async_trait::async_trait;
use futures_util::future::join_all;
use serde_json::Value;

pub use error::HostError;
pub use types::{Event, LogLevel, LogRecord, PageLayout, PageRequest, ServiceCall, TenantRecord};

use crate::Identity;

/// The application that runs the plugin.
///
/// # Examples
/// A host that decides by the permissions of the session, and offers one service method:
///
/// ```
/// use iota_scripts_host::{Host, HostError, Identity, ServiceCall};
/// use serde_json::{Value, json};
///
/// struct Shop;
///
/// #[async_trait::async_trait]
/// impl Host for Shop {
///     async fn authorize(&self, identity: &Identity, permission: &str, _resource: Option<&Value>) -> bool {
///         identity.has_permission(permission)
///     }
///
///     async fn call_service(&self, call: ServiceCall) -> Result<Value, HostError> {
///         match call.method.as_str() {
///             "stock.count" if call.identity.has_permission("stock.read") => Ok(json!(42)),
///             "stock.count" => Err(HostError::forbidden("missing permission: stock.read")),
///             other => Err(HostError::not_found(format!("no service method {other}"))),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait Host: Send + Sync + 'static {
    /// May this identity do this? Asked before every action of the plugin; the answer holds until the request that asked is answered.
    /// `resource` is the object of the action, if the plugin knows it.
    async fn authorize(&self, identity: &Identity, permission: &str, resource: Option<&Value>) -> bool;

    /// The same question about several permissions at once, as a page asks it; answered in their order, one answer for each: an
    /// answer of another length counts as no to all. Default: asks [`Self::authorize`] about each of them. A host that looks the user
    /// up in its database does so once here.
    async fn authorize_many(&self, identity: &Identity, permissions: &[String]) -> Vec<bool> {
        join_all(permissions.iter().map(|permission| self.authorize(identity, permission, None))).await
    }

    /// Calls a method of a service that was bound with [`crate::Plugin::bind_service`]. The arguments have passed
    /// the method's schema; the permission is the host's to check again. Default: `NOT_FOUND`.
    ///
    /// # Errors
    /// The script gets the error as `{code, message, field, details}` and can catch it. If the call takes longer than
    /// [`ServiceCall::deadline_ms`], its future is dropped and the script gets `TIMEOUT`.
    async fn call_service(&self, call: ServiceCall) -> Result<Value, HostError> {
        Err(HostError::not_found(format!("the host offers no service method {}", call.method)))
    }

    /// Takes an event of a script or of the plugin for the host's bus. Those that came in one message are handed over one after the
    /// other, and a refused one does not stop the next. Default: drops it.
    ///
    /// # Errors
    /// An event of a script: the script gets the error. An event of the plugin: the error is logged, and the event is not sent again.
    async fn publish(&self, event: Event) -> Result<(), HostError> {
        let _ = event;
        Ok(())
    }

    /// The current state of a user: name, permissions, or `NOT_FOUND` when gone or blocked. Schedules, handlers of
    /// events and scheduled runs act as a user. Default: `UNSUPPORTED`; schedules and handlers then run without a user.
    ///
    /// # Errors
    /// After `NOT_FOUND` the run fails. After `UNSUPPORTED` schedules and event handlers run without a user.
    async fn resolve_identity(&self, tenant: &str, user_id: &str) -> Result<Identity, HostError> {
        let message = format!("the host does not resolve users: {user_id} of tenant {tenant}");
        Err(HostError::new("UNSUPPORTED", message))
    }

    /// All tenants. Default: none.
    ///
    /// # Errors
    /// The error is logged, and the plugin keeps the list that it had.
    async fn list_tenants(&self) -> Result<Vec<TenantRecord>, HostError> {
        Ok(Vec::new())
    }

    /// The tenant behind a host name, for public endpoints. Default: the listed tenant with that domain.
    ///
    /// # Errors
    /// `NOT_FOUND` if no tenant has this host name. By default also the error of [`Self::list_tenants`].
    async fn tenant_by_host(&self, host: &str) -> Result<TenantRecord, HostError> {
        let tenants = self.list_tenants().await?;
        let found = tenants.into_iter().find(|tenant| tenant.domain.as_deref() == Some(host));
        found.ok_or_else(|| HostError::not_found(format!("no tenant lives at {host}")))
    }

    /// One log record of the plugin. Called on the plugin's threads, also during start and stop: must not block.
    /// Default: one line on standard error.
    fn log(&self, record: LogRecord) {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "{record}");
    }

    /// Wraps a fragment of the plugin in the host's own page. Default: a bare document.
    ///
    /// # Errors
    /// The request is answered with the error's [`HostError::http_status`].
    async fn render_page(
        &self,
        layout: &PageLayout,
        fragment_html: &str,
        request: &PageRequest,
    ) -> Result<String, HostError> {
        let locale = request.locale().unwrap_or("en");
        Ok(layout.bare_document(fragment_html, locale))
    }

    /// The sign-in address for a browser without a session: a path of the host, with the data to return afterwards.
    /// Default: nowhere, such a request gets 401.
    ///
    /// # Examples
    /// ```
    /// use iota_scripts_host::PageRequest;
    ///
    /// fn sign_in_location(request: &PageRequest) -> Option<String> {
    ///     Some(format!("/login?next={}", request.path))
    /// }
    /// ```
    fn sign_in_location(&self, request: &PageRequest) -> Option<String> {
        let _ = request;
        None
    }
}
