//! `run`: one script file in the real library, on a throw-away database, with services that answer from a file.
//!
//! The script is created through the plugin's JSON API and run like any other; nothing of it stays behind.

mod host;
mod mock;

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, anyhow, bail};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use clap::{Args, ValueEnum};
use futures_util::StreamExt;
use http_body_util::BodyExt;
use iota_scripts_host::{Host, Library, Plugin, RequestFacts, RunFrame, RunRequest};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::report::{Moment, Report};
use super::{Verdict, beside_this_program, library_or_default, parse_json};
use host::LocalHost;
use mock::Mocks;

const DEFAULT_TIMEOUT_SECONDS: u32 = 30;
const DEFAULT_MEMORY_MB: u32 = 128;

/// What `run` can be asked.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The script
    file: PathBuf,
    /// What `main` gets, as JSON
    #[arg(long, value_parser = parse_json)]
    input: Option<Value>,
    /// Call this function instead of `main`
    #[arg(long)]
    function: Option<String>,
    /// JSON file: {"service": {"method": value}}, {"$error": {…}} for a failure, {"$templates": {name: text}}
    #[arg(long)]
    mock: Option<PathBuf>,
    /// Change nothing, and show what would change
    #[arg(long)]
    dry_run: bool,
    /// Seconds that the script may take
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u32).range(1..=900))]
    timeout: Option<u32>,
    /// Megabytes that the script may use
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(16..=1024))]
    memory_mb: Option<u32>,
    /// Where the script runs
    #[arg(long, value_enum, default_value_t = Isolation::Worker)]
    isolation: Isolation,
    /// The library; by default the one beside this program
    #[arg(long, value_name = "PATH")]
    lib: Option<PathBuf>,
    /// The worker program; by default the one beside the library
    #[arg(long, value_name = "PATH")]
    worker: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Isolation {
    Worker,
    InProcess,
}

pub(crate) fn run(options: Options) -> anyhow::Result<Verdict> {
    let path = options.file.display().to_string();
    let source = std::fs::read_to_string(&options.file).with_context(|| format!("cannot read {path}"))?;
    let mocks = options.mock.as_deref().map(Mocks::read).transpose()?.unwrap_or_default();
    let library = Library::open(library_or_default(options.lib.clone())?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let report = Report::new(path, source, options.json);
    runtime.block_on(Session { options, mocks, report }.run(&library))
}

struct Session {
    options: Options,
    mocks: Mocks,
    report: Report,
}

impl Session {
    async fn run(mut self, library: &Library) -> anyhow::Result<Verdict> {
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let host = Arc::new(LocalHost::new(self.mocks.answers(), &library.manifest()?));
        let config = self.config(folder.path())?;
        let plugin = Plugin::start(library, config, Arc::clone(&host) as Arc<dyn Host>).await?;
        let outcome = self.in_plugin(&plugin, &host).await;
        plugin.stop(Duration::from_secs(1)).await;
        outcome
    }

    async fn in_plugin(&mut self, plugin: &Plugin, host: &LocalHost) -> anyhow::Result<Verdict> {
        for service in self.mocks.descriptors() {
            plugin.bind_service(&service).with_context(|| format!("service {} of --mock", service["name"]))?;
        }
        let api = Api { plugin, host };
        for (name, text) in self.mocks.templates() {
            api.put_template(name, text).await?;
        }
        let script = match api.create(&self.new_script()).await? {
            Ok(script) => script,
            Err(error) => return self.report.refused(&error),
        };
        let mut request = RunRequest::by_id(&script);
        if let Some(input) = &self.options.input {
            request = request.input(input.clone());
        }
        if let Some(function) = &self.options.function {
            request = request.function(function);
        }
        if self.options.dry_run {
            request = request.dry_run();
        }
        let mut frames = plugin.run(host.identity(), request)?;
        while let Some(frame) = frames.next().await {
            match frame {
                Ok(RunFrame::Started { .. }) => {}
                Ok(RunFrame::Log { level, message, offset_ms }) => {
                    self.report.log(&level, &message, &Moment::AfterStart { ms: offset_ms })
                }
                Ok(RunFrame::Finished(execution)) => return self.report.finished(execution, &host.events()),
                Err(error) => return Err(anyhow!(error).context("the run")),
            }
        }
        bail!("the run ended without a result")
    }

    fn config(&self, folder: &std::path::Path) -> anyhow::Result<Value> {
        let mut config = json!({
            "database": {"url": format!("sqlite://{}", folder.join("run.db").display()), "max_connections": 2},
            "isolation": match self.options.isolation {
                Isolation::Worker => "worker",
                Isolation::InProcess => "in_process",
            },
            "worker": {"max_workers": 1},
            "log_level": "warn",
        });
        if matches!(self.options.isolation, Isolation::Worker) {
            let beside_library = self.options.lib.as_ref().and_then(|path| path.parent());
            let worker = match (&self.options.worker, beside_library) {
                (Some(path), _) => path.clone(),
                (None, Some(folder)) => folder.join("iota-scripts-worker"),
                (None, None) => beside_this_program("iota-scripts-worker")?,
            };
            config["worker"]["path"] = json!(std::path::absolute(worker)?);
        }
        Ok(config)
    }

    fn limits(&self) -> (u32, u32) {
        let timeout = self.options.timeout.unwrap_or(DEFAULT_TIMEOUT_SECONDS);
        (timeout, self.options.memory_mb.unwrap_or(DEFAULT_MEMORY_MB))
    }

    fn new_script(&self) -> Value {
        let (timeout, memory) = self.limits();
        let name = self.options.file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        json!({"name": name.unwrap_or_default(), "type": "one_off", "content": self.report.source(),
               "timeout_seconds": timeout, "max_memory_mb": memory})
    }
}

/// The plugin's JSON API, as the one user of this command.
struct Api<'a> {
    plugin: &'a Plugin,
    host: &'a LocalHost,
}

impl Api<'_> {
    /// The new script's id, or the plugin's refusal of its source.
    async fn create(&self, script: &Value) -> anyhow::Result<Result<String, Value>> {
        let (status, answer) = self.call("POST", "/scripts/api/v1/scripts", script).await?;
        if answer["error"]["field"] == "content" || status == StatusCode::PAYLOAD_TOO_LARGE {
            return Ok(Err(answer["error"].clone()));
        }
        match answer["id"].as_str() {
            Some(id) if status.is_success() => Ok(Ok(id.to_owned())),
            _ => bail!("the plugin did not take the script: {status} {}", answer["error"]["message"]),
        }
    }

    async fn put_template(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = format!("/scripts/api/v1/templates/{name}");
        let (status, answer) = self.call("PUT", &path, &json!({ "body": text })).await?;
        anyhow::ensure!(status.is_success(), "template {name}: {status} {}", answer["error"]["message"]);
        Ok(())
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> anyhow::Result<(StatusCode, Value)> {
        let facts = RequestFacts { csrf_ok: Some(true), ..RequestFacts::default() };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .extension(self.host.identity().clone())
            .extension(facts)
            .body(Body::from(body.to_string()))
            .with_context(|| format!("{path} is no path"))?;
        let response = self.plugin.router().oneshot(request).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }
}
