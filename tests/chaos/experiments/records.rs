//! A node that serves requests and is killed repeatedly, on each database: every effect of a request is on record.

use std::{collections::HashSet, fs, path::PathBuf, time::Duration};

use anyhow::Context as _;
use futures_util::future::join_all;
use iota_scripts_tests::{TestDatabase, http_client, target_folder};
use serde_json::json;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tokio::time::sleep;

use crate::{
    Options,
    cluster::node::{Node, Plan},
    effects,
    random::Random,
    report::{Report, say},
};

/// Requests in flight at a time.
const LANES: usize = 8;
/// The longest time that a node serves before it is killed, in milliseconds: many die within one group of records.
const MAX_UPTIME_MS: u64 = 250;
const LEASE: Duration = Duration::from_secs(1);

/// Every other request has an effect outside of the plugin.
const EFFECT: &str = "async function handleRequest(req) {
    await services.effects.note(0, 1);
    return {status: 200, body: {done: true}};
}";
const NONE: &str = "function handleRequest() { return {status: 200, body: {done: true}}; }";

pub(crate) async fn run(options: &Options, report: &mut Report) -> anyhow::Result<()> {
    let mut random = Random::new(options.seed);
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        let name = if database.url().starts_with("sqlite") { "SQLite" } else { "PostgreSQL" };
        on(&database, name, options.kills / 2, &mut random, report).await?;
    }
    Ok(())
}

async fn on(
    database: &TestDatabase,
    name: &str,
    kills: u64,
    random: &mut Random,
    report: &mut Report,
) -> anyhow::Result<()> {
    let folder = folder(name)?;
    let config =
        json!({"database": {"url": database.url()}, "lease_seconds": LEASE.as_secs(), "worker": {"max_workers": 2}});
    let plan = Plan { config, clock: None, small_disk: None };
    let first = Node::start(&plan, "n0".to_owned(), &folder, http_client()).await?;
    for (script, source) in [("effect", EFFECT), ("none", NONE)] {
        let endpoint = json!({"name": script, "type": "endpoint", "endpoint_method": "POST", "content": source,
                              "endpoint_path": format!("/{script}"), "rate_limit_per_minute": 1_000_000});
        first.script("acme", &endpoint).await?;
    }
    drop(first);
    let mut answered = HashSet::new();
    for kill in 1..=kills {
        let node = Node::start(&plan, format!("n{kill}"), &folder, http_client()).await?;
        let lanes = join_all((0..LANES).map(|lane| serve(&node, if lane % 2 == 0 { "effect" } else { "none" })));
        let life = Duration::from_millis(random.below(MAX_UPTIME_MS));
        let strike = async {
            sleep(life).await;
            node.strike();
        };
        let (served, ()) = tokio::join!(lanes, strike);
        answered.extend(served.into_iter().flatten());
        if kill % 50 == 0 {
            say(&format!("{name}: {kill} kills, {} responses with an effect", answered.len()));
        }
    }
    // A live node finds everything that the killed ones left open.
    let last = Node::start(&plan, "last".to_owned(), &folder, http_client()).await?;
    let records = settled(database.url(), kills).await?;
    drop(last);

    let effects: HashSet<String> =
        effects::read(&folder.join("effects")).into_iter().map(|effect| effect.run).collect();
    let known: HashSet<&str> = records.iter().map(|record| record.0.as_str()).collect();
    let without: Vec<&String> = effects.iter().filter(|run| !known.contains(run.as_str())).collect();
    let open: Vec<&str> = records
        .iter()
        .filter(|record| !matches!(record.1.as_str(), "success" | "lost"))
        .map(|record| record.1.as_str())
        .collect();
    let of = |status| records.iter().filter(|record| record.1 == status && effects.contains(&record.0)).count();
    let recorded: HashSet<&str> =
        records.iter().filter(|record| record.1 == "success").map(|record| record.0.as_str()).collect();
    let unrecorded: Vec<&String> = answered.iter().filter(|run| !recorded.contains(run.as_str())).collect();
    report.figure(&format!("{name}: kills"), kills);
    report.figure(&format!("{name}: runs with effects"), format!("{} ({} lost)", effects.len(), of("lost")));
    report.figure(&format!("{name}: runs on record"), records.len());
    report.none(&format!("{name}: runs with effects but without a record"), &without);
    report.none(&format!("{name}: runs that are neither lost nor successful"), &open);
    report.none(&format!("{name}: responses with an effect but without a record"), &unrecorded);
    Ok(())
}

/// Sends requests until the node is dead; returns the runs that had an effect and were answered.
async fn serve(node: &Node, endpoint: &str) -> Vec<String> {
    let mut answered = Vec::new();
    while let Ok(run) = node.endpoint("acme", endpoint).await {
        if endpoint == "effect" {
            answered.extend(run);
        }
    }
    answered
}

/// Returns every run and its status, once none is open or the longest wait is over.
async fn settled(url: &str, kills: u64) -> anyhow::Result<Vec<(String, String)>> {
    let mut records = read(url).await?;
    // A node recovers at most 100 runs in each third of its lease.
    for _ in 0..30 + kills {
        if records.iter().all(|record| record.1 != "running") {
            break;
        }
        sleep(LEASE / 3).await;
        records = read(url).await?;
    }
    Ok(records)
}

async fn read(url: &str) -> anyhow::Result<Vec<(String, String)>> {
    if url.starts_with("sqlite") {
        // The form in which PostgreSQL prints an id.
        const RUNS: &str = "SELECT substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-' || substr(h, 13, 4) || '-' || substr(h, 17, 4) \
            || '-' || substr(h, 21), status FROM (SELECT lower(hex(id)) AS h, status FROM script_executions)";
        let mut connection = SqliteConnection::connect(url).await?;
        Ok(sqlx::query_as(RUNS).fetch_all(&mut connection).await?)
    } else {
        const RUNS: &str = "SELECT id::text, status FROM script_executions";
        let mut connection = PgConnection::connect(url).await?;
        Ok(sqlx::query_as(RUNS).fetch_all(&mut connection).await?)
    }
}

fn folder(name: &str) -> anyhow::Result<PathBuf> {
    let folder = target_folder().join("chaos-files/records").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder).context("a folder")?;
    Ok(folder)
}
