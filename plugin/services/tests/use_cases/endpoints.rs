//! An endpoint's callers are throttled one by one; it keeps serving all others.
//!
//! Here three strikes within ten minutes are too many, and a throttled endpoint runs one request at a time.

use std::time::Duration;

use iota_scripts_domain::{EndpointCaller, FaultCode, Script, ScriptInput, ScriptRepository as _};
use iota_scripts_services::{CallOutcome, IncomingRequest, RateState, ServiceError};
use serde_json::json;

use crate::{
    fakes::Play,
    world::{World, ann, endpoint},
};

fn at(ip: &str) -> EndpointCaller {
    EndpointCaller::address(Some(ip))
}

async fn public(world: &World) -> Script {
    world.script(&ScriptInput { endpoint_access: Some("public".into()), ..endpoint("Prices", "/prices") }).await
}

async fn call(world: &World, script: &Script, caller: EndpointCaller, play: Play) -> CallOutcome {
    world.runtime.play(play);
    let called = world.endpoints.call(&ann(), script, caller, IncomingRequest::default()).await.expect("a run");
    world.settled().await;
    called
}

async fn is_on(world: &World, script: &Script) -> bool {
    world.stored_scripts.get(script.tenant(), script.id()).await.is_ok_and(|script| script.definition().active)
}

#[tokio::test]
async fn only_a_caller_that_hits_hard_limits_is_throttled() {
    let world = World::new();
    let script = public(&world).await;
    let slow = at("203.0.113.7");
    for _ in 0..3 {
        assert_eq!(world.endpoints.admit(&script, &slow), RateState::Within);
        assert!(matches!(
            call(&world, &script, slow.clone(), Play::Fault(FaultCode::Timeout)).await,
            CallOutcome::Failed { .. }
        ));
    }
    assert!(is_on(&world, &script).await, "strangers switch nothing off");
    let RateState::Held { retry_after } = world.endpoints.admit(&script, &slow) else { panic!("not held back") };
    assert_eq!(retry_after, Duration::from_secs(600));
    assert_eq!(world.endpoints.admit(&script, &at("203.0.113.8")), RateState::Within);
    let other = call(&world, &script, at("203.0.113.8"), Play::Value(json!("ok"))).await;
    assert!(matches!(other, CallOutcome::Answered { answer: Ok(_), .. }), "{other:?}");

    let held = world.endpoints.held(&script).await.expect("a list");
    assert_eq!(
        held.iter().map(|held| (held.caller.as_str(), held.times)).collect::<Vec<_>>(),
        [("address:203.0.113.7", 3)]
    );
    let told = world.host.published().into_iter().find(|event| event.event_type == "scripts.endpoint_throttled");
    let told = told.expect("the owner is told");
    assert_eq!((&told.data["caller"], &told.data["fault"]), (&json!("address:203.0.113.7"), &json!("TIMEOUT")));

    world.clock.advance(Duration::from_secs(601));
    assert_eq!(world.endpoints.admit(&script, &slow), RateState::Within, "for a while, and not for ever");
    assert!(world.endpoints.held(&script).await.expect("a list").is_empty());
}

#[tokio::test]
async fn known_callers_are_throttled_until_the_script_changes() {
    let world = World::new();
    let script = public(&world).await;
    for caller in [at("203.0.113.7"), EndpointCaller::unknown()] {
        for _ in 0..3 {
            call(&world, &script, caller.clone(), Play::Fault(FaultCode::MemoryLimit)).await;
        }
    }
    assert_eq!(world.endpoints.admit(&script, &EndpointCaller::unknown()), RateState::Within);
    assert!(matches!(world.endpoints.admit(&script, &at("203.0.113.7")), RateState::Held { .. }));
    let faster = ScriptInput {
        content: "two()".into(),
        endpoint_access: Some("public".into()),
        ..endpoint("Prices", "/prices")
    };
    let faster = world.scripts.replace(&ann(), script.id(), script.version(), &faster).await.expect("edited");
    assert_eq!(world.endpoints.admit(&faster, &at("203.0.113.7")), RateState::Within);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_endpoint_gets_only_its_share_of_workers() {
    let world = World::new();
    let script = public(&world).await;
    for number in 0..3 {
        call(&world, &script, at(&format!("203.0.113.{number}")), Play::Fault(FaultCode::Timeout)).await;
    }
    world.runtime.play(Play::Wait);
    let ann = ann();
    let first = world.endpoints.call(&ann, &script, at("203.0.113.7"), IncomingRequest::default());
    let second = world.endpoints.call(&ann, &script, at("203.0.113.8"), IncomingRequest::default());
    tokio::pin!(first);
    tokio::select! {
        biased;
        called = &mut first => panic!("it waits: {called:?}"),
        refused = second => assert_eq!(refused.map(|_| ()).map_err(|error| error.to_string()), Err("the endpoint is busy; try again".to_owned())),
    }
    world.runtime.release();
    assert!(matches!(first.await, Ok(CallOutcome::Answered { .. })));
    world.runtime.play(Play::Value(json!("ok")));
    let next = world.endpoints.call(&ann, &script, at("203.0.113.8"), IncomingRequest::default()).await;
    assert!(matches!(next, Ok(CallOutcome::Answered { .. })), "a place is free again");
}

#[tokio::test]
async fn a_full_cache_of_host_names_evicts_one_only() {
    const REMEMBERED: usize = 10_000;
    let world = World::new();
    let visit = async |number: usize| {
        let visited = world.endpoints.visitor(&format!("shop-{number}.example")).await;
        assert!(matches!(visited, Err(ServiceError::NotFound(_))));
    };
    for number in 0..=REMEMBERED {
        visit(number).await;
    }
    for number in 1..=REMEMBERED {
        visit(number).await;
    }
    assert_eq!(world.host.host_queries(), REMEMBERED + 1);
}
