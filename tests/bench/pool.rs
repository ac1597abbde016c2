//! `make bench`: costs of the pool of workers: cold starts, queueing, cancellation, and runs that wait for the host. Prints figures;
//! fails on nothing.
//!
//! The targets: a new worker within 10 ms, a cancelled run on record within 100 ms, 256 runs that wait 50 ms each within 150 ms on
//! workers of 768 MB together, and no other tenant delayed by any of it.

mod figures;
mod table;

use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use axum::{body::Body, http::Request};
use futures_util::future::{join, join_all, try_join_all};
use iota_scripts_host::Identity;
use iota_scripts_tests::{
    ALL, Stage, TestDatabase, admin,
    process::{cpu_seconds, proportional_memory_mb, workers},
    user,
};
use serde_json::{Value, json};
use tokio::time::sleep;

use figures::Figures;

/// Times that each figure is measured.
const ROUNDS: usize = 10;
/// Polling interval.
const PAUSE: Duration = Duration::from_millis(1);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut figures = Figures::default();
    cold(&mut figures).await?;
    queueing(&mut figures).await?;
    cancelled(&mut figures).await?;
    waiting(&mut figures).await?;
    many_tenants(&mut figures).await?;
    table::print(&figures);
    Ok(())
}

/// Measures the first run of a tenant, which needs a new worker, and the second for comparison.
async fn cold(figures: &mut Figures) -> anyhow::Result<()> {
    let database = TestDatabase::sqlite();
    let tenants: Vec<Identity> = (0..ROUNDS).map(|round| user(&format!("tenant{round}"), "ann", &ALL)).collect();
    // Uses another host, because the check on saving a script starts a worker too.
    let stage = Stage::start(database.url(), &json!({})).await;
    for who in &tenants {
        stage.script(who, "small", "embedded", "function main() { return 1; }").await;
    }
    stage.stop().await;
    for (standing_by, how) in [(0, "no idle worker"), (1, "one idle worker")] {
        let config = json!({"worker": {"standing_by": standing_by, "max_workers": ROUNDS}});
        let stage = Stage::start(database.url(), &config).await;
        for who in &tenants {
            while runtime(&stage, "standing_by").await? < standing_by {
                sleep(PAUSE).await;
            }
            let first = invoke(&stage, who, "small").await?;
            figures.add(&format!("first run of a tenant, {how}"), "ms", ms(first));
            figures.add(&format!("second run of a tenant, {how}"), "ms", ms(invoke(&stage, who, "small").await?));
        }
        stage.stop().await;
    }
    Ok(())
}

/// Measures more simultaneous runs than workers, with one run of another tenant in the middle of them.
async fn queueing(figures: &mut Figures) -> anyhow::Result<()> {
    const RUNS: usize = 64;
    const BUSY: &str = "function main() { const began = Date.now(); while (Date.now() < began + 5); return began; }";
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({"worker": {"max_workers": 2}})).await;
    let (ann, gus) = (admin(), user("globex", "gus", &ALL));
    for who in [&ann, &gus] {
        stage.script(who, "busy", "embedded", BUSY).await;
    }
    let queued = async |who: &Identity| {
        let requested_ms = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs_f64() * 1e3;
        let began = stage.plugin.invoke(who, "busy", &Value::Null).await?.as_f64().context("when it began")?;
        anyhow::Ok((began - requested_ms).max(0.0))
    };
    let queued = &queued;
    for _ in 0..ROUNDS {
        let (ours, theirs) = join(try_join_all((0..RUNS).map(|_| queued(&ann))), queued(&gus)).await;
        let mut ours = ours?;
        ours.sort_by(f64::total_cmp);
        for share in [50, 99] {
            let what = format!("{RUNS} runs of 5 ms on 2 workers, in line: p{share}");
            figures.add(&what, "ms", ours[RUNS * share / 100]);
        }
        figures.add("another tenant's run beside them, in line", "ms", theirs?);
    }
    stage.stop().await;
    Ok(())
}

/// Measures the time from the cancellation of a run until it is recorded as cancelled.
async fn cancelled(figures: &mut Figures) -> anyhow::Result<()> {
    const SPINS: &str = "async function main() { await services.echo.same(1); for (;;); }";
    const AWAITS: &str = "async function main() { await services.echo.same(1); for (;;) await null; }";
    const WAITS: &str = "async function main() { services.echo.same(1); await services.echo.wait(); }";
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({})).await;
    let ann = admin();
    for (what, source) in [("spins", SPINS), ("awaits in a loop", AWAITS), ("waits for the host", WAITS)] {
        let script = stage.script(&ann, what, "one_off", source).await;
        for _ in 0..ROUNDS {
            stage.host.forget();
            let run = stage.begin(&ann, &script, Value::Null).await;
            stage.host.called("echo.same", 1).await;
            let began = Instant::now();
            stage.api(&ann, "POST", &format!("/executions/{run}/cancel"), None).await.expect(202);
            let record = stage.ended(&ann, &run).await;
            anyhow::ensure!(record["status"] == "cancelled", "{record}");
            figures.add(&format!("cancel of a run that {what}"), "ms", ms(began.elapsed()));
        }
    }
    stage.stop().await;
    Ok(())
}

