//! What a warm call costs the machine, counted and not timed: system calls, and switches between threads. Each has a bound that leaves
//! room for a busy machine; whoever makes a request dearer sees it here. `make race` measures the same in the build that ships.
//!
//! Alone in its program, so that no other test is counted. System calls are counted by strace, where it is installed and may look at
//! this process; switches by Linux itself.

mod counted;

use axum::{body::Body, http::Request};
use futures_util::future::join_all;
use iota_scripts_host::Identity;
use iota_scripts_tests::{Stage, TestDatabase, admin};
use serde_json::json;

use counted::Counts;

const HELLO: &str = "function handleRequest(req) { return {status: 200, body: {hello: req.params.name}}; }";
const RULE: &str = "function main(order) { return {valid: order.total < 1000}; }";
const WARM: usize = 200;
const CALLS: usize = 400;

/// How many calls are under way at a time, and the most of each count for one call. On a slow machine fewer records share a transaction,
/// some 25 system calls, so there is room for one in every call.
struct Bound {
    lanes: usize,
    system_calls: f64,
    switches: f64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_warm_request_and_a_warm_call_cost_no_more_than_they_did() {
    for (isolation, bounds) in [
        (
            "worker",
            [
                Bound { lanes: 1, system_calls: 75.0, switches: 16.0 },
                Bound { lanes: 16, system_calls: 45.0, switches: 11.0 },
            ],
        ),
        (
            "in_process",
            [
                Bound { lanes: 1, system_calls: 75.0, switches: 16.0 },
                Bound { lanes: 16, system_calls: 36.0, switches: 10.0 },
            ],
        ),
    ] {
        let database = TestDatabase::sqlite();
        let stage = Stage::start(database.url(), &json!({"isolation": isolation, "events": []})).await;
        let ann = admin();
        let endpoint = json!({"name": "hello", "type": "endpoint", "endpoint_method": "GET", "endpoint_path": "/hello/:name",
                              "rate_limit_per_minute": 1_000_000, "content": HELLO});
        stage.api(&ann, "POST", "/scripts", Some(endpoint)).await.expect(201);
        stage.script(&ann, "rule", "embedded", RULE).await;
        for bound in bounds {
            let hello = counted(bound.lanes, async || hello(&stage, &ann).await).await;
            hello.are_within(
                &format!("hello, {isolation}, {} at a time", bound.lanes),
                bound.system_calls,
                bound.switches,
            );
            let rule = counted(bound.lanes, async || rule(&stage, &ann).await).await;
            rule.are_within(
                &format!("invoke, {isolation}, {} at a time", bound.lanes),
                bound.system_calls,
                bound.switches,
            );
        }
        stage.stop().await;
    }
}

async fn hello(stage: &Stage, who: &Identity) {
    let mut request = Request::get("/api/scripts/hello/Ada").body(Body::empty()).expect("a request");
    request.extensions_mut().insert(who.clone());
    let reply = stage.reply(request).await;
    assert_eq!((reply.status, reply.text.as_str()), (200, r#"{"hello":"Ada"}"#));
}

async fn rule(stage: &Stage, who: &Identity) {
    let verdict = stage.plugin.invoke(who, "rule", &json!({"total": 7})).await.expect("a value");
    assert_eq!(verdict, json!({"valid": true}));
}

/// What one of many calls costs, once all is warm. Switches are counted first: who counts system calls makes them dearer.
async fn counted(lanes: usize, call: impl AsyncFn()) -> Counts {
    let call = &call;
    let calls = async |all: usize| {
        join_all((0..lanes).map(|_| async {
            for _ in 0..all / lanes {
                call().await;
            }
        }))
        .await;
    };
    calls(WARM).await;
    let switches = counted::switches_of(async || calls(CALLS).await).await;
    let system_calls = counted::system_calls_of(async || calls(CALLS).await).await;
    Counts { system_calls: system_calls.map(|all| all / CALLS as f64), switches: switches / CALLS as f64 }
}
