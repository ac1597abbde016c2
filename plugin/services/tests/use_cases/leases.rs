//! Leases: runs of a live node are kept, runs of a dead one are ended and announced, each end once.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    Clock as _, EntryPoint, Execution, ExecutionId, ExecutionRepository as _, ExecutionStatus, FaultCode, JsonText,
    NewExecution, ScriptId, ScriptName, ScriptRef, ScriptType, SystemClock, Trigger, Version,
};
use iota_scripts_services::{Background, ExecutionService};
use serde_json::json;
use tokio::{task::JoinHandle, time::sleep};

use crate::{
    fakes::Play,
    world::{LEASE, World, ann, node},
};

/// Keeps the leases until the test ends.
fn keep(runs: &ExecutionService) -> JoinHandle<()> {
    let (runs, background) = (runs.clone(), Background::new(Arc::new(SystemClock)));
    tokio::spawn(async move { runs.keep_leases(&background).await })
}

/// Advances the clock and the timers.
async fn pass(world: &World, time: Duration) {
    world.clock.advance(time);
    sleep(time).await;
}

/// Creates a run of another node.
fn elsewhere(world: &World) -> Execution {
    let now = world.clock.now();
    let script = ScriptRef {
        id: ScriptId::generate(),
        version: Version::FIRST,
        name: ScriptName::parse("Elsewhere").expect("a name"),
    };
    let head = NewExecution {
        dry_run: false,
        libraries: Vec::new(),
        id: ExecutionId::generate(),
        tenant: ann().tenant_id().clone(),
        script,
        entry: EntryPoint::usual_for(ScriptType::OneOff),
        trigger: Trigger::Api,
        user: None,
        origin: None,
        input: JsonText::null(),
        created_at: now,
    };
    Execution::running(head, node("node-2"), now)
}

fn failures(world: &World) -> usize {
    world.host.published_types().iter().filter(|event| *event == "scripts.execution.failed").count()
}

#[tokio::test(start_paused = true)]
async fn a_long_run_of_a_living_node_is_kept() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    let keeping = keep(&world.runs);
    for _ in 0..10 {
        pass(&world, LEASE / 2).await;
    }
    let stored = world.stored_runs.all().remove(0);
    assert_eq!(stored.status(), ExecutionStatus::Running);
    assert!(world.stored_runs.is_held(stored.id()), "renewed before it passed");
    world.runtime.release();
    assert_eq!(run.finished().await.status(), ExecutionStatus::Success);
    keeping.abort();
}

#[tokio::test(start_paused = true)]
async fn a_dead_node_s_run_is_ended_as_lost_and_announced_once() {
    let world = World::new();
    let lost = elsewhere(&world);
    world.stored_runs.put_for(lost.clone(), Duration::from_secs(5));
    let keeping = keep(&world.runs);
    pass(&world, Duration::from_secs(4)).await;
    assert_eq!(world.stored_runs.status(lost.id()), ExecutionStatus::Running, "its lease holds");
    for _ in 0..6 {
        pass(&world, LEASE / 3).await;
    }
    assert_eq!(world.stored_runs.status(lost.id()), ExecutionStatus::Lost);
    assert_eq!(world.stored_runs.all()[0].fault().map(|fault| fault.code), Some(FaultCode::Lost));
    assert_eq!(failures(&world), 1);
    let announced = world.host.published();
    assert_eq!(announced[0].data["execution_id"], lost.id().to_string());
    assert_eq!(&announced[0].tenant, ann().tenant_id());
    keeping.abort();
}

#[tokio::test(start_paused = true)]
async fn a_run_ended_as_lost_does_not_end_a_second_time() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    // This node renewed no lease; another one looks for lost runs.
    world.clock.advance(LEASE + Duration::from_secs(1));
    let recovered = world.stored_runs.recover_lost(10).await;
    assert_eq!(recovered.expect("recovered").len(), 1);

    world.runtime.release();
    run.finished().await;
    world.settled().await;
    assert_eq!(world.stored_runs.status(run.id()), ExecutionStatus::Lost, "the first word stays");
    assert!(!world.host.published_types().iter().any(|event| event == "scripts.execution.completed"));
}

