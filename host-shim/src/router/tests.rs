//! Responses to browsers and API clients, tested with a fake plugin behind the router.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use http_body_util::BodyExt;
use iota_scripts_abi::{flags, op, status};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    Host, HostError, Identity, PageLayout, PageRequest, Plugin, Tenant, User,
    table::fake::{self, FakeHost, FakePlugin},
};

const CHUNK: usize = 16 * 1024;
const CHUNKS: usize = 200;

/// Answers by path; `/fake/stream` sends as much as its credit allows.
#[derive(Default)]
struct Site {
    streams: Mutex<HashMap<u64, Stream>>,
    cancelled: Mutex<Vec<u64>>,
}

#[derive(Default)]
struct Stream {
    credit: i64,
    sent: usize,
}

impl Site {
    fn pump(&self, host: FakeHost, id: u64, credit: u64) {
        let mut streams = self.streams.lock();
        let stream = streams.entry(id).or_default();
        stream.credit += credit as i64;
        while stream.credit > 0 && stream.sent < CHUNKS {
            stream.sent += 1;
            stream.credit -= CHUNK as i64;
            let end = if stream.sent == CHUNKS { flags::END } else { 0 };
            host.reply(id, end, &Value::Null, &[b'x'; CHUNK]);
        }
    }

    fn sent(&self) -> usize {
        self.streams.lock().values().map(|stream| stream.sent * CHUNK).sum()
    }
}

impl FakePlugin for Site {
    fn submit(&self, host: FakeHost, op: u32, id: u64, head: &Value, window: u64) -> i32 {
        assert_eq!(op, op::HTTP_REQUEST);
        match head["path"].as_str().unwrap() {
            "/fake/busy" => return status::AGAIN,
            "/fake/error" => host.fail(id, "RATE_LIMITED"),
            "/fake/page" => {
                let head = json!({"status": 200, "headers": [["x-a", "1"], ["content-length", "9"]],
                                  "layout": {"title": "Scripts", "active_nav": "scripts"}});
                host.reply(id, flags::END, &head, b"<p>hi</p>")
            }
            "/fake/stream" => {
                host.reply(id, 0, &json!({"status": 200, "headers": [], "stream": true}), &[]);
                self.pump(host, id, window);
                status::OK
            }
            "/fake/broken" => host.answer(id, &json!({"status": 200, "headers": [["a b", "1"]]})),
            _ => {
                let body = head.to_string();
                host.reply(id, flags::END, &json!({"status": 201, "headers": [["x-b", "2"]]}), body.as_bytes())
            }
        };
        status::OK
    }

    fn credit(&self, host: FakeHost, id: u64, bytes: u64) -> i32 {
        self.pump(host, id, bytes);
        status::OK
    }

    fn cancel(&self, host: FakeHost, id: u64) -> i32 {
        self.cancelled.lock().push(id);
        host.fail(id, "CANCELLED");
        status::OK
    }
}

struct Shop;

#[async_trait]
impl Host for Shop {
    async fn authorize(&self, _: &Identity, _: &str, _: Option<&Value>) -> bool {
        true
    }

    async fn render_page(&self, layout: &PageLayout, html: &str, page: &PageRequest) -> Result<String, HostError> {
        Ok(format!("[{} {} {html}]", layout.title, page.path))
    }

    fn sign_in_location(&self, page: &PageRequest) -> Option<String> {
        Some(format!("/login?next={}", page.path))
    }
}

async fn site() -> (Arc<Site>, Router) {
    let site = Arc::new(Site::default());
    let (library, config) = fake::library(Arc::clone(&site) as _);
    let plugin = Plugin::start(&library, config, Arc::new(Shop)).await.unwrap();
    (site, Router::new().merge(plugin.router()))
}

fn get(path: &str) -> Request<Body> {
    let mut request = Request::builder().uri(path).body(Body::empty()).unwrap();
    request.extensions_mut().insert(Identity::user(Tenant::new("t", "T"), User::new("7", "Ada")));
    request
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
}

async fn error_of(router: Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body: Value = serde_json::from_str(&text(response).await).unwrap();
    (status, body["error"]["code"].clone())
}

