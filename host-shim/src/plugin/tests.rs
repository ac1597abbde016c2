//! The guarantees for a host, tested with a fake plugin in the test's own process.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::StreamExt;
use iota_scripts_abi::{PLUGIN_ID_BIT, flags, op, status};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{InvokeError, Plugin, RequestError, RunFrame, RunRequest};
use crate::{
    Event, Host, HostError, Identity, LogRecord, ServiceCall, Tenant,
    table::fake::{self, FakeHost, FakePlugin},
};

/// Acts as the name of the script requests, and reports its messages to the test.
struct ScriptedPlugin {
    seen: mpsc::UnboundedSender<Seen>,
}

#[derive(Debug, PartialEq)]
enum Seen {
    Submitted(u64, Value),
    Cancelled(u64),
    Credit(u64),
    Answered(u64, u32, Value),
    Stopped,
}

impl FakePlugin for ScriptedPlugin {
    fn submit(&self, host: FakeHost, op: u32, id: u64, head: &Value, _window: u64) -> i32 {
        let name = head["name"].as_str().unwrap_or_default();
        match (op, name) {
            (op::INVOKE, "full") => return status::AGAIN,
            (op::INVOKE, "refused") => host.fail(id, "FORBIDDEN"),
            (op::INVOKE, "failing") => {
                let error = json!({"code": "TOO_OLD", "message": "too old", "line": 3});
                host.answer(id, &json!({"success": false, "error": error, "execution_id": "e1"}))
            }
            (op::INVOKE, "asks") => {
                let question = &head["args"][0];
                let op = question["op"].as_u64().unwrap() as u32;
                assert_eq!(host.ask(op, PLUGIN_ID_BIT | id, &question["head"]), status::OK);
                host.answer(id, &json!({"success": true}))
            }
            (op::INVOKE, "logs") => {
                let code = host.log(&json!({"target": "t", "message": head["args"][0]}));
                host.answer(id, &json!({"success": true, "value": code}))
            }
            (op::INVOKE, "echo") => host.answer(id, &json!({"success": true, "value": head["args"]})),
            (op::RUN, _) => {
                host.reply(id, 0, &json!({"started": {"execution_id": "e2"}}), &[]);
                host.reply(id, 0, &json!({"log": {"level": "info", "message": "hi", "offset_ms": 4}}), &[]);
                host.reply(id, flags::END, &json!({"finished": {"status": "success"}}), &[])
            }
            _ => status::OK,
        };
        self.report(Seen::Submitted(id, head.clone()))
    }

    fn reply(&self, id: u64, flags: u32, head: &Value) -> i32 {
        self.report(Seen::Answered(id & !PLUGIN_ID_BIT, flags, head.clone()))
    }

    fn cancel(&self, host: FakeHost, id: u64) -> i32 {
        host.fail(id, "CANCELLED");
        self.report(Seen::Cancelled(id))
    }

    fn credit(&self, _host: FakeHost, _id: u64, bytes: u64) -> i32 {
        self.report(Seen::Credit(bytes))
    }

    fn stop(&self, host: FakeHost) -> i32 {
        host.notify(op::PLUGIN_STOPPED, &json!({"cancelled": 2}));
        self.report(Seen::Stopped)
    }
}

impl ScriptedPlugin {
    fn report(&self, seen: Seen) -> i32 {
        let _ = self.seen.send(seen);
        status::OK
    }
}

struct TestHost;

#[async_trait]
impl Host for TestHost {
    async fn authorize(&self, identity: &Identity, permission: &str, _resource: Option<&Value>) -> bool {
        assert_ne!(permission, "panic", "a panic that the test asked for");
        identity.tenant.id == "t"
    }

    async fn publish(&self, event: Event) -> Result<(), HostError> {
        assert_ne!(event.id, "panic", "a panic that the test asked for");
        if event.id == "bad" { Err(HostError::conflict("not this one")) } else { Ok(()) }
    }

