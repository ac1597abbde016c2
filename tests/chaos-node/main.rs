//! A node for `make chaos`: a host in a separate process, with the real library behind HTTP on the loopback.
//!
//! Its arguments are a configuration, the file of the effects and a file for the plugin's log. Its only service, `effects.note`, appends
//! a line to the file of the effects before it answers: this file records the effects of scripts independently of the plugin. The node
//! prints its port, and dies with its parent.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    net::Ipv4Addr,
    path::Path,
    sync::Arc,
};

use anyhow::Context as _;
use async_trait::async_trait;
use axum::{
    Json, Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn},
    response::Response,
    routing::post,
};
use iota_scripts_host::{Event, Host, HostError, Identity, LogLevel, LogRecord, Plugin, ServiceCall};
use iota_scripts_tests::{ALL, library, user};
use rustix::{
    process::{Signal, set_parent_process_death_signal},
    time::{ClockId, clock_gettime},
};
use serde_json::{Value, json};

struct NodeHost {
    node: String,
    effects: File,
    log: File,
}

#[async_trait]
impl Host for NodeHost {
    async fn authorize(&self, identity: &Identity, permission: &str, _: Option<&Value>) -> bool {
        identity.has_permission(permission)
    }

    async fn call_service(&self, call: ServiceCall) -> Result<Value, HostError> {
        // The kernel's clock, which all processes of this machine share. The call bypasses the library that shifts
        // clocks.
        let now = clock_gettime(ClockId::Monotonic);
        let at = now.tv_sec * 1_000_000 + now.tv_nsec / 1_000;
        let number = |index: usize| call.args.get(index).and_then(Value::as_u64).unwrap_or_default();
        let (tenant, run) = (&call.identity.tenant.id, &call.execution_id);
        let line = format!("{at} {} {tenant} {run} {} {}\n", self.node, number(0), number(1));
        // One write in append mode: lines of several nodes do not interleave, and written lines survive the process.
        (&self.effects).write_all(line.as_bytes()).map_err(|error| HostError::unavailable(error.to_string()))?;
        Ok(Value::Null)
    }

    async fn resolve_identity(&self, tenant: &str, user_id: &str) -> Result<Identity, HostError> {
        Ok(user(tenant, user_id, &ALL))
    }

    fn log(&self, record: LogRecord) {
        if record.level <= LogLevel::Warn {
            let _ = (&self.log).write_all(format!("{record}\n").as_bytes());
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let arguments: Vec<String> = std::env::args().collect();
    let [_, config, effects, log] = arguments.as_slice() else {
        anyhow::bail!("a configuration, a file for effects and a file for the log, please")
    };
    let config: Value = serde_json::from_str(config)?;
    let node = config["instance_id"].as_str().context("a name of the node")?.to_owned();
    let host = Arc::new(NodeHost { node, effects: append(effects.as_ref())?, log: append(log.as_ref())? });
    let plugin = Arc::new(Plugin::start(&library(), config, host).await?);
    plugin.bind_service(&json!({"name": "effects", "methods": [{"name": "note", "access": "write"}]}))?;
    let event_routes = Router::new().route("/event", post(event)).with_state(Arc::clone(&plugin));
    let app = plugin.router().merge(event_routes).layer(from_fn(identify));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", listener.local_addr()?.port())?;
    out.flush()?;
    Ok(axum::serve(listener, app).await?)
}

/// Every request is from ann, of the tenant named in a header.
async fn identify(mut request: Request, next: Next) -> Response {
    let tenant = request.headers().get("tenant").and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(tenant) = tenant {
        request.extensions_mut().insert(user(&tenant, "ann", &ALL));
    }
    next.run(request).await
}

/// Accepts an event of the host; answers after the event is recorded.
async fn event(State(plugin): State<Arc<Plugin>>, Json(event): Json<Event>) -> StatusCode {
    match plugin.deliver(&event).await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn append(file: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).append(true).open(file)
}
