//! A running plugin: start, bind services, invoke and run scripts, events, health, stop.
//!
//! One `Plugin` is one handle of the contract; clones share it, and dropping the last one stops it. The messages
//! themselves are made in `plugin/`; this file lists the operations of a host.

mod answer;
mod capabilities;
mod error;
mod fragment;
mod invocation;
mod link;
mod pending;
mod pending_request;
mod run;
mod state;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use iota_scripts_abi::{minor_of, op};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

pub use error::{InvokeError, RequestError, ScriptError, StartError};
pub use invocation::Invocation;
pub(crate) use pending::Frame;
pub(crate) use pending_request::PendingRequest;
#[cfg(test)]
pub(crate) use pending_request::WINDOW;
pub use run::{RunFrame, RunRequest, RunStream};
pub use state::{Health, Stopped};

use crate::{Event, Host, HostError, Identity, Library, Route, documents, table::Status};
use link::Link;
use state::Phase;

/// Grace period after the deadline of a stop, in which the plugin can confirm it.
const STOP_GRACE: Duration = Duration::from_secs(10);

/// A started plugin.
///
/// Clones share one plugin; when the last one is dropped, the plugin stops without waiting for its runs. Call [`Plugin::stop`] to let
/// them end.
///
/// # Examples
/// ```no_run
/// use std::{sync::Arc, time::Duration};
/// use iota_scripts_host::{Host, Library, Plugin};
/// use serde_json::json;
///
/// # async fn example(host: Arc<dyn Host>) -> Result<(), Box<dyn std::error::Error>> {
/// let library = Library::open("libiota_scripts.so")?;
/// let plugin = Plugin::start(&library, json!({"database": {"url": "sqlite:///var/lib/shop/scripts.db"}}), host).await?;
/// let app: axum::Router = plugin.router();
/// # let _ = app;
/// // …
/// let stopped = plugin.stop(Duration::from_secs(20)).await;
/// println!("{} runs were cancelled", stopped.cancelled);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Plugin {
    owner: Arc<Owner>,
}

#[derive(Debug)]
struct Owner {
    link: Arc<Link>,
    manifest: Value,
    routes: Vec<Route>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.link.stop_now();
    }
}

impl Plugin {
    /// Starts the plugin with one configuration document and waits until it is ready. The host's methods run on
    /// the tokio runtime that this is called on, which must therefore live as long as the plugin.
    ///
    /// Unless the document has `capabilities`, those that this crate answers for every [`Host`] are added to it.
    ///
    /// The keys of the document are listed in `include/ABI.md`; only `database.url` is required. Pending migrations are applied first,
    /// unless `database.migrate` is false.
    ///
    /// # Errors
    /// [`StartError::field`] names the configuration key to change, such as `database.url` if the database cannot be reached. Without a
    /// field, the library's documents cannot be read, or the library refused to start.
    ///
    /// # Panics
    /// If no tokio runtime is running.
    ///
    /// # Examples
    /// ```no_run
    /// use std::sync::Arc;
    /// use iota_scripts_host::{Host, Library, Plugin};
    /// use serde_json::json;
    ///
    /// # async fn example(library: Library, host: Arc<dyn Host>) -> Result<(), Box<dyn std::error::Error>> {
    /// let config = json!({
    ///     "database": {"url": "postgres://shop@localhost/shop"},
    ///     "worker": {"max_workers": 4},
    ///     "events": ["scripts.custom.*", "scripts.execution.failed"],
    /// });
    /// let plugin = match Plugin::start(&library, config, host).await {
    ///     Ok(plugin) => plugin,
    ///     Err(error) => {
    ///         eprintln!("scripts are not available: {error}");
    ///         return Err(error.into());
    ///     }
    /// };
    /// # let _ = plugin;
    /// # Ok(()) }
    /// ```
    pub async fn start(library: &Library, config: Value, host: Arc<dyn Host>) -> Result<Self, StartError> {
        let manifest = documents::manifest(library.module())?;
        let routes = documents::routes(library.module())?;
        let link = Arc::new(Link::new(host, tokio::runtime::Handle::current()));
        let owner = Owner { link: Arc::clone(&link), manifest, routes };
        let config = capabilities::listed_in(config, library.module().abi());
        match library.module().start(Some(link.entry_point()), config.to_string().as_bytes()) {
            Ok(instance) => link.started(instance),
            Err(status) => link.end(Phase::Failed(StartError::of_status(status))),
        }
        match link.started_or_failed().await {
            Phase::Failed(error) => Err(error),
            Phase::Stopped(_) => Err(StartError::new("UNAVAILABLE", "the plugin stopped while it started")),
            Phase::Starting | Phase::Ready(_) => Ok(Self { owner: Arc::new(owner) }),
        }
    }

