//! Leases: runs of a node that is alive are kept, runs of one that died are ended and announced, each end once.

use std::time::Duration;

use iota_scripts_domain::{
    Clock as _, EntryPoint, Execution, ExecutionId, ExecutionRepository as _, ExecutionStatus, FaultCode, JsonText,
    Lease, NewExecution, ScriptId, ScriptName, ScriptRef, ScriptType, Trigger, Version,
};
use iota_scripts_services::ExecutionService;
use tokio::{task::JoinHandle, time::sleep};

use crate::{
    fakes::{Play, lease_of},
    world::{LEASE, World, ann, node},
};

/// Keeps the leases until the world ends.
fn keep(runs: &ExecutionService) -> JoinHandle<()> {
    let runs = runs.clone();
    tokio::spawn(async move { runs.keep_leases().await })
}

/// Time goes by, on the clock and for the timers.
async fn pass(world: &World, time: Duration) {
    world.clock.advance(time);
    sleep(time).await;
}

/// A run of another node, alive for five seconds more.
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
    let lease = Lease { node: node("node-2"), until: now.plus(Duration::from_secs(5)) };
    Execution::pending(head, lease.clone()).start(lease, now).expect("a running run")
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
    assert!(lease_of(&stored).is_some_and(|lease| lease.until > world.clock.now()), "renewed before it passed");
    world.runtime.release();
    assert_eq!(run.finished().await.status(), ExecutionStatus::Success);
    keeping.abort();
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_node_died_is_ended_as_lost_and_announced_once() {
    let world = World::new();
    let lost = elsewhere(&world);
    world.stored_runs.put(lost.clone());
    let keeping = keep(&world.runs);
    pass(&world, Duration::from_secs(4)).await;
    assert_eq!(world.stored_runs.status(lost.id()), ExecutionStatus::Running, "its lease holds");
    for _ in 0..3 {
        pass(&world, LEASE).await;
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
async fn a_run_that_was_given_up_as_lost_does_not_end_a_second_time() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    // This node kept no lease; another one looks for lost runs.
    world.clock.advance(LEASE + Duration::from_secs(1));
    let recovered = world.stored_runs.recover_lost(world.clock.now(), 10).await;
    assert_eq!(recovered.expect("recovered").len(), 1);

    world.runtime.release();
    run.finished().await;
    world.settled().await;
    assert_eq!(world.stored_runs.status(run.id()), ExecutionStatus::Lost, "the first word stays");
    assert!(!world.host.published_types().iter().any(|event| event == "scripts.execution.completed"));
}