    async fn call_service(&self, call: ServiceCall) -> Result<Value, HostError> {
        match call.method.as_str() {
            "a.never" => std::future::pending().await,
            "a.bad" => Err(HostError::validation("name", "is empty")),
            _ => Ok(json!(call.args)),
        }
    }

    fn log(&self, record: LogRecord) {
        assert_ne!(record.message, "panic", "a panic that the test asked for");
    }
}

async fn start() -> (Plugin, mpsc::UnboundedReceiver<Seen>) {
    let (seen, received) = mpsc::unbounded_channel();
    let (library, config) = fake::library(Arc::new(ScriptedPlugin { seen }));
    (Plugin::start(&library, config, Arc::new(TestHost)).await.unwrap(), received)
}

fn who() -> Identity {
    Identity::host(Tenant::new("t", "T"))
}

/// Makes the fake send a request to the host, and returns flags and head of the answer.
async fn ask(plugin: &Plugin, received: &mut mpsc::UnboundedReceiver<Seen>, op: u32, head: Value) -> (u32, Value) {
    plugin.invoke(&who(), "asks", &json!({"op": op, "head": head})).await.unwrap();
    loop {
        if let Some(Seen::Answered(_, flags, head)) = received.recv().await {
            return (flags, head);
        }
    }
}

#[tokio::test]
async fn a_script_gets_its_arguments_and_returns_a_value() {
    let (plugin, _told) = start().await;
    assert_eq!(plugin.ready()["version"], "fake");
    assert_eq!(plugin.invoke(&who(), "echo", &json!({"total": 5})).await.unwrap(), json!([{"total": 5}]));
    let both: (u8, String) = plugin.invocation(&who(), "echo").argument(&1).argument("b").call_as().await.unwrap();
    assert_eq!(both, (1, "b".to_owned()));
}

#[tokio::test]
async fn failures_say_who_failed() {
    let (plugin, _told) = start().await;
    match plugin.invoke(&who(), "failing", &1).await.unwrap_err() {
        InvokeError::Script { error, execution_id } => {
            assert_eq!((error.code.as_str(), execution_id.as_str(), &error.more["line"]), ("TOO_OLD", "e1", &json!(3)));
        }
        other => panic!("{other}"),
    }
    let refused = plugin.invoke(&who(), "refused", &1).await.unwrap_err();
    assert!(matches!(refused, InvokeError::Request(RequestError::Refused(error)) if error.code == "FORBIDDEN"));
    let full = plugin.invoke(&who(), "full", &1).await.unwrap_err();
    assert!(matches!(full, InvokeError::Request(RequestError::Busy)));
}

#[tokio::test]
async fn a_run_streams_start_lines_and_end_and_returns_credit() {
    let (plugin, mut received) = start().await;
    let run = plugin.run(&who(), RunRequest::by_name("x").input(json!({}))).unwrap();
    let frames: Vec<RunFrame> = run.map(Result::unwrap).collect().await;
    assert_eq!(frames[0], RunFrame::Started { execution_id: "e2".into() });
    assert_eq!(frames[1], RunFrame::Log { level: "info".into(), message: "hi".into(), offset_ms: 4, data: None });
    assert_eq!(frames[2], RunFrame::Finished(json!({"status": "success"})));
    assert!(matches!(received.recv().await, Some(Seen::Submitted(..))));
    assert!(matches!(received.recv().await, Some(Seen::Credit(bytes)) if bytes > 0));
}

#[tokio::test]
async fn dropping_a_call_cancels_it() {
    let (plugin, mut received) = start().await;
    let identity = who();
    let mut call = Box::pin(plugin.invoke(&identity, "silent", &1));
    assert!(futures_util::poll!(&mut call).is_pending());
    let Some(Seen::Submitted(id, _)) = received.recv().await else { panic!("not submitted") };
    drop(call);
    assert_eq!(received.recv().await, Some(Seen::Cancelled(id)));
}