    /// Makes a service callable from scripts, or replaces it: `{"name", "methods": […]}` as in `ABI.md`.
    ///
    /// It applies to runs that start afterwards. A plugin that is started again has no services: bind them after each start.
    ///
    /// # Errors
    /// `VALIDATION` if the descriptor is not valid; the log contains the reason. [`RequestError::Stopped`] once the plugin stops.
    ///
    /// # Examples
    /// ```no_run
    /// use iota_scripts_host::{Plugin, RequestError};
    /// use serde_json::json;
    ///
    /// # fn example(plugin: &Plugin) -> Result<(), RequestError> {
    /// plugin.bind_service(&json!({
    ///     "name": "clients",
    ///     "description": "Clients of the shop",
    ///     "methods": [{
    ///         "name": "get",
    ///         "access": "read",
    ///         "permission": "clients.read",
    ///         "params": {"type": "array", "prefixItems": [{"type": "string"}], "minItems": 1},
    ///         "result": {"type": ["object", "null"]},
    ///     }],
    /// }))?;
    /// # Ok(()) }
    /// ```
    pub fn bind_service(&self, descriptor: &Value) -> Result<(), RequestError> {
        let name = descriptor["name"].as_str().unwrap_or("without a name");
        let bound = self.link().instance()?.bind_service(descriptor.to_string().as_bytes());
        bound.map_err(|status| RequestError::of_status(status, &format!("the descriptor of service {name}")))
    }

    /// Takes a service away.
    ///
    /// Runs that call it afterwards get `SERVICE_NOT_BOUND`.
    ///
    /// # Errors
    /// `NOT_FOUND` if no service with this name is bound, [`RequestError::Stopped`] once the plugin stops.
    pub fn unbind_service(&self, name: &str) -> Result<(), RequestError> {
        let unbound = self.link().instance()?.unbind_service(name.as_bytes());
        unbound.map_err(|status| RequestError::of_status(status, &format!("service {name}")))
    }

    /// Calls an embedded script by name with one argument and returns what it returns. Dropping the future
    /// cancels the run.
    ///
    /// No permission is asked: the host has decided that its code may call the script. The time limit is the script's own; use
    /// [`Self::invocation`] for a shorter one.
    ///
    /// # Errors
    /// [`InvokeError::Script`] if the script ran and failed. [`InvokeError::Request`] if it did not run: `NOT_FOUND` if there is no such
    /// script, `CONFLICT` if it is inactive, `RATE_LIMITED` if the tenant's quota is used up, `TOO_LARGE` if the arguments exceed the limit
    /// `input_bytes`. [`InvokeError::Argument`] if the argument cannot be written as JSON.
    ///
    /// # Examples
    /// ```no_run
    /// use iota_scripts_host::{Identity, InvokeError, Plugin};
    /// use serde_json::{Value, json};
    ///
    /// # async fn example(plugin: &Plugin, identity: &Identity) -> Result<(), InvokeError> {
    /// match plugin.invoke(identity, "validate_order", &json!({"quantity": 5000})).await {
    ///     Ok(verdict) if verdict["valid"] == Value::Bool(false) => println!("rejected: {}", verdict["errors"]),
    ///     Ok(_) => println!("accepted"),
    ///     Err(InvokeError::Script { error, execution_id }) => println!("{error}; see run {execution_id}"),
    ///     Err(other) => return Err(other),
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn invoke<A: Serialize + Sync + ?Sized>(
        &self,
        identity: &Identity,
        name: &str,
        argument: &A,
    ) -> Result<Value, InvokeError> {
        self.invocation(identity, name).argument(argument).call().await
    }

