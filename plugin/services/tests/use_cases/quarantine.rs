//! A script whose runs repeatedly hit hard limits is switched off, once, with the reason; other scripts are not.
//!
//! Here three strikes within ten minutes are too many.

use std::time::Duration;

use iota_scripts_domain::{FaultCode, Limits, Script, ScriptRepository as _, ScriptVersion};
use iota_scripts_services::RunRequest;
use serde_json::json;

use crate::{
    fakes::Play,
    world::{World, ann, input, request},
};

const QUARANTINED: &str = "published scripts.quarantined";

async fn end(world: &World, script: &Script, play: Play) {
    world.runtime.play(play);
    world.runs.start(&ann(), request(script)).await.expect("a run").finished().await;
    world.settled().await;
}

async fn stored(world: &World, script: &Script) -> Script {
    world.stored_scripts.get(script.tenant(), script.id()).await.expect("the script")
}

async fn newest(world: &World, script: &Script) -> ScriptVersion {
    let current = stored(world, script).await;
    world.stored_scripts.version(script.tenant(), script.id(), current.version()).await.expect("its version")
}

#[tokio::test]
async fn too_many_strikes_quarantine_a_script_and_announce_it() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    for fault in [FaultCode::Timeout, FaultCode::MemoryLimit, FaultCode::Timeout] {
        end(&world, &script, Play::Fault(fault)).await;
    }
    let off = stored(&world, &script).await;
    let reason = off.quarantine().expect("a reason");
    assert_eq!((off.definition().active, reason.fault, reason.times), (false, FaultCode::Timeout, 3));
    assert!(newest(&world, &script).await.summary.as_str().starts_with("Quarantined: TIMEOUT, 3 times since 20"));
    assert_eq!(world.counted.quarantined(), 1);
    world.journal.position_of(QUARANTINED);
    let told =
        world.host.published().into_iter().find(|event| event.event_type == "scripts.quarantined").expect("told");
    assert_eq!((&told.data["quarantine"]["fault"], &told.data["is_active"]), (&json!("TIMEOUT"), &json!(false)));
    assert!(world.runs.start_for_host(&ann(), request(&script)).await.is_err(), "nothing runs it");
}

#[tokio::test]
async fn activation_ends_the_quarantine_and_resets_the_count() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    for _ in 0..3 {
        end(&world, &script, Play::Fault(FaultCode::CpuLimit)).await;
    }
    let again = world.scripts.activate(&ann(), script.id(), None).await.expect("switched on");
    assert_eq!((again.definition().active, again.quarantine()), (true, None));
    assert_eq!(newest(&world, &script).await.summary.as_str(), "Activated after quarantine (CPU_LIMIT)");
    for _ in 0..2 {
        end(&world, &again, Play::Fault(FaultCode::CpuLimit)).await;
    }
    assert!(stored(&world, &script).await.definition().active);
}

#[tokio::test]
async fn old_strikes_do_not_count() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    for _ in 0..4 {
        end(&world, &script, Play::Fault(FaultCode::StackOverflow)).await;
        world.clock.advance(Duration::from_secs(301));
    }
    assert!(stored(&world, &script).await.definition().active);
}

#[tokio::test]
async fn ordinary_ends_neither_query_the_store_nor_quarantine() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    end(&world, &script, Play::Value(json!(1))).await;
    for fault in [FaultCode::ScriptError, FaultCode::Cancelled, FaultCode::PoolExhausted, FaultCode::ServiceError] {
        for _ in 0..3 {
            end(&world, &script, Play::Fault(fault)).await;
        }
    }
    assert_eq!(world.strikes.asked(), 0);
    assert!(stored(&world, &script).await.definition().active);
}

#[tokio::test]
async fn tests_of_unsaved_texts_and_short_timeouts_do_not_count() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    world.runtime.play(Play::Fault(FaultCode::Timeout));
    for _ in 0..3 {
        let source = script.definition().source.clone();
        world.runs.test(&ann(), source, request(&script)).await.expect("a run").finished().await;
        let hurried = RunRequest { timeout_ms: Some(200), ..request(&script) };
        world.runs.start(&ann(), hurried).await.expect("a run").finished().await;
    }
    world.settled().await;
    assert_eq!(world.strikes.asked(), 0);
}

#[tokio::test]
async fn a_time_limit_cut_by_the_operator_counts_as_a_strike() {
    let world = World::with_limits(Limits { wall_ms: 500, ..Limits::granted() });
    let script = world.script(&input("Report")).await;
    for _ in 0..3 {
        end(&world, &script, Play::Fault(FaultCode::Timeout)).await;
    }
    assert!(!stored(&world, &script).await.definition().active);
}

#[tokio::test]
async fn a_script_edited_in_the_meantime_stays_active() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    for _ in 0..2 {
        end(&world, &script, Play::Fault(FaultCode::Timeout)).await;
    }
    let better = iota_scripts_domain::ScriptInput { content: "two()".into(), ..input("Report") };
    let edited = world.scripts.replace(&ann(), script.id(), script.version(), &better).await.expect("saved");
    end(&world, &edited, Play::Fault(FaultCode::Timeout)).await;
    assert!(stored(&world, &script).await.definition().active);
}
