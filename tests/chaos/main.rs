//! `make chaos`: injects faults into the product from outside, for minutes. Prints expected and observed values, and exits with 1 if they
//! differ.
//!
//! Everything is real: a private PostgreSQL server, nodes in separate processes, the library as built. Effects of scripts are counted
//! outside of the plugin, so that the check does not rely on the plugin's records. Ctrl-C leaves nothing behind.

mod cluster;
mod effects;
mod experiments;
mod instant;
mod judge;
mod random;
mod report;

use std::{process::ExitCode, time::Duration};

use clap::{Parser, ValueEnum};

use report::{Report, say};

/// Injects faults into nodes from outside, and compares the effects of scripts with the promises.
#[derive(Debug, Parser)]
struct Options {
    /// Experiments to run [default: all]
    experiments: Vec<Experiment>,
    /// How long nodes are killed and restarted.
    #[arg(long, default_value_t = 8)]
    minutes: u64,
    /// How many times the node of `records` is killed.
    #[arg(long, default_value_t = 1_000)]
    kills: u64,
    /// Duration of the database outage, in seconds.
    #[arg(long, value_delimiter = ',', default_values_t = [10, 45, 130])]
    outages: Vec<u64>,
    /// Lease in seconds [default: the experiment's]
    #[arg(long)]
    lease: Option<u64>,
    /// Seed of the random choices: which node is killed, and when.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Experiment {
    /// Three nodes, one of which is killed repeatedly
    Kills,
    /// A node that is killed while it serves requests
    Records,
    /// The database is unreachable, for one node and for all
    Outages,
    /// Two nodes with clocks 45 s apart, and a clock that is set
    Clocks,
    /// A node that is suspended for longer than its lease
    Sigstop,
    /// A hundred sleeping runs and another tenant's schedule
    Sleepers,
    /// Five hundred tenants at once
    Tenants,
    /// A full disk
    Disk,
}

impl Options {
    /// The requested duration, or the default.
    fn lease(&self, usual_seconds: u64) -> Duration {
        Duration::from_secs(self.lease.unwrap_or(usual_seconds))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let mut report = Report::default();
    let chosen: &[Experiment] =
        if options.experiments.is_empty() { Experiment::value_variants() } else { &options.experiments };
    for experiment in chosen {
        if let Err(error) = perform(*experiment, &options, &mut report).await {
            report.aborted(&error);
        }
    }
    report.print();
    if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn perform(experiment: Experiment, options: &Options, report: &mut Report) -> anyhow::Result<()> {
    use experiments::{clocks, disk, kills, outages, records, sigstop, sleepers, tenants};
    let name = match experiment {
        Experiment::Kills => "kills",
        Experiment::Records => "records",
        Experiment::Outages => "outages",
        Experiment::Clocks => "clocks",
        Experiment::Sigstop => "sigstop",
        Experiment::Sleepers => "sleepers",
        Experiment::Tenants => "tenants",
        Experiment::Disk => "disk",
    };
    report.begin(name);
    say(&format!("{name}:"));
    match experiment {
        Experiment::Kills => Box::pin(kills::run(options, report)).await,
        Experiment::Records => Box::pin(records::run(options, report)).await,
        Experiment::Outages => Box::pin(outages::run(options, report)).await,
        Experiment::Clocks => Box::pin(clocks::run(options, report)).await,
        Experiment::Sigstop => Box::pin(sigstop::run(options, report)).await,
        Experiment::Sleepers => Box::pin(sleepers::run(report)).await,
        Experiment::Tenants => Box::pin(tenants::run(report)).await,
        Experiment::Disk => Box::pin(disk::run(report)).await,
    }
}