#[tokio::test(start_paused = true)]
async fn a_node_back_from_a_store_outage_ends_no_other_s_runs() {
    let world = World::new();
    let keeping = keep(&world.runs);
    for _ in 0..6 {
        pass(&world, LEASE / 3).await;
    }
    // The database is down for all nodes, for longer than any lease.
    let healthy = elsewhere(&world);
    world.stored_runs.put(healthy.clone());
    world.stored_runs.cut_off(true);
    for _ in 0..6 {
        pass(&world, LEASE / 3).await;
    }
    world.stored_runs.cut_off(false);
    for _ in 0..3 {
        pass(&world, LEASE / 3).await;
        assert_eq!(world.stored_runs.status(healthy.id()), ExecutionStatus::Running, "its node may come back too");
    }
    // The healthy node did not lose its run.
    for _ in 0..3 {
        pass(&world, LEASE / 3).await;
    }
    assert_eq!(world.stored_runs.status(healthy.id()), ExecutionStatus::Lost);
    keeping.abort();
}

#[tokio::test(start_paused = true)]
async fn a_healthy_run_is_kept_whatever_its_node_s_clock_shows() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    let keeping = keep(&world.runs);
    for step in 0..20_u64 {
        if step % 2 == 0 {
            world.clock.set_forward(Duration::from_secs(45));
        } else {
            world.clock.set_back(Duration::from_secs(90));
        }
        pass(&world, LEASE / 3).await;
        assert!(world.stored_runs.is_held(run.id()));
    }
    assert_eq!(world.stored_runs.status(run.id()), ExecutionStatus::Running);
    keeping.abort();
}

#[tokio::test(start_paused = true)]
async fn an_idle_node_renews_its_lease() {
    let world = World::new();
    let keeping = keep(&world.runs);
    pass(&world, LEASE).await;
    assert_eq!(world.stored_runs.nodes(), [node("node-1")]);
    keeping.abort();
}

#[tokio::test(start_paused = true)]
async fn a_run_ended_by_another_node_is_stopped_at_once() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    let keeping = keep(&world.runs);
    pass(&world, LEASE / 3).await;
    world.stored_runs.put_for(world.stored_runs.all().remove(0), Duration::ZERO);
    world.clock.advance(Duration::from_micros(1));
    assert_eq!(world.stored_runs.recover_lost(10).await.expect("recovered").len(), 1);
    pass(&world, LEASE / 3).await;
    let finished = run.finished().await;
    assert_eq!(finished.status(), ExecutionStatus::Lost, "the caller is told the recorded end");
    world.settled().await;
    assert_eq!(world.runs.active_runs(), 0);
    keeping.abort();
}

/// A run that stores a value when it is released.
async fn storing(world: &World) -> iota_scripts_services::Run {
    world.start(Play::CallsWhenReleased(vec![("storage.set", json!(["paid", true]))])).await
}

/// Returns whether it has stored the value.
async fn stored(world: &World) -> bool {
    world.runtime.take_answers();
    world.calls(vec![("storage.get", json!(["paid"]))]).await.remove(0).expect("an answer") == json!(true)
}

#[tokio::test(start_paused = true)]
async fn after_a_stop_a_lost_run_has_no_more_effects() {
    let world = World::new();
    let run = storing(&world).await;
    // As with SIGSTOP: no timer fires, but time passes, and another node ends the run.
    world.clock.advance(LEASE + Duration::from_secs(1));
    assert_eq!(world.stored_runs.recover_lost(10).await.expect("recovered").len(), 1);
    world.runtime.release();
    assert_eq!(run.finished().await.status(), ExecutionStatus::Lost);
    assert!(!stored(&world).await, "the run's former node writes nothing");
}

#[tokio::test(start_paused = true)]
async fn after_a_stop_a_run_still_held_continues() {
    let world = World::new();
    let run = storing(&world).await;
    world.clock.advance(LEASE + Duration::from_secs(1));
    world.runtime.release();
    assert_eq!(run.finished().await.status(), ExecutionStatus::Success);
    assert!(stored(&world).await);
}

#[tokio::test(start_paused = true)]
async fn a_run_of_unknown_ownership_has_no_effects() {
    let world = World::new();
    let run = storing(&world).await;
    world.clock.advance(LEASE);
    world.stored_runs.cut_off(true);
    world.runtime.release();
    run.finished().await;
    let refused = world.runtime.take_answers().remove(0).expect_err("a refusal");
    assert_eq!(refused.code.as_str(), FaultCode::Unavailable.as_str());
    world.stored_runs.cut_off(false);
    assert!(!stored(&world).await);
}
