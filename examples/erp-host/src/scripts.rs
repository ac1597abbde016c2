//! The integration of iota-scripts: the only module that uses the host crate. Loads and starts the plugin, binds the ERP's services,
//! relays events, calls the tenant's rule for orders, and stops the plugin.
//!
//! If disabled, none of this happens, and the rest of the application does not depend on it.

mod database;
mod host;
mod nav;
mod relay;
mod rule;
mod tables;
mod widget;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Extensions;
use iota_scripts_host::{Library, LoadError, Plugin, RequestFacts, StartError};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::caller::Caller;
use crate::config::{Isolation, ScriptsConfig};
use crate::erp::Erp;
use crate::orders::rule::{NoRule, OrderRule};
use crate::services::{self, Services};
use crate::web::Widget;
use crate::web::layout::{self, NavItem};
use host::ErpHost;
use rule::ScriptRule;
use widget::{NoWidget, ScriptsWidget};

/// Time for running scripts to end before the plugin stops.
const STOP_DEADLINE: Duration = Duration::from_secs(5);

/// The events that the ERP subscribes to: those that scripts publish, failures, and changes of scripts. Successful runs are left out,
/// because they would fill the event log.
const EVENTS: [&str; 7] = [
    "scripts.custom.*",
    "scripts.execution.failed",
    "scripts.script.*",
    "scripts.quarantined",
    "scripts.endpoint_throttled",
    "scripts.schedules_paused",
    "scripts.schedules_resumed",
];

/// Why the plugin cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ScriptsError {
    #[error(
        "plugin not found at {0}: build it with `cargo build -p iota-scripts`, name another with --plugin, or run without scripts with --disabled"
    )]
    Missing(PathBuf),
    #[error("cannot load the plugin: {0}; name another library with --plugin, or run without scripts with --disabled")]
    Load(#[from] LoadError),
    #[error("cannot read the plugin's manifest: {0}; name another library with --plugin")]
    Document(#[from] iota_scripts_host::DocumentError),
    #[error("the plugin did not start: {source}{}", hint(source))]
    Start {
        #[from]
        source: StartError,
    },
    #[error("the plugin rejected the service {service}: {source}")]
    Bind { service: &'static str, source: iota_scripts_host::RequestError },
}

/// Scripts, running or disabled.
#[derive(Debug)]
pub struct Scripts {
    /// The tenant's rule for orders.
    pub rule: Arc<dyn OrderRule>,
    /// The navigation of the ERP and of the plugin.
    pub nav: Arc<[NavItem]>,
    /// The plugin's widget for the overview.
    pub widget: Arc<dyn Widget>,
    /// The plugin's routes.
    pub router: Router,
    /// One line for the banner.
    pub state: String,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    plugin: Plugin,
    events: JoinHandle<()>,
}

impl Scripts {
    /// Starts the plugin if it is configured.
    pub async fn start(erp: &Erp, database_url: &str, config: &ScriptsConfig) -> Result<Self, ScriptsError> {
        match config {
            ScriptsConfig::Disabled => Ok(Self {
                rule: Arc::new(NoRule),
                nav: layout::own_nav().into(),
                widget: Arc::new(NoWidget),
                router: Router::new(),
                state: "disabled".to_owned(),
                running: None,
            }),
            ScriptsConfig::Enabled { library, isolation } => {
                start(erp, database_url, library.clone(), *isolation).await
            }
        }
    }

    /// Stops the plugin. Running scripts get a few seconds to end.
    pub async fn stop(&self) {
        if let Some(running) = &self.running {
            running.events.abort();
            let stopped = running.plugin.stop(STOP_DEADLINE).await;
            tracing::info!(cancelled = stopped.cancelled, confirmed = stopped.confirmed, "the plugin has stopped");
        }
    }
}

/// Passes the identity of a request to the plugin; `proven` means that the request was not forged by another site.
pub fn identify(caller: &Caller, proven: bool, extensions: &mut Extensions) {
    extensions.insert(caller.cached_value(|| host::identity_of(&caller.context)));
    extensions.insert(RequestFacts { csrf_ok: Some(proven), ..RequestFacts::default() });
}

async fn start(erp: &Erp, url: &str, path: PathBuf, isolation: Isolation) -> Result<Scripts, ScriptsError> {
    if !path.exists() {
        return Err(ScriptsError::Missing(path));
    }
    let library = Library::open(&path)?;
    let nav: Arc<[NavItem]> = layout::own_nav().into_iter().chain(nav::entries(&library.manifest()?)).collect();
    let rule = Arc::new(ScriptRule::default());
    let services = Services::new(erp.clone(), rule.clone());
    let host = ErpHost { erp: erp.clone(), services, nav: nav.clone() };
    let config = json!({
        "database": { "url": database::url_for_plugin(url) },
        "isolation": isolation.as_str(),
        "events": EVENTS,
        "script_database": tables::script_database(&database::url_of_erp(url)),
    });
    let plugin = Plugin::start(&library, config, Arc::new(host)).await?;
    for service in services::catalogue() {
        let descriptor = json!(service);
        plugin.bind_service(&descriptor).map_err(|source| ScriptsError::Bind { service: service.name, source })?;
    }
    rule.set(plugin.clone());
    let events = tokio::spawn(relay::run(erp.clone(), plugin.clone()));
    let ready = plugin.ready();
    let version = ready["version"].as_str().unwrap_or("of an unknown version");
    Ok(Scripts {
        rule,
        nav,
        widget: Arc::new(ScriptsWidget::new(plugin.clone())),
        router: plugin.router(),
        state: format!("iota-scripts {version}, isolation {}", isolation.as_str()),
        running: Some(Running { plugin, events }),
    })
}

fn hint(error: &StartError) -> &'static str {
    match error.field.as_deref() {
        Some("database.url") => "; check --database-url",
        Some("worker.path") => "; build it with `cargo build -p iota-scripts-runtime`, or use --isolation in_process",
        Some("script_database.sqlite_program") => "; build it with `cargo build -p iota-scripts-infrastructure`",
        _ => "",
    }
}