#[tokio::test]
async fn a_request_reaches_the_plugin_with_its_facts() {
    let (_, router) = site().await;
    let mut request = get("/fake/any/thing?a=1&b=%20");
    request.headers_mut().insert("host", "acme.example:81".parse().unwrap());
    request.headers_mut().insert("connection", "close".parse().unwrap());
    let facts = super::RequestFacts { csrf_ok: Some(true), ..Default::default() };
    request.extensions_mut().insert(facts);
    let response = router.oneshot(request).await.unwrap();
    assert_eq!((response.status(), &response.headers()["x-b"]), (StatusCode::CREATED, &"2".parse().unwrap()));
    let head: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(head["method"], "GET");
    assert_eq!(head["path"], "/fake/any/thing");
    assert_eq!(head["query"], "a=1&b=%20");
    assert_eq!(head["identity"]["user"]["id"], "7");
    assert_eq!(head["headers"], json!([["host", "acme.example:81"]]));
    assert_eq!((&head["host"], &head["csrf_ok"]), (&json!("acme.example:81"), &json!(true)));
}

#[tokio::test]
async fn requests_without_a_session_are_redirected_or_rejected() {
    let (_, router) = site().await;
    let anonymous = |path: &str| Request::builder().uri(path).body(Body::empty()).unwrap();
    let refused = error_of(router.clone(), anonymous("/fake")).await;
    assert_eq!(refused, (StatusCode::UNAUTHORIZED, json!("UNAUTHORIZED")));
    let mut browser = anonymous("/fake/page");
    browser.headers_mut().insert("accept", "text/html,*/*".parse().unwrap());
    let response = router.clone().oneshot(browser).await.unwrap();
    assert_eq!(response.headers()["location"], "/login?next=/fake/page");
    let response = router.clone().oneshot(anonymous("/fake/either/x")).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text(response).await).unwrap()["identity"], Value::Null);
    let response = router.oneshot(get("/fake/open")).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text(response).await).unwrap()["identity"], Value::Null);
}

#[tokio::test]
async fn a_body_that_is_too_long_is_rejected() {
    let (_, router) = site().await;
    let mut request = get("/fake/any");
    *request.body_mut() = Body::from("123456789");
    assert_eq!(error_of(router.clone(), request).await, (StatusCode::PAYLOAD_TOO_LARGE, json!("TOO_LARGE")));
    let mut request = get("/fake/any");
    *request.body_mut() = Body::from("12345678");
    assert_eq!(router.oneshot(request).await.unwrap().status(), StatusCode::CREATED);
}

#[tokio::test]
async fn errors_are_json_with_the_right_status() {
    let (_, router) = site().await;
    let busy = error_of(router.clone(), get("/fake/busy")).await;
    assert_eq!(busy, (StatusCode::SERVICE_UNAVAILABLE, json!("UNAVAILABLE")));
    let limited = error_of(router.clone(), get("/fake/error")).await;
    assert_eq!(limited, (StatusCode::TOO_MANY_REQUESTS, json!("RATE_LIMITED")));
    let broken = error_of(router, get("/fake/broken")).await;
    assert_eq!(broken, (StatusCode::INTERNAL_SERVER_ERROR, json!("INTERNAL")));
}

#[tokio::test]
async fn a_page_gets_the_layout_and_a_part_of_a_page_does_not() {
    let (_, router) = site().await;
    let response = router.clone().oneshot(get("/fake/page")).await.unwrap();
    assert_eq!(response.headers()["x-a"], "1");
    assert_ne!(response.headers()["content-length"], "9", "the length of the fragment");
    assert_eq!(text(response).await, "[Scripts /fake/page <p>hi</p>]");
    let mut part = get("/fake/page");
    part.headers_mut().insert("hx-request", "true".parse().unwrap());
    assert_eq!(text(router.oneshot(part).await.unwrap()).await, "<p>hi</p>");
}

#[tokio::test]
async fn a_stream_waits_for_its_reader() {
    let (site, router) = site().await;
    let response = router.clone().oneshot(get("/fake/stream")).await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "identity");
    let unread = site.sent();
    assert!(unread <= crate::plugin::WINDOW as usize + 64 * 1024, "{unread} bytes without a reader");
    assert_eq!(text(response).await.len(), CHUNK * CHUNKS);
    assert!(site.cancelled.lock().is_empty());
}

#[tokio::test]
async fn a_reader_that_leaves_cancels_the_request() {
    let (site, router) = site().await;
    let mut body = router.clone().oneshot(get("/fake/stream")).await.unwrap().into_body();
    assert!(body.frame().await.is_some());
    drop(body);
    assert_eq!(site.cancelled.lock().len(), 1);
    assert!(site.sent() < CHUNK * CHUNKS);
}
