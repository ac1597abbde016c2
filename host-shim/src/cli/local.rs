//! A plugin for this process alone: the real library on a temporary database, with services that answer from a file.
//!
//! Everything is deleted at the end.

mod host;
mod mock;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode, header},
};
use clap::{Args, ValueEnum};
use http_body_util::BodyExt;
use iota_scripts_host::{Host, Library, Plugin, RequestFacts};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{beside_this_program, library_or_default};
use host::LocalHost;
use mock::Mocks;

/// How to start the plugin.
#[derive(Debug, Clone, Args)]
pub(super) struct LocalOptions {
    /// JSON file: {"service": {"method": value}}, {"$error": {…}} for a failure, {"$templates": {name: text}}
    #[arg(long)]
    mock: Option<PathBuf>,
    /// Where scripts run
    #[arg(long, value_enum, default_value_t = Isolation::Worker)]
    isolation: Isolation,
    /// The library; by default the one in this program's folder
    #[arg(long, value_name = "PATH")]
    lib: Option<PathBuf>,
    /// The worker program; by default the one in the library's folder
    #[arg(long, value_name = "PATH")]
    worker: Option<PathBuf>,
    /// The tenant's conventions, which `run` sets.
    #[arg(skip)]
    conventions: Conventions,
}

/// The tenant's time zone and language; default UTC and English.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Conventions {
    /// The tenant's time zone, as in Asia/Tashkent; default UTC
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// The tenant's language, as in ru or uz-Cyrl; default English
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Isolation {
    Worker,
    InProcess,
}

impl LocalOptions {
    /// Sets the tenant's conventions.
    pub(super) fn with_conventions(self, conventions: Conventions) -> Self {
        Self { conventions, ..self }
    }

    /// Starts the plugin, calls `work` with its API, and stops it.
    pub(super) fn with_plugin<T>(self, work: impl AsyncFnOnce(Api<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let mocks = self.mock.as_deref().map(Mocks::read).transpose()?.unwrap_or_default();
        let library = Library::open(library_or_default(self.lib.clone())?)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(async {
            let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
            let host = Arc::new(LocalHost::new(mocks.answers(), &library.manifest()?, &self.conventions));
            let config = self.config(folder.path())?;
            let plugin = Plugin::start(&library, config, Arc::clone(&host) as Arc<dyn Host>).await?;
            let outcome = async {
                let api = Api { plugin: &plugin, host: &host };
                api.prepare(&mocks).await?;
                work(api).await
            };
            let outcome = outcome.await;
            plugin.stop(Duration::from_secs(1)).await;
            outcome
        })
    }

    fn config(&self, folder: &Path) -> anyhow::Result<Value> {
        let mut config = json!({
            "database": {"url": format!("sqlite://{}", folder.join("run.db").display()), "max_connections": 2},
            "isolation": match self.isolation {
                Isolation::Worker => "worker",
                Isolation::InProcess => "in_process",
            },
            "worker": {"max_workers": 1},
            "log_level": "warn",
        });
        if matches!(self.isolation, Isolation::Worker) {
            let beside_library = self.lib.as_ref().and_then(|path| path.parent());
            let worker = match (&self.worker, beside_library) {
                (Some(path), _) => path.clone(),
                (None, Some(folder)) => folder.join("iota-scripts-worker"),
                (None, None) => beside_this_program("iota-scripts-worker")?,
            };
            config["worker"]["path"] = json!(std::path::absolute(worker)?);
        }
        Ok(config)
    }
}

/// The plugin's JSON API, called as the single user of this command.
pub(super) struct Api<'a> {
    pub(super) plugin: &'a Plugin,
    pub(super) host: &'a LocalHost,
}

impl Api<'_> {
    /// Creates a script; returns its id, or the plugin's error if the source is invalid.
    pub(super) async fn create(&self, script: &Value) -> anyhow::Result<Result<String, Value>> {
        let (status, answer) = self.call("POST", "/scripts/api/v1/scripts", script).await?;
        if answer["error"]["field"] == "content" || status == StatusCode::PAYLOAD_TOO_LARGE {
            return Ok(Err(answer["error"].clone()));
        }
        match answer["id"].as_str() {
            Some(id) if status.is_success() => Ok(Ok(id.to_owned())),
            _ => bail!("the plugin did not take the script: {status} {}", answer["error"]["message"]),
        }
    }

    async fn prepare(&self, mocks: &Mocks) -> anyhow::Result<()> {
        for service in mocks.descriptors() {
            self.plugin.bind_service(&service).with_context(|| format!("service {} of --mock", service["name"]))?;
        }
        for (name, text) in mocks.templates() {
            self.put_template(name, text).await?;
        }
        Ok(())
    }

    async fn put_template(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = format!("/scripts/api/v1/templates/{name}");
        let (status, answer) = self.call("PUT", &path, &json!({ "body": text })).await?;
        anyhow::ensure!(status.is_success(), "template {name}: {status} {}", answer["error"]["message"]);
        Ok(())
    }

    pub(super) async fn call(&self, method: &str, path: &str, body: &Value) -> anyhow::Result<(StatusCode, Value)> {
        let (status, bytes) = self.pending(method, path, body.to_string()).await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// Returns the text of a response.
    pub(super) async fn text(&self, path: &str) -> anyhow::Result<String> {
        let (status, bytes) = self.pending("GET", path, String::new()).await?;
        anyhow::ensure!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&bytes));
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn pending(&self, method: &str, path: &str, body: String) -> anyhow::Result<(StatusCode, Bytes)> {
        let facts = RequestFacts { csrf_ok: Some(true), ..RequestFacts::default() };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .extension(self.host.identity().clone())
            .extension(facts)
            .body(Body::from(body))
            .with_context(|| format!("{path} is not a path"))?;
        let response = self.plugin.router().oneshot(request).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }
}
