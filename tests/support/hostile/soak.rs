//! Runs a very large number of short runs of several tenants, some of them hostile, some with a caller that disconnects.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::stream::{self, StreamExt as _};
use iota_scripts_host::{Identity, RunFrame, RunRequest};
use serde_json::{Value, json};

use super::{Footprint, Gauntlet, corpus, unfinished, workers_beyond_the_pool};
use crate::{ALL, Stage, TestDatabase, process, user};

const TENANTS: [&str; 4] = ["acme", "globex", "initech", "umbrella"];
/// Concurrent runs: more than there are workers.
const LANES: usize = 8;
/// One in this many runs is hostile.
const HOSTILE: u64 = 100;
/// The caller of one in this many runs disconnects.
const HANGS_UP: u64 = 40;
/// Measurements of the host's memory.
const LOOKS: u64 = 10;

/// Typical scripts.
const SHORT: [&str; 4] = [
    "function main(n) { return {n, sum: [1, 2, 3].reduce((a, b) => a + b, n)}; }",
    "async function main(n) { console.log('n is', n); await null; return n; }",
    "async function main(n) { await storage.set('n', n, 60); return services.echo.same([n, await storage.get('n')]); }",
    "function main(n) { if (n % 8 > 3) throw new Error(`${n} is too much`); return n; }",
];
const WAITS: &str = "async function main() { return await services.echo.wait(); }";

/// The result of a soak, and the remaining resources.
#[derive(Debug)]
pub struct SoakReport {
    pub runs: u64,
    pub took: Duration,
    /// Runs that ended in a way that is not allowed.
    pub unexpected: Vec<String>,
    /// Runs on record that have not ended.
    pub unfinished: u64,
    pub workers_beyond_the_pool: usize,
    /// The host's resources before and afterwards, if they have grown.
    pub left_over: Option<(Footprint, Footprint)>,
    /// Memory of the host, after each tenth of the runs.
    pub memory_mb: Vec<f64>,
}

impl SoakReport {
    /// The failures and leaks; empty if the soak passed.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = self.unexpected.clone();
        if self.unfinished > 0 {
            problems.push(format!("{} runs are on record as not ended", self.unfinished));
        }
        if self.workers_beyond_the_pool > 0 {
            problems.push(format!("{} workers are not the pool's", self.workers_beyond_the_pool));
        }
        problems.extend(self.left_over.map(|(before, after)| format!("there were {before:?}, there are {after:?}")));
        problems
    }

    /// Growth of the host over the second half of the runs.
    #[must_use]
    pub fn growth_mb(&self) -> f64 {
        let last = self.memory_mb.last().copied().unwrap_or_default();
        last - self.memory_mb.get(self.memory_mb.len() / 2 - 1).copied().unwrap_or_default()
    }
}

/// One tenant with its scripts.
struct Tenant {
    stage: Arc<Stage>,
    who: Identity,
    short: Vec<String>,
    waits: String,
    hostile: Gauntlet,
}

/// Performs the given number of runs, and measures the remaining resources.
///
/// # Panics
/// If the host fails.
pub async fn soak(runs: u64) -> SoakReport {
    let before = Footprint::of_this_host().await;
    let database = TestDatabase::sqlite();
    let stage = Arc::new(Stage::start(database.url(), &Gauntlet::config("worker")).await);
    let mut tenants = Vec::new();
    for name in TENANTS {
        tenants.push(Tenant::prepare(&stage, name).await);
    }
    let (began, mut unexpected, mut memory_mb) = (Instant::now(), Vec::new(), Vec::new());
    for look in 0..LOOKS {
        let numbers = runs * look / LOOKS..runs * (look + 1) / LOOKS;
        let of = |number: u64| &tenants[usize::try_from(number + number / HOSTILE).unwrap_or_default() % TENANTS.len()];
        let ended = stream::iter(numbers).map(|number| of(number).run(number)).buffer_unordered(LANES);
        unexpected.extend(ended.filter_map(|ended| async { ended }).collect::<Vec<_>>().await);
        stage.host.forget();
        memory_mb.push(process::own_memory_mb());
    }
    let took = began.elapsed();
    let users: Vec<Identity> = tenants.iter().map(|tenant| tenant.who.clone()).collect();
    let unfinished = unfinished(&stage, &users).await;
    let workers_beyond_the_pool = workers_beyond_the_pool(&stage).await;
    drop(tenants);
    stage.plugin.stop(Duration::from_secs(5)).await;
    drop(stage);
    let left_over = before.left_over().await.map(|after| (before, after));
    SoakReport { runs, took, unexpected, unfinished, workers_beyond_the_pool, left_over, memory_mb }
}

impl Tenant {
    async fn prepare(stage: &Arc<Stage>, name: &str) -> Self {
        let who = user(name, "ann", &ALL);
        let mut short = Vec::new();
        for (number, source) in SHORT.iter().enumerate() {
            short.push(stage.script(&who, &format!("short {number}"), "one_off", source).await);
        }
        let waits = stage.script(&who, "waits", "one_off", WAITS).await;
        let hostile = Gauntlet::prepare(stage, who.clone(), corpus()).await;
        Self { stage: Arc::clone(stage), who, short, waits, hostile }
    }

    /// Performs the run of this number; returns the problem with its end, if any.
    async fn run(&self, number: u64) -> Option<String> {
        let turn = usize::try_from(number / HOSTILE).unwrap_or_default();
        match number {
            _ if number.is_multiple_of(HOSTILE) => {
                let ended = self.hostile.run(turn).await;
                (!ended.allowed).then(|| ended.to_string())
            }
            _ if number % HANGS_UP == 7 => self.hang_up((number / HANGS_UP).is_multiple_of(2)).await.err(),
            _ => self.run_short(number).await.err(),
        }
    }

    async fn run_short(&self, number: u64) -> Result<(), String> {
        let kind = usize::try_from(number / 3).unwrap_or_default() % SHORT.len();
        let request = RunRequest::by_id(&self.short[kind]).input(json!(number));
        let mut frames = self.stage.plugin.run(&self.who, request).map_err(|error| error.to_string())?;
        let mut record = Value::Null;
        while let Some(frame) = frames.next().await {
            if let RunFrame::Finished(finished) = frame.map_err(|error| error.to_string())? {
                record = finished;
            }
        }
        let expected = match (record["status"].as_str(), record["error"]["code"].as_str()) {
            (Some("success"), _) => true,
            (Some("failed"), Some("SCRIPT_ERROR")) => kind == 3,
            // Another run of the tenant has ended the worker, after this one had written.
            (Some("failed"), Some("WORKER_STOPPED")) => kind == 2,
            _ => false,
        };
        if expected { Ok(()) } else { Err(format!("run {number} of script {kind}: {record}")) }
    }

    /// Begins a run that would wait for ever, and disconnects after it has begun, or before.
    async fn hang_up(&self, begun: bool) -> Result<(), String> {
        let mut frames =
            self.stage.plugin.run(&self.who, RunRequest::by_id(&self.waits)).map_err(|error| error.to_string())?;
        match if begun { frames.next().await } else { None } {
            None | Some(Ok(RunFrame::Started { .. })) => Ok(()),
            other => Err(format!("a run that is to begin: {other:?}")),
        }
    }
}
