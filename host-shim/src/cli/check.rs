//! `check`: reports problems of a script file before it runs. Warnings do not affect the exit code.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};

use super::{Verdict, local::LocalOptions, output, report};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The scripts, JavaScript or TypeScript
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// `cron`, `one_off`, `endpoint` or `embedded`: also report a missing function
    #[arg(long = "type", value_name = "TYPE")]
    script_type: Option<String>,
    #[command(flatten)]
    local: LocalOptions,
    /// One JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
}

pub(crate) fn check(options: Options) -> anyhow::Result<Verdict> {
    let mut sources = Vec::new();
    for file in &options.files {
        let path = file.display().to_string();
        let source = std::fs::read_to_string(file).with_context(|| format!("cannot read {path}"))?;
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        sources.push((path, name, source));
    }
    let checked = options.local.with_plugin(async |api| {
        let mut checked = Vec::new();
        for (path, name, source) in &sources {
            let mut body = json!({"content": source, "name": name});
            if let Some(script_type) = &options.script_type {
                body["type"] = json!(script_type);
            }
            let (status, answer) = api.call("POST", "/scripts/api/v1/check", &body).await?;
            anyhow::ensure!(status.is_success(), "{path}: {}", answer["error"]["message"]);
            checked.push(answer["diagnostics"].as_array().cloned().unwrap_or_default());
        }
        Ok(checked)
    })?;
    let bad = checked.iter().flatten().any(|found| found["severity"] == "error");
    let files = sources.iter().zip(checked);
    if options.json {
        let files: Vec<Value> = files.map(|((path, ..), found)| json!({"file": path, "diagnostics": found})).collect();
        output::line(&json!({ "files": files }).to_string());
    } else {
        for ((path, _, source), found) in files {
            for found in &found {
                output::line(&report::finding(found, path, source));
            }
        }
    }
    Ok(if bad { Verdict::Bad } else { Verdict::Good })
}
