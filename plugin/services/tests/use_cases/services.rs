//! Calls of the host's services: only bound ones, for the right type of script, with valid arguments.

use std::sync::Arc;

use iota_scripts_services::ports::HostError;
use serde_json::{Value, json};

use crate::{
    fakes::Play,
    world::{World, ann, input, request},
};

/// A world whose host has the service `clients`.
fn world() -> World {
    let world = World::new();
    let by_id = json!({"type": "array", "prefixItems": [{"type": "string"}], "minItems": 1});
    world.bind(&json!({"name": "clients", "methods": [
        {"name": "get", "access": "read", "params": by_id},
        {"name": "purge", "script_types": ["cron"]},
    ]}));
    world
}

async fn code(world: &World, method: &'static str, args: Value) -> String {
    world.refusal(method, args).await.code.into()
}

#[tokio::test]
async fn a_call_reaches_the_host_with_the_run_s_identity_and_time() {
    let world = world();
    let finished = world
        .run(Play::Calls(vec![("services.clients.get", json!(["7"])), ("services.clients.get", json!(["7"]))]))
        .await;
    assert_eq!(world.runtime.take_answers(), [Ok(json!("served")), Ok(json!("served"))]);
    let calls = world.host.take_calls();
    assert_eq!(calls.len(), 2);
    assert_eq!((calls[0].method.as_str(), calls[0].args.as_str()), ("clients.get", r#"["7"]"#));
    assert_eq!((&calls[0].identity, calls[0].execution_id), (&ann(), finished.id()));
    assert!((1..=30_000).contains(&calls[0].deadline_ms));
    assert_ne!(calls[0].idempotency_key, calls[1].idempotency_key, "two calls, not one repeated");
}

#[tokio::test]
async fn unbound_services_do_not_exist() {
    let world = world();
    for method in ["services.clients.drop", "services.orders.get", "services.clients", "services."] {
        assert_eq!(code(&world, method, json!([])).await, "SERVICE_NOT_BOUND", "{method}");
    }
    assert!(world.catalog.unbind("clients"));
    assert_eq!(code(&world, "services.clients.get", json!(["7"])).await, "SERVICE_NOT_BOUND");
    for method in ["fetch", "storage", "storage.rename", "events.drop", "template.put"] {
        assert_eq!(code(&world, method, json!([])).await, "NOT_FOUND", "{method}");
    }
    assert!(world.host.take_calls().is_empty());
}

#[tokio::test]
async fn a_service_may_exclude_a_script_type() {
    let world = world();
    let refused = world.refusal("services.clients.purge", json!([])).await;
    assert_eq!(refused.code.as_str(), "FORBIDDEN");
    assert!(refused.message.contains("one_off"), "{refused}");
    assert!(world.host.take_calls().is_empty());
}

#[tokio::test]
async fn invalid_arguments_never_reach_the_host() {
    let world = world();
    let refused = world.refusal("services.clients.get", json!([7])).await;
    assert_eq!((refused.code.as_str(), refused.field.as_deref()), ("VALIDATION", Some("/0")));
    assert_eq!(code(&world, "services.clients.get", json!([])).await, "VALIDATION");
    assert!(world.host.take_calls().is_empty());
}

#[tokio::test]
async fn the_host_s_error_reaches_the_script_unchanged() {
    let world = world();
    let script = world.script(&input("Report")).await;
    let error = HostError {
        field: Some("id".into()),
        details: Some(json!({"known": 3})),
        ..HostError::new("NOT_FOUND", "no such client")
    };
    world.host.fail(error.clone());
    world.runtime.play(Play::Calls(vec![("services.clients.get", json!(["7"]))]));
    // Started by the host's own code: this host's RBAC does not answer either.
    let run = world.runs.start_for_host(&ann(), request(&script)).await.expect("a run");
    let finished = run.finished().await;
    assert_eq!(world.runtime.take_answers(), [Err(error)]);
    assert!(finished.fault().is_none(), "events that the host does not take do not fail a run");
}

#[tokio::test(start_paused = true)]
async fn an_unanswered_call_ends_within_the_run_s_time_limit() {
    let world = world();
    world.host.stop_answering();
    let refused = world.refusal("services.clients.get", json!(["7"])).await;
    assert_eq!(refused.code.as_str(), "TIMEOUT");
    assert_eq!(world.host.take_calls().len(), 1);
}

#[tokio::test]
async fn scripts_see_the_bound_services() {
    let world = world();
    let names = |world: &World| -> Vec<String> {
        let signatures: Arc<[_]> = world.catalog.signatures();
        signatures.iter().map(|service| format!("{}: {}", service.service, service.methods.join(", "))).collect()
    };
    assert_eq!(names(&world), ["clients: get, purge"]);
    world.bind(&json!({"name": "clients", "methods": [{"name": "list"}]}));
    assert_eq!(names(&world), ["clients: list"], "a service is replaced as a whole");
}
