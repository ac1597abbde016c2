//! Outgoing requests of scripts, and the hosts that they may call.

use iota_scripts_domain::{FaultCode, Limits, OutgoingMethod, Permission};
use iota_scripts_services::ports::HttpError;
use serde_json::json;

use crate::{
    fakes::Play,
    world::{World, ann, gus, refusal},
};

#[tokio::test]
async fn a_request_is_sent_with_the_tenant_s_allowed_hosts() {
    let world = World::new();
    world.http_hosts.add(&ann(), "API.example.com").await.expect("allowed");
    world.http_hosts.add(&gus(), "other.example.com").await.expect("allowed");
    let call = json!([{"method": "POST", "url": "https://api.example.com/orders", "json": {"n": 1}}]);
    let answer = world.calls(vec![("http.request", call)]).await.remove(0).expect("an answer");
    let expected = json!({"status": 200, "url": "https://api.example.com/orders", "headers": {"x-a": "1"},
        "text": "{\"fine\": true}", "base64": null});
    assert_eq!(answer, expected);
    let (sent, allowed) = world.web.take_sent().remove(0);
    assert_eq!((sent.method, sent.body.as_slice()), (OutgoingMethod::Post, b"{\"n\":1}".as_slice()));
    assert_eq!(allowed.iter().map(|host| host.as_str()).collect::<Vec<_>>(), ["api.example.com"]);
}

#[tokio::test]
async fn requests_and_bytes_are_limited_per_run() {
    let world = World::with_limits(Limits { http_calls: 2, http_bytes: 30, ..Limits::MAX });
    let call = || ("http.request", json!([{"method": "GET", "url": "https://api.example.com/"}]));
    let finished = world.run(Play::Calls(vec![call(), call(), call()])).await;
    let answers = world.runtime.take_answers();
    assert!(answers[0].is_ok() && answers[1].is_ok(), "{answers:?}");
    let refused = answers[2].as_ref().expect_err("the third");
    assert_eq!(refused.code.as_str(), "HTTP_LIMIT");
    assert!(refused.message.contains("2 HTTP requests"), "{refused}");
    let receipt = finished.record().and_then(|record| record.receipt).expect("a receipt");
    assert_eq!((receipt.http_calls.used, receipt.http_calls.allowed), (Some(2), 2));
    assert_eq!((receipt.http_bytes.used, receipt.http_bytes.allowed), (Some(28), 30));

    let large = ("http.request", json!([{"method": "PUT", "url": "https://api.example.com/", "text": "x".repeat(31)}]));
    let refused = world.calls(vec![large]).await.remove(0).expect_err("too many bytes");
    assert_eq!(refused.code.as_str(), "HTTP_LIMIT");
    assert_eq!(world.web.take_sent().len(), 2);
}

#[tokio::test]
async fn http_errors_reach_the_script_with_their_code() {
    let world = World::new();
    let call = || json!([{"method": "GET", "url": "https://api.example.com/bot123:key/x?key=1"}]);
    world.web.fail(HttpError::new(FaultCode::HttpUnknownHost, "it has no address"));
    let refused = world.refusal("http.request", call()).await;
    assert_eq!(refused.code.as_str(), "HTTP_UNKNOWN_HOST");
    assert_eq!(refused.message, "http: GET https://api.example.com: it has no address", "and no key");
    let wrong = world.refusal("http.request", json!([{"method": "GET", "url": "api.example.com"}])).await;
    assert_eq!(wrong.code.as_str(), "VALIDATION");
    assert_eq!(world.refusal("http.fetch", call()).await.code.as_str(), "NOT_FOUND");
}

#[tokio::test]
async fn hosts_are_allowed_once_and_only_with_permission() {
    let world = World::new();
    let first = world.http_hosts.add(&ann(), "*.example.com").await.expect("allowed");
    let again = world.http_hosts.add(&gus(), "*.example.com").await.expect("another tenant's");
    assert_ne!(first.added.by, again.added.by);
    assert_eq!(world.http_hosts.add(&ann(), " *.EXAMPLE.com").await.expect("the same"), first);
    assert_eq!(world.http_hosts.list(&ann()).await.expect("a list"), [first]);
    assert!(refusal(world.http_hosts.add(&ann(), "https://x").await).starts_with("Invalid("));
    assert_eq!(refusal(world.http_hosts.remove(&ann(), "example.com").await), r#"NotFound("host")"#);
    world.http_hosts.remove(&ann(), "*.example.com").await.expect("taken away");
    assert_eq!(world.http_hosts.list(&ann()).await.expect("a list"), []);

    world.host.refuse(&[Permission::ManageEndpoints]);
    assert_eq!(refusal(world.http_hosts.add(&ann(), "a.b").await), "Forbidden(ManageEndpoints)");
    assert_eq!(refusal(world.http_hosts.remove(&gus(), "*.example.com").await), "Forbidden(ManageEndpoints)");
    assert_eq!(world.http_hosts.list(&gus()).await.expect("a list").len(), 1);
}