#[tokio::test]
async fn requests_in_flight_end_when_the_plugin_stops() {
    let (plugin, mut received) = start().await;
    let (identity, other) = (who(), plugin.clone());
    let mut call = Box::pin(plugin.invoke(&identity, "silent", &1));
    assert!(futures_util::poll!(&mut call).is_pending());
    let stopped = other.stop(Duration::from_secs(1)).await;
    assert_eq!((stopped.cancelled, stopped.confirmed), (2, true));
    assert!(matches!(call.await, Err(InvokeError::Request(RequestError::Stopped))));
    assert_eq!(RequestError::Stopped.to_host_error().code, "UNAVAILABLE");
    assert!(matches!(plugin.health().await, Err(RequestError::Stopped)));
    assert_eq!(other.stop(Duration::ZERO).await, stopped);
    received.close();
}

#[tokio::test]
async fn requests_of_the_plugin_reach_the_host() {
    let (plugin, mut received) = start().await;
    let asked = json!({"identity": who(), "permission": "scripts.read", "resource": null});
    assert_eq!(ask(&plugin, &mut received, op::AUTHORIZE, asked).await, (flags::END, json!({"allowed": true})));
    let call = json!({"identity": who(), "method": "a.b", "args": [1, "x"], "execution_id": "e", "deadline_ms": 60000});
    assert_eq!(ask(&plugin, &mut received, op::SERVICE_CALL, call).await, (flags::END, json!({"value": [1, "x"]})));
    let call = json!({"identity": who(), "method": "a.bad", "args": []});
    let (flags, head) = ask(&plugin, &mut received, op::SERVICE_CALL, call).await;
    assert_eq!((flags, &head["error"]["field"]), (flags::END | flags::ERROR, &json!("name")));
    assert_eq!(ask(&plugin, &mut received, op::TENANT_LIST, json!({})).await.1, json!({"tenants": []}));
    for (op, head, code) in [
        (op::TENANT_BY_HOST, json!({"host": "x.example"}), "NOT_FOUND"),
        (op::IDENTITY_RESOLVE, json!({"tenant": "t", "user_id": "1"}), "UNSUPPORTED"),
        (op::AUTHORIZE, json!({"no": "identity"}), "VALIDATION"),
        (0x1FFF, json!({}), "UNSUPPORTED"),
    ] {
        assert_eq!(ask(&plugin, &mut received, op, head).await.1["error"]["code"], code, "{op:#x}");
    }
}

#[tokio::test]
async fn several_permissions_default_to_single_checks() {
    let (plugin, mut received) = start().await;
    let asked = |tenant: &str| json!({"identity": Identity::host(Tenant::new(tenant, "")), "permissions": ["a", "b"]});
    for (tenant, allowed) in [("t", json!([true, true])), ("other", json!([false, false]))] {
        let answer = ask(&plugin, &mut received, op::AUTHORIZE_MANY, asked(tenant)).await;
        assert_eq!(answer, (flags::END, json!({ "allowed": allowed })));
    }
    let none = json!({"identity": who(), "permissions": []});
    assert_eq!(ask(&plugin, &mut received, op::AUTHORIZE_MANY, none).await.1, json!({"allowed": []}));
    let panics = json!({"identity": who(), "permissions": ["a", "panic"]});
    assert_eq!(ask(&plugin, &mut received, op::AUTHORIZE_MANY, panics).await.1["error"]["code"], "INTERNAL");
    let wrong = json!({"identity": who(), "permissions": "a"});
    assert_eq!(ask(&plugin, &mut received, op::AUTHORIZE_MANY, wrong).await.1["error"]["code"], "VALIDATION");
}

#[tokio::test]
async fn a_rejected_event_of_several_affects_no_other() {
    let (plugin, mut received) = start().await;
    let event = |id: &str| json!({"id": id, "type": "scripts.custom.x", "tenant": "t", "at": "2026-01-01T00:00:00Z"});
    let events = json!({"events": [event("1"), event("bad"), event("panic"), {"id": "odd"}, event("2")]});
    let (flags, head) = ask(&plugin, &mut received, op::EVENTS_PUBLISH, events).await;
    let refused = head["refused"].as_array().unwrap().iter();
    let refused: Vec<_> =
        refused.map(|it| (it["id"].as_str().unwrap(), it["error"]["code"].as_str().unwrap())).collect();
    assert_eq!(flags, flags::END);
    assert_eq!(refused, [("bad", "CONFLICT"), ("panic", "INTERNAL"), ("odd", "VALIDATION")]);
}

