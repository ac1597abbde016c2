//! When a run with a waiting caller is recorded: before its first effect, when it takes long, or at its end.

use std::time::Duration;

use iota_scripts_domain::{EndpointCaller, ExecutionStatus, FaultCode, QuotaPolicy};
use iota_scripts_services::{CallOutcome, IncomingRequest, QuotaPolicies, Run, RunRequest};
use serde_json::{Value, json};

use crate::{
    fakes::{Insert, Play},
    world::{World, ann, endpoint, input, request},
};

async fn invoked(world: &World, play: Play) -> Run {
    let script = world.script(&input("Report")).await;
    world.runtime.play(play);
    world.runs.start_for_host(&ann(), RunRequest { awaited: true, ..request(&script) }).await.expect("a run")
}

/// Returns the calls for the run's record and its effects, in order.
fn recorded(world: &World) -> Vec<String> {
    let is_one = |line: &String| ["ran", "recorded ", "kept "].iter().any(|begin| line.starts_with(begin));
    world.journal.lines().into_iter().filter(is_one).collect()
}

#[tokio::test]
async fn a_run_without_effects_is_recorded_at_its_end() {
    let world = World::new();
    let finished = invoked(&world, Play::Value(json!(7))).await.finished().await;
    assert_eq!(recorded(&world), ["ran", "kept success"]);
    assert_eq!(world.stored_runs.all(), [(*finished).clone()], "the caller is told the recorded end");
}

#[tokio::test]
async fn a_run_that_fails_or_only_reads_is_recorded_at_its_end() {
    for (play, kept) in [
        (Play::Fault(FaultCode::ScriptError), "kept failed"),
        (Play::Fault(FaultCode::Timeout), "kept timeout"),
        (Play::Calls(vec![("storage.get", json!(["a"])), ("http.request", get())]), "kept success"),
    ] {
        let world = World::new();
        invoked(&world, play).await.finished().await;
        assert_eq!(recorded(&world), ["ran", kept]);
    }
}

fn get() -> Value {
    json!([{"method": "GET", "url": "https://api.example.com/"}])
}

#[tokio::test]
async fn a_run_is_recorded_before_its_first_effect() {
    for call in [
        ("storage.set", json!(["a", 1])),
        ("storage.delete", json!(["a"])),
        ("events.publish", json!(["paid"])),
        ("http.request", json!([{"method": "POST", "url": "https://api.example.com/"}])),
    ] {
        let world = World::new();
        let run = invoked(&world, Play::Calls(vec![("storage.get", json!(["a"])), call.clone(), call.clone()])).await;
        run.finished().await;
        assert_eq!(recorded(&world), ["ran", "recorded running", "recorded success"], "{}", call.0);
    }
}

#[tokio::test]
async fn without_a_record_there_is_no_effect() {
    let world = World::new();
    world.stored_runs.on_insert(Insert::Refuses);
    let run = invoked(&world, Play::Calls(vec![("storage.set", json!(["a", 1])), ("storage.get", json!(["a"]))])).await;
    let finished = run.finished().await;
    let answers = world.runtime.take_answers();
    let refused = answers[0].as_ref().expect_err("refused");
    assert_eq!(refused.code.as_str(), "UNAVAILABLE");
    assert!(refused.message.starts_with("the call was not made: the run could not be recorded"), "{}", refused.message);
    assert_eq!(answers[1], Ok(Value::Null), "nothing was stored");
    assert_eq!(finished.status(), ExecutionStatus::Success, "the script went on");
    assert_eq!(recorded(&world), ["ran", "kept success"], "and is on record when the store takes it");
}

#[tokio::test(start_paused = true)]
async fn a_long_run_is_recorded_while_it_runs() {
    let world = World::new();
    let run = invoked(&world, Play::Wait).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(recorded(&world), ["ran"]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(recorded(&world), ["ran", "recorded running"]);
    assert!(world.stored_runs.is_held(run.id()), "it has a lease");
    world.runtime.release();
    run.finished().await;
    assert_eq!(recorded(&world), ["ran", "recorded running", "recorded success"]);
}

#[tokio::test(start_paused = true)]
async fn a_long_run_is_recorded_when_the_store_answers_again() {
    let world = World::new();
    world.stored_runs.on_insert(Insert::Refuses);
    let run = invoked(&world, Play::Wait).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(recorded(&world), ["ran"]);
    world.stored_runs.on_insert(Insert::Takes);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(recorded(&world), ["ran", "recorded running"]);
    world.runtime.release();
    run.finished().await;
}

#[tokio::test]
async fn endpoint_runs_may_be_recorded_late_but_not_manual_ones() {
    let world = World::new();
    let script = world.script(&endpoint("Prices", "/prices")).await;
    world.runtime.play(Play::Value(json!("ok")));
    let caller = EndpointCaller::address(Some("203.0.113.7"));
    let called = world.endpoints.call(&ann(), &script, caller, IncomingRequest::default()).await.expect("a run");
    assert!(matches!(called, CallOutcome::Answered { answer: Ok(_), .. }), "{called:?}");
    assert_eq!(recorded(&world), ["ran", "kept success"]);
    world.runs.start(&ann(), request(&script)).await.expect("a run").finished().await;
    assert_eq!(recorded(&world)[2..], ["recorded running", "ran", "recorded success"]);
}

#[tokio::test]
async fn a_cancelled_run_is_recorded_as_cancelled() {
    let world = World::new();
    let run = invoked(&world, Play::Wait).await;
    drop(run.cancel_on_drop());
    let finished = run.finished().await;
    assert_eq!(finished.status(), ExecutionStatus::Cancelled);
    assert_eq!(recorded(&world), ["ran", "kept cancelled"]);
}

#[tokio::test]
async fn a_host_receives_only_events_it_subscribes_to() {
    let world = World::new();
    world.host.unsubscribe("scripts.execution.started");
    world.host.unsubscribe("scripts.custom.paid");
    let calls = vec![("events.publish", json!(["paid"])), ("events.publish", json!(["sent"]))];
    invoked(&world, Play::Calls(calls)).await.finished().await;
    world.settled().await;
    assert!(world.runtime.take_answers().iter().all(Result::is_ok), "the script is not concerned");
    let heard = world.host.published_types();
    assert_eq!(heard[1..], ["scripts.custom.sent", "scripts.execution.completed"], "{heard:?}");
}

#[tokio::test]
async fn late_recorded_runs_count_against_quotas() {
    let usual = QuotaPolicy { runs_per_minute: 1, ..QuotaPolicy::default() };
    let world =
        World::with(iota_scripts_domain::Limits::default(), QuotaPolicies { usual, ..QuotaPolicies::default() });
    let script = world.script(&input("Report")).await;
    let wish = || RunRequest { awaited: true, ..request(&script) };
    world.runs.start_for_host(&ann(), wish()).await.expect("a run").finished().await;
    world.runs.start_for_host(&ann(), wish()).await.expect_err("refused");
    assert_eq!(recorded(&world), ["ran", "kept success"]);
}
