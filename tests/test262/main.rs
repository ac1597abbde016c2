//! `make test262 SUITE=folder`: the official conformance suite of JavaScript, from a local checkout, through the real isolate.
//!
//! Prints passes by chapter and all differences from `known.txt`: failing tests that are not listed, and listed tests that pass. Exits
//! with 1 if an unlisted test fails. No file of the suite is in this repository.
//!
//! Tests run in processes of this program, one for each core, because a test may overflow a stack, allocate all memory or never end.

mod chapters;
mod child;
mod known;
mod program;
mod reasons;
mod runner;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

use anyhow::{Context, bail};
use clap::Parser;

use chapters::Chapters;
use known::KnownFailures;
use runner::Outcome;

/// Runs the official conformance suite of JavaScript.
#[derive(Debug, Parser)]
struct Options {
    /// A checkout of tc39/test262.
    suite: PathBuf,
    /// Only tests whose path contains one of these.
    filter: Vec<String>,
    /// Rewrites the list of known failures from the tests that were run.
    #[arg(long)]
    write: bool,
    /// Prints each failure with its message.
    #[arg(long)]
    verbose: bool,
    /// Runs the tests that are named on standard input, and answers on standard output. For internal use.
    #[arg(long, hide = true)]
    child: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    if options.child {
        child::serve(&options.suite)?;
        return Ok(ExitCode::SUCCESS);
    }
    let tests = tests(&options)?;
    let known = KnownFailures::read()?;
    let jobs = thread::available_parallelism().map_or(1, usize::from);
    let outcomes = runner::run(&options.suite, &tests, jobs)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", Chapters::of(&outcomes))?;
    if options.verbose {
        for (test, outcome) in outcomes.iter().filter(|(_, outcome)| outcome.is_failure()) {
            writeln!(out, "{test}: {outcome}")?;
        }
    }
    if options.write {
        known::write(&options.suite, &outcomes, options.filter.is_empty())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut news = 0_u64;
    for (test, outcome) in &outcomes {
        match (outcome, known.has(test)) {
            (Outcome::Failed(_), false) => {
                news += 1;
                writeln!(out, "fails, and did not: {test}: {outcome}")?;
            }
            (Outcome::Passed, true) => writeln!(out, "passes, and is listed in known.txt: {test}")?,
            _ => {}
        }
    }
    writeln!(out, "{news} new failures")?;
    Ok(if news == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The paths of the chosen tests, from the suite's folder `test`.
fn tests(options: &Options) -> anyhow::Result<Vec<String>> {
    let root = options.suite.join("test");
    if !root.join("language").is_dir() || !options.suite.join("harness/assert.js").is_file() {
        bail!("{} is no checkout of tc39/test262: it has no test/language and no harness", options.suite.display());
    }
    let mut found = Vec::new();
    collect(&root, &root, &mut found)?;
    // Proposals and the suite's own tests are not part of the language.
    found.retain(|test| !test.starts_with("harness/") && !test.starts_with("staging/"));
    found.retain(|test| options.filter.is_empty() || options.filter.iter().any(|part| test.contains(part.as_str())));
    found.sort();
    if found.is_empty() {
        bail!("no test has one of these in its path: {}", options.filter.join(", "));
    }
    Ok(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, found)?;
        } else if let Some(name) = path.strip_prefix(root)?.to_str().filter(|name| name.ends_with(".js")) {
            // Fixtures are parts of other tests.
            if !name.contains("_FIXTURE") {
                found.push(name.to_owned());
            }
        }
    }
    Ok(())
}
