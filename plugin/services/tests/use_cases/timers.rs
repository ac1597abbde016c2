//! The timers of a run.

use std::time::Duration;

use iota_scripts_domain::{FaultCode, Limits};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{fakes::Play, world::World};

#[tokio::test(start_paused = true)]
async fn a_wait_takes_its_time_and_is_not_a_host_call() {
    let world = World::with_limits(Limits { host_calls: 1, ..Limits::granted() });
    let began = Instant::now();
    let calls = vec![("timer.wait", json!([250])), ("timer.wait", json!([1])), ("storage.get", json!(["a"]))];
    let finished = world.run(Play::Calls(calls)).await;
    assert_eq!(world.runtime.take_answers(), vec![Ok(Value::Null); 3]);
    let waited = began.elapsed();
    assert!(waited >= Duration::from_millis(251) && waited < Duration::from_secs(5), "{waited:?}");
    let receipt = finished.record().and_then(|record| record.receipt).expect("a receipt");
    assert_eq!((receipt.host_calls.used, receipt.message_bytes.used.is_some()), (Some(1), true));
}

#[tokio::test(start_paused = true)]
async fn no_wait_is_longer_than_a_run_can_be() {
    let world = World::with_limits(Limits { wall_ms: 1_000, ..Limits::granted() });
    let began = Instant::now();
    assert_eq!(world.calls(vec![("timer.wait", json!([2_147_483_647]))]).await, [Ok(Value::Null)]);
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_run_s_timers_are_limited() {
    let world = World::new();
    let answers = world.calls(vec![("timer.wait", json!([0])); 100_001]).await;
    let refused = answers.last().and_then(|answer| answer.as_ref().err()).map(|error| error.code.as_str());
    assert_eq!(refused, Some(FaultCode::TimerLimit.as_str()));
    assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), 1);
    for nonsense in [json!([-1]), json!([]), json!(["soon"])] {
        let answers = world.calls(vec![("timer.wait", nonsense)]).await;
        assert_eq!(answers[0].as_ref().map_err(|error| error.code.as_str()), Err("VALIDATION"));
    }
}