/// Measures many simultaneous requests to an endpoint that waits for the host, with repeated runs of another tenant.
async fn waiting(figures: &mut Figures) -> anyhow::Result<()> {
    const REQUESTS: usize = 256;
    const WAITS: &str = "async function handleRequest() { return {body: await services.echo.after(50)}; }";
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({"worker": {"max_workers": 10}})).await;
    let (ann, gus) = (admin(), user("globex", "gus", &ALL));
    let endpoint = json!({"name": "waits", "type": "endpoint", "endpoint_method": "GET", "endpoint_path": "/waits",
                          "rate_limit_per_minute": 1_000_000, "content": WAITS});
    stage.api(&ann, "POST", "/scripts", Some(endpoint)).await.expect(201);
    stage.script(&gus, "small", "embedded", "function main() { return 1; }").await;
    let stage = &stage;
    let request = async || {
        let request = Request::get("/api/scripts/waits").extension(ann.clone()).body(Body::empty())?;
        let reply = stage.reply(request).await;
        anyhow::ensure!(reply.status == 200, "{}", reply.text);
        anyhow::Ok(())
    };
    let request = &request;
    // The first round starts the workers and is reported separately.
    for round in 0..=ROUNDS {
        let of = if round == 0 { ", cold" } else { "" };
        let began = Instant::now();
        let burst = async {
            let replies = join_all((0..REQUESTS).map(|_| request())).await;
            (began.elapsed(), replies)
        };
        tokio::pin!(burst);
        let (took, replies) = loop {
            tokio::select! {
                burst = &mut burst => break burst,
                other = invoke(stage, &gus, "small") => {
                    figures.add(&format!("another tenant's run meanwhile{of}"), "ms", ms(other?));
                }
            }
        };
        replies.into_iter().collect::<anyhow::Result<()>>()?;
        figures.add(&format!("{REQUESTS} requests that wait 50 ms each{of}"), "ms", ms(took));
        let memory = workers().into_iter().filter_map(proportional_memory_mb).sum();
        figures.add("all workers after them, shares of memory", "MB", memory);
        stage.host.forget();
    }
    stage.plugin.stop(Duration::from_secs(5)).await;
    Ok(())
}

/// Measures simultaneous runs of many tenants, which need a worker each, and for comparison as many runs of one tenant.
async fn many_tenants(figures: &mut Figures) -> anyhow::Result<()> {
    const TENANTS: u32 = 500;
    const WORKERS: usize = 4;
    let database = TestDatabase::sqlite();
    let tenants: Vec<Identity> = (0..TENANTS).map(|number| user(&format!("tenant{number}"), "ann", &ALL)).collect();
    let config = json!({"worker": {"max_workers": WORKERS}});
    let stage = Stage::start(database.url(), &config).await;
    for who in &tenants {
        stage.script(who, "small", "embedded", "function main() { return 1; }").await;
    }
    for _ in 0..3 {
        let mut rates = Vec::new();
        for (who, of) in [(&tenants[..1], "1 tenant"), (&tenants[..], "500 tenants")] {
            let (began, cpu) = (Instant::now(), cpu_seconds());
            try_join_all(who.iter().cycle().take(tenants.len()).map(|who| invoke(&stage, who, "small"))).await?;
            let rate = f64::from(TENANTS) / began.elapsed().as_secs_f64();
            let spent = (cpu_seconds() - cpu) * 1e3 / f64::from(TENANTS);
            figures.add(&format!("{TENANTS} runs at once, {WORKERS} workers, {of}"), "runs/s", rate);
            figures.add(&format!("processor time of each, {of}"), "ms", spent);
            rates.push(rate);
        }
        figures.add("500 tenants' throughput, of one tenant's", "%", rates[1] / rates[0] * 100.0);
    }
    stage.stop().await;
    Ok(())
}

async fn invoke(stage: &Stage, who: &Identity, script: &str) -> anyhow::Result<Duration> {
    let began = Instant::now();
    stage.plugin.invoke(who, script, &Value::Null).await?;
    Ok(began.elapsed())
}

/// Returns a figure of the pool from the host's health report.
async fn runtime(stage: &Stage, figure: &str) -> anyhow::Result<u64> {
    stage.plugin.health().await?.counters["runtime"][figure].as_u64().context("a figure of the pool")
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