#[tokio::test]
async fn a_host_subscribes_to_events() {
    let (plugin, mut received) = start().await;
    plugin.events_wanted(&["scripts.custom.*"]).unwrap();
    assert_eq!(received.recv().await, Some(Seen::Submitted(0, json!({"patterns": ["scripts.custom.*"]}))));
    plugin.events_wanted::<&str>(&[]).unwrap();
    assert_eq!(received.recv().await, Some(Seen::Submitted(0, json!({"patterns": []}))));

    let (seen, _told) = mpsc::unbounded_channel();
    let (library, config) = fake::old_library(Arc::new(ScriptedPlugin { seen }));
    let old = Plugin::start(&library, config, Arc::new(TestHost)).await.unwrap();
    let refused = old.events_wanted(&["scripts.custom.*"]).unwrap_err();
    assert!(matches!(&refused, RequestError::Refused(error) if error.code == "UNSUPPORTED"), "{refused}");
}

#[tokio::test]
async fn a_panicking_host_fails_only_its_own_request() {
    let (plugin, mut received) = start().await;
    let asked = json!({"identity": who(), "permission": "panic"});
    assert_eq!(ask(&plugin, &mut received, op::AUTHORIZE, asked).await.1["error"]["code"], "INTERNAL");
    assert_eq!(plugin.invoke(&who(), "logs", "panic").await.unwrap(), status::HOST_PANIC);
    assert_eq!(plugin.invoke(&who(), "logs", "fine").await.unwrap(), status::OK);
}

#[tokio::test(start_paused = true)]
async fn a_slow_service_ends_at_the_deadline() {
    let (plugin, mut received) = start().await;
    let call = json!({"identity": who(), "method": "a.never", "args": [], "deadline_ms": 50});
    assert_eq!(ask(&plugin, &mut received, op::SERVICE_CALL, call).await.1["error"]["code"], "TIMEOUT");
}

#[tokio::test]
async fn dropping_the_last_plugin_stops_it() {
    let (plugin, mut received) = start().await;
    let clone = plugin.clone();
    drop(plugin);
    assert!(received.try_recv().is_err());
    drop(clone);
    assert_eq!(received.recv().await, Some(Seen::Stopped));
}

/// Fails to start, after sending requests.
struct FailingPlugin;

impl FakePlugin for FailingPlugin {
    fn start(&self, host: FakeHost) -> i32 {
        assert_eq!(host.ask(op::TENANT_LIST, PLUGIN_ID_BIT | 1, &json!({})), status::OK);
        assert_eq!(host.ask(op::TENANT_LIST, 1, &json!({})), status::INVALID, "an id of the host's space");
        assert_eq!(host.cancel(PLUGIN_ID_BIT | 1), status::OK);
        assert_eq!(host.cancel(PLUGIN_ID_BIT | 2), status::UNKNOWN);
        let error = json!({"code": "VALIDATION", "message": "no such database", "field": "database.url"});
        host.notify(op::PLUGIN_FAILED, &json!({ "error": error }));
        assert_eq!(host.ask(op::TENANT_LIST, PLUGIN_ID_BIT | 3, &json!({})), status::STOPPED);
        status::OK
    }
    fn submit(&self, _: FakeHost, _: u32, _: u64, _: &Value, _: u64) -> i32 {
        status::UNKNOWN
    }
}

#[tokio::test]
async fn a_failed_start_names_the_configuration_key() {
    let (library, config) = fake::library(Arc::new(FailingPlugin));
    let error = Plugin::start(&library, config, Arc::new(TestHost)).await.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("database.url"));
    let error = Plugin::start(&library, json!({}), Arc::new(TestHost)).await.unwrap_err();
    assert!(error.message.contains("INVALID"), "{error}");
}
