//! `make bench`: speed and memory use, measured through the real library. Prints figures and asserts nothing.
//!
//! Each figure is measured several times; the table shows the minimum, median and maximum, which makes the machine's noise visible. Run
//! it on an otherwise idle machine.

mod calls;
mod figures;
mod table;
mod whole_stack;

use std::time::{Duration, Instant};

use iota_scripts_tests::{
    Stage, TestDatabase, TestHost, admin,
    process::{cpu_seconds, peak_memory_mb, workers},
    start,
};
use serde_json::{Value, json};

use figures::Figures;

/// Times that each figure is measured.
const ROUNDS: usize = 5;
/// Runs in one round.
const RUNS: u32 = 2000;
/// Requests in one round.
const REQUESTS: u32 = 4000;
/// Requests in flight at a time.
const CONCURRENCY: u32 = 32;

/// A small async script, as assumed by the design's performance budgets.
const SCRIPT: &str = "async function main(order) {
    const total = order.items.reduce((sum, item) => sum + item.quantity * item.price, 0);
    await null;
    return {valid: total < 1000, total};
}";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut figures = Figures::default();
    for _ in 0..ROUNDS {
        starts(&mut figures).await?;
    }
    for isolation in ["worker", "in_process"] {
        let database = TestDatabase::sqlite();
        let stage = Stage::start(database.url(), &json!({"isolation": isolation})).await;
        stage.script(&admin(), "small", "embedded", SCRIPT).await;
        warm_runs(&stage, RUNS / 10).await?;
        for _ in 0..ROUNDS {
            let cost = warm_runs(&stage, RUNS).await?;
            figures.add(&format!("warm run, {isolation}: wall"), "µs", cost.wall_us);
            figures.add(&format!("warm run, {isolation}: CPU of host and workers"), "µs", cost.cpu_us);
            figures.add(&format!("warm run, {isolation}: CPU of the script itself"), "µs", cost.script_us);
        }
        if isolation == "worker" {
            reads(&stage, &mut figures).await;
            let worker = workers().into_iter().filter_map(peak_memory_mb).fold(0.0, f64::max);
            figures.add("peak memory of a worker", "MB", worker);
            figures.add("peak memory of the host", "MB", peak_memory_mb(std::process::id()).unwrap_or_default());
        }
        stage.stop().await;
        whole_stack::measure(isolation, &mut figures).await?;
    }
    calls::measure(&mut figures).await?;
    table::print(&figures);
    Ok(())
}

async fn starts(figures: &mut Figures) -> anyhow::Result<()> {
    let database = TestDatabase::sqlite();
    for what in ["start to ready, new SQLite database", "start to ready, migrated SQLite database"] {
        let began = Instant::now();
        let plugin = start(database.url(), &json!({}), TestHost::new()).await?;
        figures.add(what, "ms", began.elapsed().as_secs_f64() * 1e3);
        plugin.stop(Duration::from_secs(5)).await;
    }
    Ok(())
}

struct Cost {
    wall_us: f64,
    cpu_us: f64,
    script_us: f64,
}

/// Measures one run after another through the C ABI, each recorded in the database; the cost of one.
async fn warm_runs(stage: &Stage, runs: u32) -> anyhow::Result<Cost> {
    let order = json!({"id": 1, "items": [{"quantity": 2, "price": 10}, {"quantity": 1, "price": 5}]});
    let (who, cpu, began) = (admin(), cpu_seconds(), Instant::now());
    for _ in 0..runs {
        stage.plugin.invoke(&who, "small", &order).await?;
    }
    let (wall, cpu) = (began.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let script_us = script_us(stage).await;
    let of_one = |seconds: f64| seconds * 1e6 / f64::from(runs);
    Ok(Cost { wall_us: of_one(wall), cpu_us: of_one(cpu), script_us })
}

/// The median of the resources that the latest runs used, as on their receipts.
async fn script_us(stage: &Stage) -> f64 {
    let latest = stage.api(&admin(), "GET", "/executions?per_page=100", None).await.expect(200);
    let mut used = Vec::new();
    for run in latest["items"].as_array().into_iter().flatten() {
        let path = format!("/executions/{}", run["id"].as_str().unwrap_or_default());
        let run: Value = stage.api(&admin(), "GET", &path, None).await.expect(200);
        used.extend(run["receipt"]["cpu_us"]["used"].as_f64());
    }
    used.sort_by(f64::total_cmp);
    used.get(used.len() / 2).copied().unwrap_or_default()
}

/// Measures `GET /scripts/api/v1/scripts/{id}` through router, ABI, permission check and database.
async fn reads(stage: &Stage, figures: &mut Figures) {
    let id = stage.script(&admin(), "read me", "one_off", SCRIPT).await;
    let path = format!("/scripts/{id}");
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let lanes = (0..CONCURRENCY).map(|_| async {
            for _ in 0..REQUESTS / CONCURRENCY {
                stage.api(&admin(), "GET", &path, None).await.expect(200);
            }
        });
        futures_util::future::join_all(lanes).await;
        figures.add("GET /scripts/api/v1/scripts/{id}", "req/s", f64::from(REQUESTS) / began.elapsed().as_secs_f64());
    }
}
