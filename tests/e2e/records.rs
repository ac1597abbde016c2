//! When a run is recorded, and the events about it that the host gets.

use std::time::Duration;

use iota_scripts_tests::{Stage, TestDatabase, admin};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::world::{everywhere, everywhere_with};

/// Starts a call that outlives the script, then waits for the host.
const EFFECT_THEN_WAITS: &str = "async function main() {
    await storage.set('seen', 1);
    await services.echo.wait();
}";
const WAITS: &str = "async function main() { await services.echo.wait(); }";
const FAILS: &str = "function main() { throw new Error('no'); }";
const ENDS: &str = "function main() { return 1; }";

/// Calls a rule that waits for the host; it is on record meanwhile.
async fn while_it_waits(stage: &Stage, script: &str) {
    let ann = admin();
    let look = async {
        stage.host.called("echo.wait", 1).await;
        let runs = runs(stage, script).await;
        stage.host.release();
        assert_eq!(runs["items"][0]["status"], "running", "{runs:#}");
    };
    let (answer, ()) = tokio::join!(stage.plugin.invoke(&ann, "rule", &Value::Null), look);
    answer.expect("a value");
}

async fn runs(stage: &Stage, script: &str) -> Value {
    stage.api(&admin(), "GET", &format!("/executions?script_id={script}"), None).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_recorded_before_its_first_change() {
    everywhere(|stage| async move {
        let id = stage.script(&admin(), "rule", "embedded", EFFECT_THEN_WAITS).await;
        while_it_waits(&stage, &id).await;
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_readable_after_its_call_returned() {
    everywhere(|stage| async move {
        for (name, source, status) in [("ends", ENDS, "success"), ("fails", FAILS, "failed")] {
            let id = stage.script(&admin(), name, "embedded", source).await;
            for number in 1..=5 {
                let _ = stage.plugin.invoke(&admin(), name, &Value::Null).await;
                let runs = runs(&stage, &id).await;
                assert_eq!((&runs["total"], &runs["items"][0]["status"]), (&json!(number), &json!(status)));
            }
            let run = newest(&stage, &id).await;
            let record = stage.api(&admin(), "GET", &run, None).await.expect(200);
            assert!(record["receipt"]["wall_ms"]["used"].is_u64() && record["started_at"].is_string(), "{record:#}");
        }
        let health = stage.plugin.health().await.expect("an answer");
        assert_eq!(health.counters["records"], json!({"records": 0, "full": false, "failing": false}));
        stage.stop().await;
    })
    .await;
}

async fn newest(stage: &Stage, script: &str) -> String {
    let runs = runs(stage, script).await;
    format!("/executions/{}", runs["items"][0]["id"].as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn buffered_records_are_written_before_the_plugin_stops() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        let stage = Stage::start(database.url(), &json!({})).await;
        let id = stage.script(&admin(), "ends", "embedded", ENDS).await;
        for _ in 0..50 {
            stage.plugin.invoke(&admin(), "ends", &Value::Null).await.expect("a value");
        }
        stage.stop().await;
        let stage = Stage::start(database.url(), &json!({})).await;
        assert_eq!(runs(&stage, &id).await["total"], 50);
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_can_be_configured_to_be_recorded_first() {
    everywhere_with(&json!({"records": "each"}), async |stage| {
        let id = stage.script(&admin(), "rule", "embedded", WAITS).await;
        while_it_waits(&stage, &id).await;
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_gets_only_the_events_it_subscribed_to() {
    let config = json!({"events": ["scripts.execution.failed", "scripts.custom.*"]});
    everywhere_with(&config, async |stage| {
        let publishes = "async function main() { await events.publish('paid', {id: 1}); return 1; }";
        for (name, source) in [("publishes", publishes), ("ends", ENDS), ("fails", FAILS)] {
            stage.script(&admin(), name, "embedded", source).await;
            let _ = stage.plugin.invoke(&admin(), name, &Value::Null).await;
        }
        let failed = stage.host.event(|event| event.kind == "scripts.execution.failed");
        timeout(Duration::from_secs(10), failed).await.expect("the failure is reported");
        assert_eq!(stage.host.event_types(), ["scripts.custom.paid", "scripts.execution.failed"]);
        stage.stop().await;
    })
    .await;
}
