//! A database that cannot store records for a while: its disk is full, it is unreachable, or it is locked. Work in memory continues with
//! bounded memory; every change has a record, and afterwards all records are stored.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use iota_scripts_tests::{Stage, TestDatabase, admin};
use serde_json::{Value, json};
use tokio::time::sleep;

const ENDS: &str = "function main(text) { return text.length; }";
const CHANGES: &str = "async function main(key) { await storage.set(key, 1); return key; }";
const COUNTS: &str = "async function main() { return (await storage.list()).length; }";

/// Calls that change nothing: with half a megabyte each, more than the buffer holds.
const CALLS: usize = 160;
const LONG: usize = 500_000;
/// The maximum number that the buffer holds: pending records are limited to 64 MiB.
const BUFFER_CAPACITY: u64 = (64 << 20) / LONG as u64;
const CHANGING: usize = 6;
const TIMEOUT: Duration = Duration::from_secs(120);

async fn records(stage: &Stage) -> Value {
    stage.plugin.health().await.expect("an answer").counters["records"].clone()
}

/// Waits until the health of the records matches.
async fn when(stage: &Stage, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    let wait = async {
        loop {
            last = records(stage).await;
            if is_so(&last) {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let in_time = tokio::time::timeout(TIMEOUT, wait).await;
    assert!(in_time.is_ok(), "not {what}: {last}");
    last
}

async fn total(stage: &Stage, script: &str) -> Value {
    stage.api(&admin(), "GET", &format!("/executions?script_id={script}"), None).await.expect(200)["total"].clone()
}

/// Checks all promises for a fault that begins and ends, with the health of the records meanwhile.
async fn records_outlast(
    stage: &Stage,
    begin: impl AsyncFnOnce(),
    is_told: impl Fn(&Value) -> bool,
    end: impl AsyncFnOnce(),
) {
    let ann = admin();
    let mut ids = Vec::new();
    for (name, source) in [("ends", ENDS), ("changes", CHANGES), ("counts", COUNTS)] {
        ids.push(stage.script(&ann, name, "embedded", source).await);
    }
    assert_eq!(stage.plugin.invoke(&ann, "ends", &json!("one")).await.expect("a value"), json!(3));
    stage.plugin.invoke(&ann, "changes", &json!("first")).await.expect("a value");
    begin().await;

    for _ in 0..10 {
        stage.plugin.invoke(&ann, "ends", &json!("two")).await.expect("goes on without the database");
    }
    let answered = AtomicUsize::new(0);
    let begun = AtomicUsize::new(0);
    let text = json!("x".repeat(LONG));
    let lane = async || {
        while begun.fetch_add(1, Ordering::Relaxed) < CALLS {
            stage.plugin.invoke(&ann, "ends", &text).await.expect("goes on, or waits");
            answered.fetch_add(1, Ordering::Relaxed);
        }
    };
    let changing = async |number: usize| {
        let key = json!(format!("key {number}"));
        stage.plugin.invoke(&ann, "changes", &key).await.map(|said| assert_eq!(said, key))
    };
    let watch = async {
        let full = when(stage, "full", |records| records["full"] == true).await;
        assert!(
            full["records"].as_u64().is_some_and(|waiting| waiting <= BUFFER_CAPACITY + 20),
            "bounded memory: {full}"
        );
        assert!(answered.load(Ordering::Relaxed) < CALLS, "callers wait when there is no more room");
        let health = stage.plugin.health().await.expect("an answer");
        assert_eq!(health.status, "degraded", "{}", health.detail);
        when(stage, "told", is_told).await;
        end().await;
    };
    let lanes = join_all((0..8).map(|_| lane()));
    let changes = join_all((0..CHANGING).map(changing));
    let (_, changes, ()) = tokio::join!(lanes, changes, watch);

    when(stage, "written", |records| *records == json!({"records": 0, "full": false, "failing": false})).await;
    assert_eq!(total(stage, &ids[0]).await, 1 + 10 + CALLS, "all records are there");
    let done = changes.iter().filter(|change| change.is_ok()).count();
    for refused in changes.iter().filter_map(|change| change.as_ref().err()) {
        assert!(refused.to_string().contains("UNAVAILABLE") || refused.to_string().contains("recorded"), "{refused}");
    }
    let stored = stage.plugin.invoke(&ann, "counts", &Value::Null).await.expect("a value");
    assert_eq!(stored, 1 + done, "refused calls have changed nothing");
    assert_eq!(total(stage, &ids[1]).await, 1 + CHANGING, "every change has a record");
}

/// The database has rejected the write.
fn fails(records: &Value) -> bool {
    records["failing"] == true
}

#[tokio::test(flavor = "multi_thread")]
async fn records_survive_a_full_disk() {
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({})).await;
    // As SQLite does when the disk is full: it rolls the transaction back automatically.
    let full = "CREATE TRIGGER full_disk BEFORE INSERT ON script_executions \
        BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END";
    let (begin, end) = (async || database.tamper(full).await, async || database.tamper("DROP TRIGGER full_disk").await);
    records_outlast(&stage, begin, fails, end).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_survive_an_unreachable_database() {
    let (database, mut server) = TestDatabase::postgres_alone().await;
    let stage = Stage::start(database.url(), &json!({})).await;
    let server = std::sync::Mutex::new(&mut server);
    let order = |order: fn(&mut iota_scripts_tests::postgres::Server)| {
        tokio::task::block_in_place(|| order(&mut server.lock().expect("not poisoned")));
    };
    records_outlast(&stage, async || order(|server| server.pause()), fails, async || order(|server| server.resume()))
        .await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_survive_a_locked_database() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        let stage = Stage::start(database.url(), &json!({})).await;
        let held = std::sync::Mutex::new(None);
        let begin = async || {
            let lock = database.lock().await;
            held.lock().expect("not poisoned").replace(lock);
        };
        let end = async || {
            let lock = held.lock().expect("not poisoned").take();
            lock.expect("held").release().await;
        };
        records_outlast(&stage, begin, |_| true, end).await;
        stage.stop().await;
    }
}
