//! Runs iota-scripts inside a Rust application: loads the library, answers its questions, mounts its pages.
//!
//! A host implements [`Host`], opens the [`Library`], starts a [`Plugin`] and merges [`Plugin::router`] into its
//! own. The crate speaks the contract of `include/` and nothing else: it never links the plugin.
//!
//! ```no_run
//! use std::sync::Arc;
//! use iota_scripts_host::{Host, HostError, Identity, Library, Plugin, ServiceCall};
//! use serde_json::{Value, json};
//!
//! struct Shop;
//!
//! #[async_trait::async_trait]
//! impl Host for Shop {
//!     async fn authorize(&self, who: &Identity, permission: &str, _resource: Option<&Value>) -> bool {
//!         who.has_permission(permission)
//!     }
//!     async fn call_service(&self, call: ServiceCall) -> Result<Value, HostError> {
//!         match call.method.as_str() {
//!             "stock.count" => Ok(json!(42)),
//!             other => Err(HostError::not_found(format!("no service method {other}"))),
//!         }
//!     }
//! }
//!
//! # async fn example(identity: Identity, order: Value) -> Result<(), Box<dyn std::error::Error>> {
//! let library = Library::open("libiota_scripts.so")?;
//! let config = json!({"database": {"url": "sqlite:///var/lib/shop/scripts.db"}});
//! let plugin = Plugin::start(&library, config, Arc::new(Shop)).await?;
//! plugin.bind_service(&json!({"name": "stock", "methods": [{"name": "count", "access": "read"}]}))?;
//! let app: axum::Router = axum::Router::new().merge(plugin.router());
//! let verdict = plugin.invoke(&identity, "validate_order", &order).await?;
//! # let _ = (app, verdict);
//! # Ok(()) }
//! ```

#![warn(missing_docs, clippy::missing_errors_doc)]

pub mod table;

mod documents;
mod host;
mod identity;
mod library;
mod plugin;
mod router;

pub use documents::{DocumentError, DocumentProblem, Route, RouteAuth};
pub use host::{Event, Host, HostError, LogLevel, LogRecord, PageLayout, PageRequest, ServiceCall, TenantRecord};
pub use identity::{Identity, Tenant, User, Who};
pub use library::{Library, LoadError, OpenFile};
pub use plugin::{
    Health, Invocation, InvokeError, Plugin, RequestError, RunFrame, RunRequest, RunStream, ScriptError, StartError,
    Stopped,
};
pub use router::RequestFacts;
