//! A run is recorded before it starts and finished exactly once, and the host receives both events in that order.

use std::time::Duration;

use iota_scripts_domain::{ExecutionStatus, FaultCode, ManualClock, ScriptInput};
use iota_scripts_services::{Run, RunEvent, RunRequest, Target};
use serde_json::json;
use tokio::time::{Instant, timeout};

use crate::{
    fakes::{Insert, Play},
    world::{World, ann, gus, input, refusal, request},
};

const STARTED: &str = "published scripts.execution.started";
const COMPLETED: &str = "published scripts.execution.completed";
const FAILED: &str = "published scripts.execution.failed";

async fn events_of(run: &Run) -> Vec<String> {
    let mut listener = run.follow();
    let mut heard = Vec::new();
    while let Some(event) = listener.next().await {
        heard.push(match event {
            RunEvent::Log(line) => line.message.clone(),
            RunEvent::Finished(execution) => execution.status().to_string(),
        });
    }
    heard
}

#[tokio::test]
async fn a_run_is_recorded_before_it_starts_and_finished_once() {
    let world = World::new();
    let finished = world.run(Play::Value(json!({"sent": 3}))).await;

    let journal = &world.journal;
    assert!(journal.position_of("recorded running") < journal.position_of("ran"));
    assert!(journal.position_of("ran") < journal.position_of("recorded success"));
    assert_eq!(world.stored_runs.finish_attempts(), 1);
    assert_eq!(world.stored_runs.all(), [(*finished).clone()], "the caller is told the recorded end");
    let record = finished.record().expect("a record");
    assert_eq!(record.outcome.result().map(|json| json.as_str()), Some(r#"{"sent":3}"#));
    assert_eq!(record.receipt.as_ref().map(|receipt| receipt.wall_ms.used), Some(Some(2)), "1.5 ms, rounded up");
}

#[tokio::test]
async fn the_host_receives_the_start_before_the_end() {
    let world = World::new();
    world.run(Play::Value(json!(1))).await;
    let journal = &world.journal;
    assert!(journal.position_of(STARTED) < journal.position_of("recorded success"));
    assert!(
        journal.position_of("recorded success") < journal.position_of(COMPLETED),
        "recorded before it is announced"
    );
}

#[tokio::test]
async fn a_fault_is_recorded_by_kind_and_announced_as_a_failure() {
    for (code, status) in [
        (FaultCode::ScriptError, ExecutionStatus::Failed),
        (FaultCode::CpuLimit, ExecutionStatus::Timeout),
        (FaultCode::Cancelled, ExecutionStatus::Cancelled),
    ] {
        let world = World::new();
        let finished = world.run(Play::Fault(code)).await;
        assert_eq!(finished.status(), status);
        assert_eq!(world.stored_runs.status(finished.id()), status);
        assert!(world.journal.position_of(STARTED) < world.journal.position_of(FAILED));
        assert!(!world.journal.lines().contains(&COMPLETED.to_owned()));
    }
}

#[tokio::test]
async fn a_run_that_cannot_be_recorded_does_not_start() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    world.stored_runs.on_insert(Insert::Refuses);
    let refused = refusal(world.runs.start(&ann(), request(&script)).await);
    assert!(refused.starts_with("Repository(Unavailable"), "{refused}");
    assert!(world.runtime.jobs().is_empty());
    assert_eq!(world.runs.active_runs(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_before_recording_leaves_no_run() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    world.stored_runs.on_insert(Insert::NeverAnswers);
    let ann = ann();
    let start = world.runs.start(&ann, request(&script));
    assert!(timeout(Duration::from_secs(1), start).await.is_err(), "the database does not answer");
    world.settled().await;
    assert_eq!(world.runs.active_runs(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_end_that_fails_twice_is_written_at_the_third_attempt() {
    let world = World::new();
    world.stored_runs.fail_finishes(2);
    let began = Instant::now();
    let finished = world.run(Play::Value(json!(1))).await;
    assert_eq!(world.stored_runs.finish_attempts(), 3);
    assert!(began.elapsed() >= Duration::from_millis(300), "each pause is longer than the one before");
    assert_eq!(world.stored_runs.status(finished.id()), ExecutionStatus::Success);
    world.journal.position_of(COMPLETED);
}

#[tokio::test(start_paused = true)]
async fn an_end_whose_answer_was_lost_is_announced_once() {
    let world = World::new();
    world.stored_runs.lose_answers(1);
    world.run(Play::Value(json!(1))).await;
    assert_eq!(world.stored_runs.finish_attempts(), 2);
    world.journal.position_of("recorded success");
    world.journal.position_of(COMPLETED);
}

#[tokio::test(start_paused = true)]
async fn an_end_that_the_store_wrote_twice_is_announced_once() {
    let world = World::new();
    world.stored_runs.write_twice(1);
    world.run(Play::Value(json!(1))).await;
    assert_eq!(world.stored_runs.finish_attempts(), 1);
    world.journal.position_of(COMPLETED);
}

#[tokio::test(start_paused = true)]
async fn an_end_that_is_never_written_is_not_announced() {
    let world = World::new();
    world.stored_runs.fail_finishes(u32::MAX);
    let finished = world.run(Play::Value(json!(1))).await;
    assert_eq!(finished.status(), ExecutionStatus::Success, "who waits gets the result all the same");
    assert_eq!(world.stored_runs.status(finished.id()), ExecutionStatus::Running, "its lease will end it");
    assert!(!world.journal.lines().contains(&COMPLETED.to_owned()));
    assert_eq!(world.runs.active_runs(), 0);
}

#[tokio::test]
async fn a_runtime_that_panics_does_not_keep_its_run_alive() {
    let world = World::new();
    let run = world.start(Play::Panic).await;
    world.settled().await;
    assert_eq!(world.runs.active_runs(), 0);
    assert_eq!(world.stored_runs.status(run.id()), ExecutionStatus::Running, "its lease will end it");
}

#[tokio::test]
async fn every_listener_gets_every_line_and_the_end() {
    let world = World::new();
    let run = world.start(Play::Log(&["one", "two"])).await;
    let finished = run.finished().await;
    world.settled().await;
    assert_eq!(events_of(&run).await, ["one", "two", "success"]);

    let lines = finished.record().map_or(0, |record| record.log.lines.len());
    assert_eq!(lines, 2, "the record has the same lines");
    let mut told_again = world.runs.follow(&ann(), run.id()).await.expect("a listener");
    assert!(matches!(told_again.next().await, Some(RunEvent::Log(line)) if line.message == "one"));
    assert_eq!(refusal(world.runs.follow(&gus(), run.id()).await), r#"NotFound("execution")"#);
}

#[tokio::test]
async fn after_closing_no_run_starts_and_active_ones_may_end() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    world.runs.close();
    let again = world.stored_scripts.all().remove(0);
    assert_eq!(refusal(world.runs.start(&ann(), request(&again)).await), "Stopping");
    assert_eq!(refusal(world.runs.start_for_host(&ann(), request(&again)).await), "Stopping");
    assert_eq!(world.stored_runs.all().len(), 1);
    world.runtime.release();
    assert_eq!(run.finished().await.status(), ExecutionStatus::Success);
}

#[tokio::test]
async fn an_inactive_script_runs_for_its_author_but_not_the_host() {
    let world = World::new();
    let script = world.script(&ScriptInput { is_active: Some(false), ..input("Report") }).await;
    assert_eq!(refusal(world.runs.start_for_host(&ann(), request(&script)).await), "Inactive");
    assert!(world.stored_runs.all().is_empty() && world.runtime.jobs().is_empty());
    let run = world.runs.start(&ann(), request(&script)).await.expect("a run");
    assert_eq!(run.finished().await.status(), ExecutionStatus::Success);
}

#[tokio::test]
async fn the_host_s_own_code_needs_no_permission() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    world.host.take_queried();
    world.runs.start_for_host(&ann(), request(&script)).await.expect("a run").finished().await;
    assert_eq!(world.host.take_queried(), []);
}

#[tokio::test]
async fn a_script_of_another_tenant_is_not_found_by_id_or_by_name() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    for target in [Target::Id(script.id()), Target::Name("Report".into())] {
        let request = RunRequest { target, ..request(&script) };
        assert_eq!(refusal(world.runs.start(&gus(), request.clone()).await), r#"NotFound("script")"#);
        assert_eq!(refusal(world.runs.start_for_host(&gus(), request).await), r#"NotFound("script")"#);
    }
    assert!(world.stored_runs.all().is_empty());
}

#[tokio::test]
async fn the_name_of_an_embedded_script_suggests_the_function_to_call() {
    let world = World::new();
    let script = world.script(&ScriptInput { script_type: "embedded".into(), ..input("validate_order") }).await;
    world.runs.start(&ann(), request(&script)).await.expect("a run").finished().await;
    let job = world.runtime.jobs().remove(0);
    assert_eq!(job.entry.as_str(), "validateOrder");
    assert_eq!(job.fallback.as_ref().map(|entry| entry.as_str()), Some("main"));
}

#[tokio::test(start_paused = true)]
async fn a_run_s_duration_is_independent_of_the_clock() {
    for set in [ManualClock::set_back, ManualClock::set_forward] {
        let world = World::new();
        let run = world.start(Play::Wait).await;
        set(&world.clock, Duration::from_secs(120));
        world.clock.advance(Duration::from_millis(1_500));
        world.runtime.release();
        assert_eq!(run.finished().await.duration(), Some(Duration::from_millis(1_500)));
    }
}
