//! Who may end a run, and the effect of ending it.

use iota_scripts_domain::{Execution, ExecutionId, ExecutionState, ExecutionStatus, NewExecution};
use serde_json::json;

use crate::{
    fakes::{Insert, Play},
    world::{World, ann, bob, gus, input, node, refusal, request},
};

#[tokio::test]
async fn a_cancelled_run_is_recorded_as_cancelled_once() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    world.runs.cancel(&ann(), run.id()).await.expect("cancelled");
    assert_eq!(run.finished().await.status(), ExecutionStatus::Cancelled);
    world.settled().await;
    world.journal.position_of("recorded cancelled");
    world.journal.position_of("published scripts.execution.failed");
}

#[tokio::test]
async fn another_tenant_cannot_cancel_a_run() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    assert_eq!(refusal(world.runs.cancel(&gus(), run.id()).await), r#"NotFound("execution")"#);
    world.runs.cancel_all(Some(gus().tenant_id())).await;
    assert_eq!(world.runs.active_runs(), 1);
    world.runtime.release();
    assert_eq!(run.finished().await.status(), ExecutionStatus::Success);
}

#[tokio::test]
async fn a_run_is_cancelled_only_by_its_user_or_an_admin() {
    let world = World::new();
    world.host.make_author("bob");
    let run = world.start(Play::Wait).await;
    assert_eq!(refusal(world.runs.cancel(&bob(), run.id()).await), r#"RunsAs([UserId("ann")])"#);
    assert_eq!(world.runs.active_runs(), 1);
    let script = world.script(&input("Bulletin")).await;
    let his = world.runs.start(&bob(), request(&script)).await.expect("a run");
    world.runs.cancel(&bob(), his.id()).await.expect("his own");
    world.runs.cancel(&ann(), run.id()).await.expect("hers");
    assert_eq!(run.finished().await.status(), ExecutionStatus::Cancelled);
}

#[tokio::test]
async fn a_finished_run_cannot_be_cancelled() {
    let world = World::new();
    let finished = world.run(Play::Value(json!(1))).await;
    assert_eq!(refusal(world.runs.cancel(&ann(), finished.id()).await), "AlreadyFinished");
    assert_eq!(world.stored_runs.all(), [(*finished).clone()]);
}

#[tokio::test]
async fn dropping_the_guard_cancels_the_run() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    drop(run.cancel_on_drop());
    assert_eq!(run.finished().await.status(), ExecutionStatus::Cancelled);
}

#[tokio::test]
async fn a_run_continues_without_its_caller() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    let id = run.id();
    let mut listener = run.follow();
    drop(run);
    world.runtime.release();
    while listener.next().await.is_some() {}
    assert_eq!(world.stored_runs.status(id), ExecutionStatus::Success);
}

#[tokio::test]
async fn ending_all_runs_waits_until_they_are_recorded() {
    let world = World::new();
    let runs = [world.start(Play::Wait).await, world.start(Play::Wait).await];
    world.runs.cancel_all(Some(ann().tenant_id())).await;
    for run in runs {
        assert_eq!(world.stored_runs.status(run.id()), ExecutionStatus::Cancelled);
    }
    assert_eq!(world.runs.active_runs(), 0);
}

#[tokio::test]
async fn a_caller_that_leaves_during_recording_cancels_its_run() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    world.stored_runs.on_insert(Insert::LosesTheAnswer);
    {
        let ann = ann();
        let mut start = Box::pin(world.runs.start(&ann, request(&script)));
        tokio::select! {
            biased;
            started = &mut start => panic!("{:?}", started.map(|run| run.id())),
            () = world.stored_runs.taken() => {}
        }
    }
    world.settled().await;
    let runs = world.stored_runs.all();
    assert_eq!(runs.iter().map(|run| run.status()).collect::<Vec<_>>(), [ExecutionStatus::Cancelled]);
    assert!(world.runtime.jobs().is_empty(), "it never ran");
}

#[tokio::test]
async fn a_run_of_another_node_is_cancelled_there() {
    let world = World::new();
    let ours = world.start(Play::Wait).await;
    let stored = world.stored_runs.all().remove(0);
    let started_at = stored.started_at().expect("it runs");
    let head = NewExecution { id: ExecutionId::generate(), ..stored.head().clone() };
    let theirs = Execution::stored(head, ExecutionState::Running { started_at, node: node("node-2") });
    world.stored_runs.put(theirs.clone());

    world.runs.cancel(&ann(), theirs.id()).await.expect("asked");
    world.journal.position_of(&format!("asked other nodes to cancel {}", theirs.id()));
    assert_eq!(world.runs.active_runs(), 1, "ours goes on");
    assert_eq!(refusal(world.runs.cancel(&gus(), theirs.id()).await), r#"NotFound("execution")"#);
    world.runs.cancel(&ann(), ours.id()).await.expect("cancelled");
    ours.finished().await;
}
