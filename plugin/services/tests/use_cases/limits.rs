//! The limits of a run: the script's own, reduced by the request, below the operator's.

use iota_scripts_domain::{FaultCode, JsonText, Limits, ScriptInput};
use iota_scripts_services::{RunRequest, ports::HostError};
use serde_json::json;

use crate::{
    fakes::Play,
    world::{World, ann, input, request},
};

/// Returns the limits of a run that requests this time limit, of a script with ten seconds.
async fn limits(world: &World, timeout_ms: Option<u64>) -> Limits {
    let name = format!("Report {timeout_ms:?}");
    let script = world.script(&ScriptInput { timeout_seconds: Some(10), ..input(&name) }).await;
    let request = RunRequest { timeout_ms, ..request(&script) };
    world.runs.start(&ann(), request).await.expect("a run").finished().await;
    world.runtime.jobs().last().expect("a job").limits
}

#[tokio::test]
async fn a_request_can_only_shorten_a_run_s_time_limit() {
    let world = World::new();
    assert_eq!(limits(&world, None).await.wall_ms, 10_000);
    assert_eq!(limits(&world, Some(2_000)).await.wall_ms, 2_000);
    assert_eq!(limits(&world, Some(60_000)).await.wall_ms, 10_000);
    assert_eq!(limits(&world, Some(0)).await.wall_ms, 100, "the least that makes sense");
}

#[tokio::test]
async fn the_operator_s_limit_overrides_author_and_request() {
    let world = World::with_limits(Limits { wall_ms: 5_000, memory_bytes: 32 << 20, ..Limits::granted() });
    for wish in [None, Some(60_000)] {
        let limits = limits(&world, wish).await;
        assert_eq!((limits.wall_ms, limits.memory_bytes), (5_000, 32 << 20));
    }
}

#[tokio::test]
async fn all_calls_share_one_limit_and_excess_calls_do_nothing() {
    let world = World::with_limits(Limits { host_calls: 2, ..Limits::granted() });
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
async fn each_run_has_its_own_counters() {
    let world = World::with_limits(Limits { host_calls: 1, ..Limits::granted() });
    for _ in 0..2 {
        let finished = world.run(Play::Calls(vec![("storage.get", json!(["a"]))])).await;
        assert_eq!(world.runtime.take_answers(), [Ok(json!(null))]);
        let receipt = finished.record().and_then(|record| record.receipt).expect("a receipt");
        assert_eq!((receipt.host_calls.used, receipt.host_calls.allowed), (Some(1), 1));
    }
}

#[tokio::test]
async fn an_input_beyond_its_limits_is_rejected_unrecorded() {
    let world = World::with_limits(Limits { input_bytes: 1024, json_depth: 8, ..Limits::granted() });
    let script = world.script(&input("Report")).await;
    let args = |value: &serde_json::Value| JsonText::from(&json!([value]));
    let nested = (0..9).fold(json!(1), |inner, _| json!([inner]));
    for (value, code) in [(json!("x".repeat(1023)), FaultCode::InputTooLarge), (nested, FaultCode::InputTooNested)] {
        let request = RunRequest { args: args(&value), ..request(&script) };
        for started in
            [world.runs.start(&ann(), request.clone()).await, world.runs.start_for_host(&ann(), request).await]
        {
            let error = started.expect_err("a refusal");
            assert_eq!((error.code(), error.field()), (code, Some("input")));
        }
    }
    assert!(world.stored_runs.all().is_empty() && world.runtime.jobs().is_empty());
    let fits = RunRequest { args: args(&json!("x".repeat(1022))), ..request(&script) };
    world.runs.start(&ann(), fits).await.expect("a run");
}

#[tokio::test]
async fn an_oversized_call_or_answer_fails_without_ending_the_run() {
    let world = World::with_limits(Limits { message_bytes: 1024, ..Limits::granted() });
    let large = "x".repeat(1030);
    let answers = world
        .calls(vec![
            ("storage.set", json!(["a", large])),
            ("storage.set", json!(["a", "x".repeat(1010)])),
            ("storage.get", json!(["a"])),
        ])
        .await;
    let code =
        |answer: &Result<serde_json::Value, HostError>| answer.as_ref().err().map(|error| error.code.to_string());
    assert_eq!(answers.iter().map(code).collect::<Vec<_>>(), [Some("TOO_LARGE".to_owned()), None, None]);
}

#[tokio::test]
async fn the_receipt_lists_usage_limits_and_unmeasured_figures() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    world.runtime.play(Play::Calls(vec![
        ("storage.set", json!(["key", "value"])),
        ("storage.get", json!(["key"])),
        ("events.publish", json!(["done"])),
        ("template.get", json!(["none"])),
    ]));
    let request = RunRequest { args: JsonText::from(&json!([{"a": [1]}])), ..request(&script) };
    let finished = world.runs.start(&ann(), request).await.expect("a run").finished().await;
    let receipt = finished.record().and_then(|record| record.receipt).expect("a receipt");
    assert_eq!(receipt.host_calls.used, Some(4));
    let kinds = receipt.host_calls_by_kind;
    assert_eq!((kinds.storage, kinds.events, kinds.templates, kinds.services), (2, 1, 1, 0));
    assert_eq!((receipt.events.used, receipt.pending_host_calls.used), (Some(1), Some(1)));
    assert_eq!((receipt.input_bytes.used, receipt.json_depth.used), (Some(9), Some(2)));
    assert_eq!(receipt.source_bytes.used, Some("one()".len() as u64));
    assert!(receipt.message_bytes.used > Some(15), "the largest message in either direction");
    assert_eq!((receipt.call_depth.used, receipt.call_depth.allowed), (None, 4_000));
}
