//! What a run may use: the author's wish, shortened by the request, under the ceiling of the node.

use iota_scripts_domain::{Limits, ScriptInput};
use iota_scripts_services::RunRequest;
use serde_json::json;

use crate::{
    fakes::Play,
    world::{World, ann, input, request},
};

/// The limits of a run that asks for this time, of a script that has ten seconds.
async fn limits(world: &World, timeout_ms: Option<u64>) -> Limits {
    let name = format!("Report {timeout_ms:?}");
    let script = world.script(&ScriptInput { timeout_seconds: Some(10), ..input(&name) }).await;
    let request = RunRequest { timeout_ms, ..request(&script) };
    world.runs.start(&ann(), request).await.expect("a run").finished().await;
    world.runtime.jobs().last().expect("a job").limits
}

#[tokio::test]
async fn a_request_can_only_shorten_the_time_of_a_run() {
    let world = World::new();
    assert_eq!(limits(&world, None).await.wall_ms, 10_000);
    assert_eq!(limits(&world, Some(2_000)).await.wall_ms, 2_000);
    assert_eq!(limits(&world, Some(60_000)).await.wall_ms, 10_000);
    assert_eq!(limits(&world, Some(0)).await.wall_ms, 100, "the least that makes sense");
}

#[tokio::test]
async fn the_ceiling_of_the_node_holds_against_author_and_request() {
    let world = World::with_ceiling(Limits { wall_ms: 5_000, memory_bytes: 32 << 20, ..Limits::MAX });
    for wish in [None, Some(60_000)] {
        let limits = limits(&world, wish).await;
        assert_eq!((limits.wall_ms, limits.memory_bytes), (5_000, 32 << 20));
    }
}

#[tokio::test]
async fn calls_of_every_kind_count_together_and_the_one_too_many_does_nothing() {
    let world = World::with_ceiling(Limits { host_calls: 2, ..Limits::MAX });
    let calls = vec![
        ("storage.set", json!(["a", 1])),
        ("storage.get", json!(["a"])),
        ("events.publish", json!(["late"])),
        ("storage.delete", json!(["a"])),
    ];
    let answers = world.calls(calls).await;
    assert_eq!(answers[..2], [Ok(json!(null)), Ok(json!(1))]);
    for answer in &answers[2..] {
        assert_eq!(answer.as_ref().map_err(|error| error.code.as_str()), Err("HOST_CALL_LIMIT"));
    }
    assert!(!world.storage.is_empty());
    assert!(!world.host.published_types().iter().any(|event| event.contains("late")));
}

#[tokio::test]
async fn each_run_counts_for_itself() {
    let world = World::with_ceiling(Limits { host_calls: 1, ..Limits::MAX });
    for _ in 0..2 {
        let finished = world.run(Play::Calls(vec![("storage.get", json!(["a"]))])).await;
        assert_eq!(world.runtime.take_answers(), [Ok(json!(null))]);
        let receipt = finished.record().and_then(|record| record.receipt).expect("a receipt");
        assert_eq!((receipt.host_calls.used, receipt.host_calls.allowed), (1, 1));
    }
}
