//! Dry runs: changes are reported and not made, and forbidden operations are rejected as always.

use iota_scripts_domain::{FaultCode, JsonText};
use iota_scripts_services::{RunRequest, ports::HttpError};
use serde_json::{Value, json};

use crate::{
    fakes::Play,
    world::{World, ann, input, request},
};

/// Makes calls in a dry run; returns their results and the report.
async fn dry(world: &World, calls: Vec<(&'static str, Value)>) -> (Vec<Result<Value, String>>, Value) {
    let known = world.stored_scripts.all().into_iter().next();
    let script = match known {
        Some(script) => script,
        None => world.script(&input("Report")).await,
    };
    world.runtime.play(Play::Calls(calls));
    let request = RunRequest { dry_run: true, ..request(&script) };
    let run = world.runs.start(&ann(), request).await.expect("a run");
    let finished = run.finished().await;
    assert!(finished.head().dry_run);
    let told = finished.record().and_then(|record| record.would_change.as_ref()).map(JsonText::to_value);
    let answers = world.runtime.take_answers().into_iter().map(|answer| answer.map_err(|error| error.code.into()));
    (answers.collect(), told.expect("a report"))
}

fn service(name: &str, access: &str) -> Value {
    json!({"name": name, "methods": [{"name": "go", "access": access}]})
}

#[tokio::test]
async fn writes_are_reported_but_not_made_and_reads_are_real() {
    let world = World::new();
    world.bind(&service("reader", "read"));
    world.bind(&service("writer", "write"));
    world.calls(vec![("storage.set", json!(["n", 5]))]).await;
    let calls = vec![
        ("storage.increment", json!(["n", 2])),
        ("storage.get", json!(["n"])),
        ("services.reader.go", json!([])),
        ("services.writer.go", json!([])),
        ("events.publish", json!(["thing", {"a": 1}])),
        ("http.request", json!([{"method": "POST", "url": "https://partner.example/", "json": {"a": 1}}])),
        ("http.request", json!([{"method": "GET", "url": "https://partner.example/"}])),
    ];
    let (answers, told) = dry(&world, calls).await;
    let answers: Vec<Value> = answers.into_iter().map(|answer| answer.expect("an answer")).collect();
    assert_eq!(answers[..4], [json!(7), json!(7), json!("served"), Value::Null]);
    assert_eq!((&answers[5]["status"], &answers[6]["status"]), (&json!(202), &json!(200)));

    assert_eq!(told["storage"], json!([{"key": "n", "before": 5, "after": 7}]));
    assert_eq!(told["services"], json!([{"method": "writer.go", "args": []}]));
    assert_eq!(told["events"], json!([{"type": "scripts.custom.thing", "data": {"a": 1}}]));
    assert_eq!((&told["http"][0]["method"], told["http"].as_array().map(Vec::len)), (&json!("POST"), Some(1)));

    assert_eq!(world.calls(vec![("storage.get", json!(["n"]))]).await, [Ok(json!(5))]);
    let called = world.host.take_calls();
    assert_eq!(
        called.iter().map(|call| (call.method.as_str(), call.dry_run)).collect::<Vec<_>>(),
        [("reader.go", true)]
    );
    assert!(!world.host.published_types().iter().any(|kind| kind.starts_with("scripts.custom.")));
    let sent = world.web.take_sent();
    assert_eq!(sent.iter().map(|(request, _)| request.method.as_str()).collect::<Vec<_>>(), ["GET"]);
}

#[tokio::test]
async fn the_storage_quota_includes_a_dry_run_s_writes() {
    let world = World::new();
    let set = |key: &str| ("storage.set", json!([key, 1]));
    world.calls((0..8).map(|n| ("storage.set", json!([format!("k{n}"), 1]))).collect()).await;
    let calls = vec![
        set("a"),
        set("b"),
        set("c"),
        set("k0"),
        ("storage.delete", json!(["k1"])),
        set("c"),
        ("storage.set", json!(["a", "x".repeat(200_000)])),
    ];
    let (answers, told) = dry(&world, calls).await;
    let quota = FaultCode::StorageQuota.as_str();
    let refused: Vec<_> = answers.iter().map(|answer| answer.as_ref().err().map(String::as_str)).collect();
    assert_eq!(refused, [None, None, Some(quota), None, None, None, None], "ten keys");
    let keys: Vec<&str> =
        told["storage"].as_array().into_iter().flatten().filter_map(|row| row["key"].as_str()).collect();
    assert_eq!((keys, &told["left_out"]), (vec!["b", "c", "k0", "k1"], &json!(1)), "the large one is only counted");

    let large = || ("storage.set", json!(["k0", "x".repeat(260_000)]));
    let calls = vec![
        large(),
        ("storage.set", json!(["k1", "x".repeat(260_000)])),
        ("storage.set", json!(["k2", "x".repeat(260_000)])),
        ("storage.set", json!(["k3", "x".repeat(260_000)])),
        ("storage.set", json!(["k4", "x".repeat(260_000)])),
    ];
    let (answers, _) = dry(&world, calls).await;
    assert_eq!(answers[4], Err(quota.to_owned()), "a megabyte");
    assert!(answers[..4].iter().all(Result::is_ok), "{answers:?}");
}

#[tokio::test]
async fn a_forbidden_url_is_rejected() {
    let world = World::new();
    world.web.fail(HttpError::new(FaultCode::HttpBlocked, "not there"));
    let post = ("http.request", json!([{"method": "POST", "url": "https://partner.example/"}]));
    let (answers, told) = dry(&world, vec![post]).await;
    assert_eq!(answers, [Err(FaultCode::HttpBlocked.as_str().to_owned())]);
    assert_eq!(told["http"], json!([]));
    assert!(world.web.take_sent().is_empty());
}

#[tokio::test]
async fn oversized_events_and_values_are_rejected() {
    let world = World::new();
    let calls = vec![
        ("events.publish", json!(["thing", "x".repeat(70_000)])),
        ("events.publish", json!(["no name"])),
        ("storage.set", json!(["k", "x".repeat(300_000)])),
    ];
    let (answers, told) = dry(&world, calls).await;
    assert_eq!(answers, ["TOO_LARGE", "VALIDATION", "VALIDATION"].map(|code| Err(code.to_owned())));
    assert_eq!((&told["events"], &told["storage"]), (&json!([]), &json!([])));
}
