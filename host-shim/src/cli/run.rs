//! `run`: runs one script file in the real library, on a temporary database, with services that answer from a file.
//!
//! The script is created through the plugin's JSON API and run like any other; everything is deleted at the end.

use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use futures_util::StreamExt;
use iota_scripts_host::{RunFrame, RunRequest};
use serde_json::{Value, json};

use super::{
    Verdict,
    local::{Api, Conventions, LocalOptions},
    parse_json,
    report::{LogTime, Report},
};

const DEFAULT_TIMEOUT_SECONDS: u32 = 30;
const DEFAULT_MEMORY_MB: u32 = 128;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The script
    file: PathBuf,
    /// Argument of `main`, as JSON
    #[arg(long, value_parser = parse_json)]
    input: Option<Value>,
    /// Call this function instead of `main`
    #[arg(long)]
    function: Option<String>,
    /// Change nothing, and show what would change
    #[arg(long)]
    dry_run: bool,
    /// Time limit of the script in seconds
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u32).range(1..=900))]
    timeout: Option<u32>,
    /// Memory limit of the script in megabytes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(16..=1024))]
    memory_mb: Option<u32>,
    /// Run it this many times, one after the other in one isolate; reports the last run, or the first that fails
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    runs: u32,
    #[command(flatten)]
    conventions: Conventions,
    #[command(flatten)]
    local: LocalOptions,
    /// One JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
}

pub(crate) fn run(options: Options) -> anyhow::Result<Verdict> {
    let path = options.file.display().to_string();
    let source = std::fs::read_to_string(&options.file).with_context(|| format!("cannot read {path}"))?;
    let report = Report::new(path, source, options.json);
    let local = options.local.clone().with_conventions(options.conventions.clone());
    local.with_plugin(async |api| Session { options, report }.run(api).await)
}

struct Session {
    options: Options,
    report: Report,
}

impl Session {
    async fn run(mut self, api: Api<'_>) -> anyhow::Result<Verdict> {
        let script = match api.create(&self.new_script()).await? {
            Ok(script) => script,
            Err(error) => return self.report.refused(&error),
        };
        for number in 1..self.options.runs {
            self.report.begin(number, self.options.runs);
            let execution = self.execute(&script, &api).await?;
            if execution["status"] != "success" {
                return self.report.finished(execution, &api.host.events());
            }
        }
        self.report.begin(self.options.runs, self.options.runs);
        let execution = self.execute(&script, &api).await?;
        self.report.finished(execution, &api.host.events())
    }

    /// Executes one run and reports its lines as they arrive.
    async fn execute(&mut self, script: &str, api: &Api<'_>) -> anyhow::Result<Value> {
        let mut request = RunRequest::by_id(script);
        if let Some(input) = &self.options.input {
            request = request.input(input.clone());
        }
        if let Some(function) = &self.options.function {
            request = request.function(function);
        }
        if self.options.dry_run {
            request = request.dry_run();
        }
        let mut frames = api.plugin.run(api.host.identity(), request)?;
        while let Some(frame) = frames.next().await {
            match frame {
                Ok(RunFrame::Started { .. }) => {}
                Ok(RunFrame::Log { level, message, offset_ms, data }) => {
                    self.report.log(&level, &message, data, &LogTime::AfterStart { ms: offset_ms });
                }
                Ok(RunFrame::Finished(execution)) => return Ok(execution),
                Err(error) => return Err(anyhow!(error).context("the run")),
            }
        }
        bail!("the run ended without a result")
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
