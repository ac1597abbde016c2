//! Runs a very large number of short runs of several tenants, one in a hundred hostile. Prints leaked resources, and exits with 1 if
//! there are any.
//!
//! The argument is the number of runs; the full soak has 100,000.

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
};

use anyhow::Context as _;
use iota_scripts_tests::{hostile::soak, process::use_one_arena};

const RUNS: u64 = 100_000;
/// Memory that the host may grow by in the second half: allocators do not return all of it.
const FLAT_MB: f64 = 16.0;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    use_one_arena()?;
    let runs = env::args().nth(1).map_or(Ok(RUNS), |runs| runs.parse()).context("the number of runs")?;
    let report = soak(runs).await;
    let mut problems = report.problems();
    if report.growth_mb() > FLAT_MB {
        problems.push(format!("the host has grown by {:.1} MB in the second half", report.growth_mb()));
    }
    let mut out = io::stdout().lock();
    let a_second = report.runs as f64 / report.took.as_secs_f64();
    writeln!(out, "{} runs in {:.0} s, {a_second:.0} a second", report.runs, report.took.as_secs_f64())?;
    let memory: Vec<String> = report.memory_mb.iter().map(|mb| format!("{mb:.1}")).collect();
    writeln!(out, "memory of the host after each tenth of them, in MB: {}", memory.join(" "))?;
    writeln!(out, "{} complaints", problems.len())?;
    for complaint in &problems {
        writeln!(out, "  {complaint}")?;
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