    /// The same, with the value read as `T`.
    ///
    /// # Errors
    /// Those of [`Self::invoke`], and [`InvokeError::Value`] if the value does not fit `T`.
    ///
    /// # Examples
    /// ```no_run
    /// use iota_scripts_host::{Identity, InvokeError, Plugin};
    /// use serde_json::json;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Verdict {
    ///     valid: bool,
    ///     #[serde(default)]
    ///     errors: Vec<String>,
    /// }
    ///
    /// # async fn example(plugin: &Plugin, identity: &Identity) -> Result<(), InvokeError> {
    /// let verdict: Verdict = plugin.invoke_as(identity, "validate_order", &json!({"quantity": 5000})).await?;
    /// assert!(verdict.valid || !verdict.errors.is_empty());
    /// # Ok(()) }
    /// ```
    pub async fn invoke_as<T: DeserializeOwned, A: Serialize + Sync + ?Sized>(
        &self,
        identity: &Identity,
        name: &str,
        argument: &A,
    ) -> Result<T, InvokeError> {
        self.invocation(identity, name).argument(argument).call_as().await
    }

    /// A call with several arguments or none, another function, or its own time limit.
    ///
    /// # Examples
    /// ```no_run
    /// use std::time::Duration;
    /// use iota_scripts_host::{Identity, InvokeError, Plugin};
    ///
    /// # async fn example(plugin: &Plugin, identity: &Identity) -> Result<(), InvokeError> {
    /// let price = plugin
    ///     .invocation(identity, "pricing")
    ///     .function("discounted")
    ///     .argument("SKU-7")
    ///     .argument(&3)
    ///     .timeout(Duration::from_millis(500))
    ///     .call()
    ///     .await?;
    /// # let _ = price;
    /// # Ok(()) }
    /// ```
    pub fn invocation(&self, identity: &Identity, name: &str) -> Invocation<'_> {
        Invocation::new(self, identity, "name", name)
    }

    /// The same for a script that is known by its id.
    pub fn invocation_by_id(&self, identity: &Identity, id: &str) -> Invocation<'_> {
        Invocation::new(self, identity, "id", id)
    }

    /// Runs a script and streams its log lines, then its execution. Dropping the stream cancels the run.
    ///
    /// No permission is asked, as for [`Self::invoke`]. Log lines wait in the plugin while the reader is more than
    /// 256 KiB behind.
    ///
    /// # Errors
    /// [`RequestError::Busy`] or [`RequestError::Stopped`]. Everything else is an item of the stream: `NOT_FOUND` for an unknown script,
    /// `RATE_LIMITED` for a quota that is used up, `TOO_LARGE` or `VALIDATION` for an input beyond its limits.
    ///
    /// # Examples
    /// ```no_run
    /// use futures_util::StreamExt;
    /// use iota_scripts_host::{Identity, Plugin, RequestError, RunFrame, RunRequest};
    /// use serde_json::json;
    ///
    /// # async fn example(plugin: &Plugin, identity: &Identity) -> Result<(), RequestError> {
    /// let request = RunRequest::by_name("nightly report").input(json!({"day": "2026-11-30"})).dry_run();
    /// let mut frames = plugin.run(identity, request)?;
    /// while let Some(frame) = frames.next().await {
    ///     match frame? {
    ///         RunFrame::Started { execution_id } => println!("run {execution_id}"),
    ///         RunFrame::Log { level, message, offset_ms, .. } => println!("{offset_ms:>6} ms {level} {message}"),
    ///         RunFrame::Finished(execution) => println!("{}: {}", execution["status"], execution["result"]),
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn run(&self, identity: &Identity, request: RunRequest) -> Result<RunStream, RequestError> {
        let head = request.into_head(identity);
        self.submit(op::RUN, &head, &[]).map(RunStream::new)
    }

    /// Hands an event of the host to the scripts that wait for it. Enqueues only: one that the plugin cannot write down is lost.
    /// [`Self::deliver`] says whether it could.
    ///
    /// # Errors
    /// [`RequestError::Busy`] or [`RequestError::Stopped`]: the event was not taken.
    ///
    /// # Examples
    /// ```no_run
    /// use iota_scripts_host::{Event, Plugin, RequestError};
    /// use serde_json::json;
    ///
    /// # fn example(plugin: &Plugin) -> Result<(), RequestError> {
    /// plugin.event(&Event {
    ///     id: "order-1401-created".into(),
    ///     kind: "order.created".into(),
    ///     tenant: "acme".into(),
    ///     user: None,
    ///     at: "2026-11-30T09:15:00Z".into(),
    ///     data: json!({"order_id": 1401}),
    /// })?;
    /// # Ok(()) }
    /// ```
    pub fn event(&self, event: &Event) -> Result<(), RequestError> {
        self.notify(op::EVENT, &json!(event))
    }

    /// The same, and waits until the event is on record for every script that handles it, so that neither a crash nor the plugin's
    /// database can lose it; how many scripts have it newly. An event that was told before counts 0.
    ///
    /// # Errors
    /// Nothing can be said of the event then: tell it again, with the same id. Only `VALIDATION` will not pass.
    ///
    /// # Examples
    /// ```no_run
    /// use iota_scripts_host::{Event, Plugin, RequestError};
    ///
    /// # async fn example(plugin: &Plugin, outbox: Vec<Event>) -> Result<(), RequestError> {
    /// for event in outbox {
    ///     plugin.deliver(&event).await?;
    ///     // Now mark it as delivered in the host's database.
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn deliver(&self, event: &Event) -> Result<u64, RequestError> {
        let Delivered { queued } = self.submit(op::EVENT, &json!(event), &[])?.single().await?.read()?;
        Ok(queued)
    }

    /// The host's configuration changed, of one tenant or of all.
    ///
    /// # Errors
    /// [`RequestError::Busy`] or [`RequestError::Stopped`]: the plugin does not know of the change.
    pub fn config_changed(&self, tenant: Option<&str>) -> Result<(), RequestError> {
        self.notify(op::CONFIG_CHANGED, &json!({ "tenant": tenant }))
    }

    /// A tenant is gone: its runs are cancelled and its rows removed.
    ///
    /// # Errors
    /// [`RequestError::Busy`] or [`RequestError::Stopped`]: nothing was removed; call it again.
    ///
    /// # Examples
    /// ```no_run
    /// use iota_scripts_host::{Plugin, RequestError};
    ///
    /// # fn example(plugin: &Plugin) -> Result<(), RequestError> {
    /// plugin.tenant_deleted("acme")?;
    /// # Ok(()) }
    /// ```
    pub fn tenant_deleted(&self, tenant: &str) -> Result<(), RequestError> {
        self.notify(op::TENANT_DELETED, &json!({ "tenant": tenant }))
    }

    /// A user is gone.
    ///
    /// # Errors
    /// [`RequestError::Busy`] or [`RequestError::Stopped`]: the plugin does not know of it; call it again.
    pub fn user_deleted(&self, tenant: &str, user: &str) -> Result<(), RequestError> {
        self.notify(op::USER_DELETED, &json!({ "tenant": tenant, "user": user }))
    }

    /// The events of the plugin that the host wants from now on, as patterns like those of the configuration's `events`; none for
    /// none. Also applies to runs in flight.
    ///
    /// # Errors
    /// `VALIDATION` if one of them is not a pattern of the plugin's events: nothing changes, and the log names it. `UNSUPPORTED`
    /// when the library is older than version 1.1 of the contract.
    ///
    /// # Examples
    /// ```no_run
    /// use iota_scripts_host::{Plugin, RequestError};
    ///
    /// # fn example(plugin: &Plugin) -> Result<(), RequestError> {
    /// plugin.events_wanted(&["scripts.custom.*", "scripts.execution.failed"])?;
    /// # Ok(()) }
    /// ```
    pub fn events_wanted<S: AsRef<str>>(&self, patterns: &[S]) -> Result<(), RequestError> {
        if minor_of(self.link().instance()?.abi()) < 1 {
            let message = "the library does not support changing its events while it runs (contract 1.1)";
            return Err(RequestError::Refused(HostError::new("UNSUPPORTED", message)));
        }
        let patterns: Vec<&str> = patterns.iter().map(AsRef::as_ref).collect();
        self.notify(op::EVENTS_WANTED, &json!({ "patterns": patterns }))
    }

    /// How the plugin is.
    ///
    /// # Errors
    /// [`RequestError::Busy`] or [`RequestError::Stopped`]: treat both as unhealthy.
    ///
    /// # Examples
    /// ```no_run
    /// use iota_scripts_host::Plugin;
    ///
    /// # async fn example(plugin: &Plugin) -> bool {
    /// plugin.health().await.is_ok_and(|health| health.is_ok())
    /// # }
    /// ```
    pub async fn health(&self) -> Result<Health, RequestError> {
        self.submit(op::HEALTH, &json!({}), &[])?.single().await?.read()
    }

    /// Its metrics, as Prometheus text.
    ///
    /// # Errors
    /// [`RequestError::Busy`] or [`RequestError::Stopped`].
    ///
    /// # Examples
    /// ```no_run
    /// use axum::{extract::State, http::StatusCode};
    /// use iota_scripts_host::Plugin;
    ///
    /// async fn metrics(State(plugin): State<Plugin>) -> Result<String, StatusCode> {
    ///     plugin.metrics().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
    /// }
    /// ```
    pub async fn metrics(&self) -> Result<String, RequestError> {
        let frame = self.submit(op::METRICS, &json!({}), &[])?.single().await?;
        String::from_utf8(frame.body.into()).map_err(|error| RequestError::Malformed(error.to_string()))
    }

    /// Which migrations are known, applied and pending: `{known, applied, pending}`.
    ///
    /// # Errors
    /// [`RequestError::Busy`], [`RequestError::Stopped`], or `UNAVAILABLE` if the database does not answer.
    pub async fn migrate_status(&self) -> Result<Value, RequestError> {
        self.submit(op::MIGRATE, &json!({"direction": "status"}), &[])?.single().await?.read()
    }

    /// Stops: no new work, running work gets `deadline`, then is cancelled. Whatever is still in flight ends
    /// with [`RequestError::Stopped`]. Stopping again returns the first result.
    ///
    /// # Examples
    /// ```no_run
    /// use std::time::Duration;
    /// use iota_scripts_host::Plugin;
    ///
    /// # async fn example(plugin: Plugin) {
    /// let stopped = plugin.stop(Duration::from_secs(20)).await;
    /// if !stopped.confirmed {
    ///     eprintln!("the plugin did not stop in time");
    /// }
    /// # }
    /// ```
    pub async fn stop(&self, deadline: Duration) -> Stopped {
        let deadline_ms = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
        if let Ok(instance) = self.link().instance()
            && let Err(status) = instance.stop(deadline_ms)
            && status != Status::STOPPED
        {
            self.link().assume_stopped();
        }
        let limit = deadline.saturating_add(STOP_GRACE);
        let stopped = tokio::time::timeout(limit, self.link().stopped()).await;
        stopped.unwrap_or_else(|_| self.link().assume_stopped())
    }

    /// A piece of the plugin's pages for a page of the host's own: `/scripts/widget` on its front page. `None` when the identity may
    /// not see it.
    ///
    /// # Errors
    /// When the plugin could not answer; the page is then better shown without the piece.
    ///
    /// # Examples
    /// ```no_run
    /// use iota_scripts_host::{Identity, Plugin};
    ///
    /// # async fn example(plugin: &Plugin, identity: &Identity) -> String {
    /// let widget = plugin.fragment(identity, "/scripts/widget").await.ok().flatten().unwrap_or_default();
    /// # widget }
    /// ```
    pub async fn fragment(&self, identity: &Identity, path: &str) -> Result<Option<String>, RequestError> {
        fragment::fetch(self, identity, path).await
    }

    /// The manifest of the plugin.
    #[must_use]
    pub fn manifest(&self) -> &Value {
        &self.owner.manifest
    }

    /// The data of `plugin.ready`: `{version, instance_id, schema, isolation, ready_ms}`.
    #[must_use]
    pub fn ready(&self) -> Value {
        self.link().ready()
    }

    /// The prefixes that [`Plugin::router`] mounts, longest first.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.owner.routes
    }

    pub(crate) fn submit(&self, op: u32, head: &impl Serialize, body: &[u8]) -> Result<PendingRequest, RequestError> {
        PendingRequest::submit(self.link(), op, head, body)
    }

    pub(crate) fn host(&self) -> &Arc<dyn Host> {
        self.link().host()
    }

    fn notify(&self, op: u32, head: &Value) -> Result<(), RequestError> {
        let submitted = self.link().instance()?.submit(op, 0, head.to_string().as_bytes(), &[], 0);
        submitted.map_err(|status| RequestError::of_status(status, op::name(op)))
    }

    fn link(&self) -> &Arc<Link> {
        &self.owner.link
    }
}

/// The answer to a delivered event.
#[derive(Deserialize)]
struct Delivered {
    queued: u64,
}
