//! The cost of a warm call, counted and not timed: reads and writes, and switches between threads. Each has a limit that leaves room for
//! a busy machine; a change that makes a request more expensive fails here. `make race` counts all system calls, in the release build: it
//! needs a tracer, and a process hangs if its tracer does.
//!
//! In a separate program, so that no other test is counted.

mod counted;

use std::time::Duration;

use axum::{body::Body, http::Request};
use futures_util::future::join_all;
use iota_scripts_host::{Event, Identity};
use iota_scripts_tests::{Stage, TestDatabase, admin, tables};
use serde_json::json;
use tokio::{sync::Mutex, time::timeout};

use counted::Counts;

/// Serializes the tests, so that each counts only its own work.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

const HELLO: &str = "function handleRequest(req) { return {status: 200, body: {hello: req.params.name}}; }";
const READ: &str = "async function handleRequest() { return await db.findOne('orders', {id: 1}); }";
const RULE: &str = "function main(order) { return {valid: order.total < 1000}; }";
const WARM: usize = 200;
const CALLS: usize = 400;

/// The maximum of each count for one call, alone and with fifteen others in flight. On a slow machine fewer records share a transaction:
/// the limit is three times the value of an idle machine.
const ALONE: Counts = Counts { transfers: 20.0, switches: 12.0 };
const AMONG_OTHERS: Counts = Counts { transfers: 14.0, switches: 8.0 };
/// For a request that reads one row of the application's SQLite file: one message to the process that has it open, and one back.
const READS_ALONE: Counts = Counts { transfers: 34.0, switches: 26.0 };
const READS_AMONG_OTHERS: Counts = Counts { transfers: 24.0, switches: 14.0 };
/// For a run of an occurrence, from the event that it answers to its settled end: four transactions, and the notice to the host.
const ATTEMPT: Counts = Counts { transfers: 160.0, switches: 90.0 };
const ATTEMPTS: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_warm_request_and_call_stay_within_their_cost() {
    let _turn = ONE_AT_A_TIME.lock().await;
    for isolation in ["worker", "in_process"] {
        let database = TestDatabase::sqlite();
        let stage = Stage::start(database.url(), &json!({"isolation": isolation, "events": []})).await;
        let ann = admin();
        let endpoint = json!({"name": "hello", "type": "endpoint", "endpoint_method": "GET", "endpoint_path": "/hello/:name",
                              "rate_limit_per_minute": 1_000_000, "content": HELLO});
        stage.api(&ann, "POST", "/scripts", Some(endpoint)).await.expect(201);
        stage.script(&ann, "rule", "embedded", RULE).await;
        for (lanes, most) in [(1, ALONE), (16, AMONG_OTHERS)] {
            let hello = counted(lanes, async || hello(&stage, &ann).await).await;
            hello.are_within(&format!("hello, {isolation}, {lanes} at a time"), most);
            let rule = counted(lanes, async || rule(&stage, &ann).await).await;
            rule.are_within(&format!("invoke, {isolation}, {lanes} at a time"), most);
        }
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_warm_read_of_a_row_stays_within_its_cost() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let (database, file) = (TestDatabase::sqlite(), TestDatabase::sqlite());
    tables::create(&file).await;
    let mut config = tables::config(file.url());
    config["events"] = json!([]);
    let stage = Stage::start(database.url(), &config).await;
    let ann = admin();
    let endpoint = json!({"name": "read", "type": "endpoint", "endpoint_method": "GET", "endpoint_path": "/first",
                          "rate_limit_per_minute": 1_000_000, "content": READ});
    stage.api(&ann, "POST", "/scripts", Some(endpoint)).await.expect(201);
    for (lanes, most) in [(1, READS_ALONE), (16, READS_AMONG_OTHERS)] {
        let read = counted(lanes, async || read(&stage, &ann).await).await;
        read.are_within(&format!("a read, {lanes} at a time"), most);
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_run_of_an_occurrence_stays_within_its_cost() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({"events": [COMPLETED]})).await;
    let body = json!({"name": "On paid", "type": "embedded", "event_patterns": ["order.paid"], "content": "function main(event) { return event.id; }"});
    stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
    let mut sent = 0;
    let mut answered = async |all: usize| {
        for _ in 0..all {
            sent += 1;
            stage.plugin.event(&paid(sent)).expect("the plugin accepts it");
            timeout(TIMEOUT, stage.host.nth_event(COMPLETED, sent)).await.expect("it is run");
        }
    };
    answered(20).await;
    let attempt = counted::of(ATTEMPTS, async || answered(ATTEMPTS).await).await;
    attempt.are_within("a run for an occurrence", ATTEMPT);
    stage.stop().await;
}

const COMPLETED: &str = "scripts.execution.completed";

fn paid(number: usize) -> Event {
    let (kind, tenant, at) = ("order.paid".into(), "acme".into(), "2026-01-31T09:00:00Z".into());
    Event { id: format!("e{number}"), kind, tenant, user: None, at, data: json!({"number": number}) }
}

async fn hello(stage: &Stage, who: &Identity) {
    let mut request = Request::get("/api/scripts/hello/Ada").body(Body::empty()).expect("a request");
    request.extensions_mut().insert(who.clone());
    let reply = stage.reply(request).await;
    assert_eq!((reply.status, reply.text.as_str()), (200, r#"{"hello":"Ada"}"#));
}

async fn read(stage: &Stage, who: &Identity) {
    let mut request = Request::get("/api/scripts/first").body(Body::empty()).expect("a request");
    request.extensions_mut().insert(who.clone());
    let reply = stage.reply(request).await;
    assert!(reply.status == 200 && reply.text.contains("acme-1"), "{}", reply.text);
}

async fn rule(stage: &Stage, who: &Identity) {
    let verdict = stage.plugin.invoke(who, "rule", &json!({"total": 7})).await.expect("a value");
    assert_eq!(verdict, json!({"valid": true}));
}

/// A call that is never answered fails, and is named.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Returns the cost of one of many calls, once everything is warm.
async fn counted(lanes: usize, call: impl AsyncFn()) -> Counts {
    let call = &call;
    let calls = async |all: usize| {
        let calls = join_all((0..lanes).map(|_| async {
            for _ in 0..all / lanes {
                call().await;
            }
        }));
        timeout(TIMEOUT, calls).await.expect("the calls are answered");
    };
    calls(WARM).await;
    counted::of(CALLS, async || calls(CALLS).await).await
}
