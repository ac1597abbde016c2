//! Every way to cancel a run: from the API, from a page, by the host, by a caller or client that disconnects, from another node. The run
//! is recorded as cancelled, wherever it was.

use futures_util::StreamExt as _;
use iota_scripts_host::{RunFrame, RunRequest};
use iota_scripts_tests::{Stage, TestDatabase, admin, user};
use serde_json::{Value, json};

use crate::{
    endpoints::{call, endpoint},
    world::{everywhere, form, only_run},
};

/// Waits for the host, for ever if the host does not answer.
const WAITS: &str = "async function main() { console.log('waiting'); return services.echo.wait(); }";
const SPINS: &str = "function main() { console.log('spinning'); for (;;); }";

async fn assert_cancelled(stage: &Stage, execution: &str) -> Value {
    let run = stage.ended(&admin(), execution).await;
    assert_eq!((&run["status"], &run["error"]["code"]), (&json!("cancelled"), &json!("CANCELLED")), "{run:#}");
    run
}

/// Begins a run and waits for its first log line.
async fn begun(stage: &Stage, script: &str, word: &str) -> String {
    let execution = stage.begin(&admin(), script, json!(null)).await;
    stage.stream(&admin(), &format!("/executions/{execution}/stream"), |text| text.contains(word)).await;
    execution
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_for_the_host_is_cancelled_by_the_api() {
    everywhere(|stage| async move {
        let id = stage.script(&admin(), "job", "one_off", WAITS).await;
        let execution = stage.begin(&admin(), &id, json!(null)).await;
        stage.host.called("echo.wait", 1).await;
        let path = format!("/executions/{execution}/cancel");
        stage.api(&user("acme", "bob", &["scripts.read"]), "POST", &path, None).await.expect(403);
        stage.api(&user("globex", "eve", &iota_scripts_tests::ALL), "POST", &path, None).await.expect(404);
        assert_eq!(stage.api(&admin(), "POST", &path, None).await.status, 202);
        let run = assert_cancelled(&stage, &execution).await;
        assert_eq!(run["logs"][0]["message"], "waiting", "earlier lines are kept");
        stage.api(&admin(), "POST", &path, None).await.expect(409);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_cancelled_from_its_page() {
    everywhere(|stage| async move {
        let id = stage.script(&admin(), "job", "one_off", WAITS).await;
        let execution = stage.begin(&admin(), &id, json!(null)).await;
        stage.host.called("echo.wait", 1).await;
        let path = format!("/scripts/runs/{execution}/cancel");
        let reply = form(&stage, &admin(), &path, "").await;
        assert_eq!(
            (reply.status, reply.header("location")),
            (303, format!("/scripts/runs/{execution}?done=cancelling").as_str())
        );
        assert_cancelled(&stage, &execution).await;
        assert_eq!(form(&stage, &admin(), &path, "").await.status, 303, "a second click is harmless");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_cancelled_by_the_host() {
    everywhere(|stage| async move {
        let id = stage.script(&admin(), "job", "one_off", WAITS).await;
        let mut run = stage.plugin.run(&admin(), RunRequest::by_id(&id)).expect("it starts");
        let Some(Ok(RunFrame::Started { execution_id })) = run.next().await else { panic!("no start") };
        stage.host.called("echo.wait", 1).await;
        run.cancel();
        assert_cancelled(&stage, &execution_id).await;
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_disconnects_cancels_its_run() {
    everywhere(|stage| async move {
        let ann = admin();
        let id = stage.script(&ann, "check_order", "embedded", WAITS).await;
        tokio::select! {
            answer = stage.plugin.invoke(&ann, "check_order", &Value::Null) => panic!("{answer:?}"),
            _ = stage.host.called("echo.wait", 1) => {}
        }
        assert_cancelled(&stage, &only_run(&stage, &admin(), &id).await).await;
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_disconnects_cancels_its_run() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "async function handleRequest() { return services.echo.wait(); }";
        let id = endpoint(&stage, "GET", "/slow", json!({}), source).await;
        tokio::select! {
            reply = call(&stage, Some(&ann), "GET", "/slow", "") => panic!("{reply:?}"),
            _ = stage.host.called("echo.wait", 1) => {}
        }
        assert_cancelled(&stage, &only_run(&stage, &admin(), &id).await).await;
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_the_stream_of_a_test_does_not_cancel_it() {
    everywhere(|stage| async move {
        let id = stage.script(&admin(), "job", "one_off", WAITS).await;
        let started =
            stage.api(&admin(), "POST", &format!("/scripts/{id}/test"), Some(json!({"content": WAITS}))).await;
        let started = started.expect(202);
        let execution = started["execution_id"].as_str().expect("an id");
        let path = format!("/executions/{execution}/stream");
        stage.stream(&admin(), &path, |text| text.contains("waiting")).await;
        stage.host.called("echo.wait", 1).await;
        stage.host.release();
        let run = stage.ended(&admin(), execution).await;
        assert_eq!((&run["status"], &run["result"]), (&json!("success"), &json!("at last")));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spinning_and_queued_runs_are_cancelled() {
    everywhere(|stage| async move {
        let spins = stage.script(&admin(), "spins", "one_off", SPINS).await;
        let fine = stage.script(&admin(), "fine", "one_off", "function main() { return 'fine'; }").await;
        // Both workers are busy, so that the third run is queued.
        let busy = [begun(&stage, &spins, "spinning").await, begun(&stage, &spins, "spinning").await];
        let waiting = stage.begin(&admin(), &fine, json!(null)).await;
        while stage.plugin.health().await.expect("health").counters["runtime"]["waiting"] != 1 {
            tokio::task::yield_now().await;
        }
        stage.api(&admin(), "POST", &format!("/executions/{waiting}/cancel"), None).await;
        assert_cancelled(&stage, &waiting).await;
        for execution in &busy {
            stage.api(&admin(), "POST", &format!("/executions/{execution}/cancel"), None).await;
            let run = assert_cancelled(&stage, execution).await;
            assert_eq!(run["logs"][0]["message"], "spinning");
        }
        assert_eq!(stage.run(&admin(), &fine, json!(null)).await["result"], "fine", "the workers are replaced");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_cancelled_from_another_node() {
    let database = TestDatabase::postgres().await;
    let (here, there) =
        (Stage::start(database.url(), &json!({})).await, Stage::start(database.url(), &json!({})).await);
    let id = here.script(&admin(), "job", "one_off", WAITS).await;
    let execution = here.begin(&admin(), &id, json!(null)).await;
    here.host.called("echo.wait", 1).await;
    let path = format!("/executions/{execution}");
    // A node that has just started may not listen yet: the request is then repeated.
    while there.api(&admin(), "GET", &path, None).await.expect(200)["status"] == "running" {
        let answer = there.api(&admin(), "POST", &format!("{path}/cancel"), None).await;
        assert!([202, 409].contains(&answer.status), "{answer:?}");
        tokio::task::yield_now().await;
    }
    assert_cancelled(&here, &execution).await;
    there.stop().await;
    here.stop().await;
}
