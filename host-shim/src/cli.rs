//! The command line: what can be asked for, and how every answer ends in one exit code.

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

/// Tools for iota-scripts, the plugin that lets people extend an application with JavaScript.
#[derive(Debug, Parser)]
#[command(name = "iota-scripts", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a library against the contract; each check runs in a process of its own
    Validate {
        /// The library
        library: PathBuf,
    },
    /// Show what a library is and brings
    Info {
        /// The library; by default the one beside this program
        library: Option<PathBuf>,
        /// As one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Run one script file on a throw-away database
    Run(run::Options),
    /// Start a script of a running application, and show what it says until it ends
    Start(start::Options),
    /// Say what is wrong with script files, and what could be better, without running them
    Check(check::Options),
    /// Print TypeScript declarations of what scripts can call
    Types(types::Options),
    /// One check, in this process
    #[command(hide = true)]
    ValidateOne { check: String, library: PathBuf, folder: PathBuf },
}

/// How a command that could be carried out ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Bad,
}

pub(crate) fn main() -> ExitCode {
    let verdict = match Arguments::parse().command {
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
            output::error(&format!("iota-scripts: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn parse_json(text: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))
}

/// The library that was named, else the one beside this program.
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
