//! The command line: arguments of all commands, and the exit code of each result.

mod application;
mod check;
mod info;
mod local;
mod output;
mod report;
mod run;
mod start;
mod types;
mod validate;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use serde_json::json;

/// Tools for iota-scripts, the plugin that lets people extend an application with JavaScript.
#[derive(Debug, Parser)]
#[command(name = "iota-scripts", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a library against the contract; each check runs in a separate process
    Validate {
        /// The library
        library: PathBuf,
    },
    /// Show a library's manifest, routes and migrations
    Info {
        /// The library; by default the one in this program's folder
        library: Option<PathBuf>,
        /// As one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Run one script file on a throw-away database
    Run(run::Options),
    /// Start a script of a running application, and show its log until it ends
    Start(start::Options),
    /// Report errors, warnings and hints of script files, without running them
    Check(check::Options),
    /// Print TypeScript declarations of the API that scripts can call
    Types(types::Options),
    /// Run one check, in this process
    #[command(hide = true)]
    ValidateOne { check: String, library: PathBuf, folder: PathBuf },
}

/// The result of a command that could be executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Bad,
}

impl Command {
    /// Checks whether the output is one JSON document, also for errors.
    const fn as_json(&self) -> bool {
        match self {
            Self::Info { json, .. } => *json,
            Self::Run(options) => options.json,
            Self::Start(options) => options.json,
            Self::Check(options) => options.json,
            Self::Validate { .. } | Self::Types(_) | Self::ValidateOne { .. } => false,
        }
    }
}

pub(crate) fn main() -> ExitCode {
    let command = match Arguments::try_parse() {
        Ok(arguments) => arguments.command,
        Err(usage) => return misused(&usage),
    };
    let as_json = command.as_json();
    let verdict = match command {
        Command::Validate { library } => validate::all(&library),
        Command::Info { library, json } => library_or_default(library).and_then(|path| info::show(&path, json)),
        Command::Run(options) => run::run(options),
        Command::Start(options) => start::start(&options),
        Command::Check(options) => check::check(options),
        Command::Types(options) => types::types(options),
        Command::ValidateOne { check, library, folder } => validate::one(&check, library, folder),
    };
    match verdict {
        Ok(Verdict::Good) => ExitCode::SUCCESS,
        Ok(Verdict::Bad) => ExitCode::from(1),
        Err(error) => {
            failed(&format!("{error:#}"), as_json);
            output::error(&format!("iota-scripts: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Reports wrong arguments, or prints help. A program that requested JSON gets JSON.
fn misused(usage: &clap::Error) -> ExitCode {
    if usage.use_stderr() {
        let said = usage.to_string();
        // The error; clap appends the usage after an empty line.
        let wrong = said.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        failed(wrong.trim_start_matches("error: "), std::env::args().any(|argument| argument == "--json"));
    }
    usage.exit()
}

/// Reports a command that could not be executed; as JSON, with the fields of a run that did not start.
fn failed(message: &str, as_json: bool) {
    if as_json {
        let document = json!({"success": false, "status": "error", "result": null, "fault": null, "logs": [], "events": [],
                              "receipt": null, "error": {"message": message}});
        output::line(&document.to_string());
    }
}

/// An argument that is not JSON.
#[derive(Debug, thiserror::Error)]
#[error("it is not valid JSON: {0}")]
struct NotJson(#[source] serde_json::Error);

fn parse_json(text: &str) -> Result<serde_json::Value, NotJson> {
    serde_json::from_str(text).map_err(NotJson)
}

/// Returns the given library, else the one in this program's folder.
fn library_or_default(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    match named {
        Some(path) => Ok(path),
        None => beside_this_program("libiota_scripts.so"),
    }
}

fn beside_this_program(name: &str) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("cannot find out where this program is")?;
    Ok(program.parent().unwrap_or(Path::new(".")).join(name))
}
