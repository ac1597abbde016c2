//! Events that scripts publish: separated from the host's by a prefix, limited in size and number.

use iota_scripts_domain::Limits;
use serde_json::{Value, json};

use crate::{
    fakes::Play,
    world::{World, ann},
};

fn custom(world: &World) -> Vec<String> {
    world.host.published_types().into_iter().filter(|event| event.starts_with("scripts.custom.")).collect()
}

#[tokio::test]
async fn a_script_s_event_has_prefix_tenant_and_user() {
    let world = World::new();
    let events = vec![("events.publish", json!(["order.late", {"order": 7}])), ("events.publish", json!(["done"]))];
    let finished = world.run(Play::Calls(events)).await;
    let answers = world.runtime.take_answers();
    assert_eq!(answers[0].as_ref().map(|receipt| &receipt["type"]), Ok(&json!("scripts.custom.order.late")));
    assert_eq!(custom(&world), ["scripts.custom.order.late", "scripts.custom.done"]);

    let published = world.host.published();
    let mut published = published.iter().filter(|event| event.event_type.starts_with("scripts.custom."));
    let (late, done) = (published.next().expect("an event"), published.next().expect("an event"));
    assert_eq!((&late.tenant, late.user.as_ref()), (ann().tenant_id(), ann().user_id()));
    assert_eq!((&late.data, &done.data), (&json!({"order": 7}), &Value::Null));
    assert!(late.id.starts_with(&finished.id().to_string()) && late.id != done.id);
}

#[tokio::test]
async fn a_script_cannot_forge_the_host_s_events() {
    let world = World::new();
    world.calls(vec![("events.publish", json!(["scripts.execution.completed"]))]).await;
    assert_eq!(custom(&world), ["scripts.custom.scripts.execution.completed"]);
}

#[tokio::test]
async fn an_event_type_has_only_allowed_characters() {
    let world = World::new();
    let long = "x".repeat(201);
    for args in [json!([]), json!([7]), json!([""]), json!(["a b"]), json!(["a\nb"]), json!(["ё"]), json!([long])] {
        assert_eq!(world.refusal("events.publish", args.clone()).await.code.as_str(), "VALIDATION", "{args}");
    }
    assert!(custom(&world).is_empty());
}

#[tokio::test]
async fn an_oversized_event_is_rejected() {
    let world = World::new();
    let refused = world.refusal("events.publish", json!(["big", "x".repeat(64 * 1024)])).await;
    assert_eq!(refused.code.as_str(), "TOO_LARGE");
    assert!(custom(&world).is_empty());
}

#[tokio::test]
async fn a_run_cannot_exceed_its_limit_of_events() {
    let world = World::with_limits(Limits { events: 2, ..Limits::granted() });
    let answers = world.calls(vec![("events.publish", json!(["again"])); 3]).await;
    assert_eq!(answers[2].as_ref().map_err(|error| error.code.as_str()), Err("QUOTA_EXCEEDED"));
    assert_eq!(custom(&world).len(), 2);
}
