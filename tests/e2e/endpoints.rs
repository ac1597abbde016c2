//! Scripts that answer requests, through the host's router: permissions to call them, their input, and their responses.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use iota_scripts_host::{Identity, RequestFacts};
use iota_scripts_tests::{Reply, Stage, TestDatabase, admin, user};
use serde_json::{Value, json};

use crate::world::{everywhere, in_workers, page};

/// Creates an endpoint and returns its id.
pub(crate) async fn endpoint(stage: &Stage, method: &str, path: &str, more: Value, content: &str) -> String {
    let mut body = json!({"name": format!("{method} {path}"), "type": "endpoint", "endpoint_method": method,
                          "endpoint_path": path, "content": content});
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
    script["id"].as_str().expect("an id").to_owned()
}

/// A request to an endpoint of acme.
pub(crate) async fn call(stage: &Stage, who: Option<&Identity>, method: &str, path: &str, body: &str) -> Reply {
    let request = Request::builder().method(method).uri(format!("/api/scripts{path}")).header("host", "acme.example");
    let kind = if body.starts_with('{') { "application/json" } else { "text/plain" };
    let mut request = request.header("content-type", kind).body(Body::from(body.to_owned())).expect("a request");
    if let Some(who) = who {
        request.extensions_mut().insert(who.clone());
    }
    stage.reply(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_reaches_its_script_and_returns_its_response() {
    everywhere(|stage| async move {
        let source = "async function handleRequest(req) {
            return {status: 201, headers: {'X-Kind': req.headers['content-type']},
                    body: {id: req.params.id, query: req.query, body: req.body, user: context.user.id, method: req.method}};
        }";
        endpoint(&stage, "POST", "/api/scripts/orders/:id", json!({}), source).await;
        let reply = call(&stage, Some(&user("acme", "carl", &[])), "POST", "/orders/7%2F8?a=1", r#"{"n": [1]}"#).await;
        assert_eq!((reply.status, reply.header("x-kind")), (201, "application/json"));
        let expected = json!({"id": "7/8", "query": {"a": "1"}, "body": {"n": [1]}, "user": "carl", "method": "POST"});
        assert_eq!(reply.json(), expected);
        // Whatever the body is, a browser does not take it for a page of the host.
        assert!(reply.header("content-security-policy").starts_with("sandbox"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        let run = format!("/executions/{}", reply.header("x-execution-id"));
        let run = stage.api(&admin(), "GET", &run, None).await.expect(200);
        assert_eq!((&run["status"], &run["triggered_by"]), (&json!("success"), &json!("api")));

        let other = call(&stage, Some(&admin()), "GET", "/orders/7", "").await;
        assert_eq!((other.status, other.header("allow")), (405, "POST, OPTIONS"));
        assert_eq!(call(&stage, Some(&admin()), "OPTIONS", "/orders/7", "").await.status, 204);
        assert_eq!(call(&stage, Some(&admin()), "POST", "/nothing", "").await.status, 404);
        assert_eq!(call(&stage, Some(&admin()), "POST", "/orders/7", "{").await.status, 400);
        assert_eq!(call(&stage, Some(&user("globex", "eve", &iota_scripts_tests::ALL)), "POST", "/orders/7", "").await.status, 404);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_can_return_a_web_response() {
    everywhere(|stage| async move {
        let source = "function handleRequest(req) {
            if (req.params.kind === 'text') return new Response('ёж', {headers: {'X-Made': 'yes'}});
            if (req.params.kind === 'gone') return new Response(null, {status: 204});
            return Response.json({kind: req.params.kind}, {status: 422});
        }";
        endpoint(&stage, "GET", "/made/:kind", json!({}), source).await;
        let text = call(&stage, Some(&admin()), "GET", "/made/text", "").await;
        assert_eq!((text.status, text.text.as_str(), text.header("x-made")), (200, "ёж", "yes"));
        assert_eq!(text.header("content-type"), "text/plain;charset=UTF-8");
        assert_eq!(call(&stage, Some(&admin()), "GET", "/made/gone", "").await.status, 204);
        let other = call(&stage, Some(&admin()), "GET", "/made/other", "").await;
        assert_eq!((other.status, other.header("content-type")), (422, "application/json"));
        assert_eq!(other.json(), json!({"kind": "other"}));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_maximum_size_is_unchanged_and_stored_once() {
    everywhere(|stage| async move {
        let source = "function handleRequest(req) {
            return {body: [req.rawBody.length, utils.crypto.hash(req.rawBody), typeof req.body, Object.keys(req).length]};
        }";
        endpoint(&stage, "POST", "/large", json!({}), source).await;
        const MIB: usize = 1 << 20;
        let compact = format!(r#"{{"a":"{}"}}"#, "x".repeat(MIB - 8));
        let spaced = format!(r#"{{ "a": [{}] }}"#, "1, ".repeat((MIB - 12) / 3 - 1) + "1");
        for (body, kind, kept) in [
            ("x\n".repeat(MIB / 2), "string", 2 * MIB),
            (compact, "object", 2 * MIB),
            // The original and the converted value differ: both are kept.
            (spaced, "object", 3 * MIB),
        ] {
            let reply = call(&stage, Some(&admin()), "POST", "/large", &body).await;
            assert_eq!(reply.status, 200, "{}", reply.json());
            let said = reply.json();
            assert_eq!((&said[0], &said[2]), (&json!(body.len()), &json!(kind)));
            let run = format!("/executions/{}", reply.header("x-execution-id"));
            let run = stage.api(&admin(), "GET", &run, None).await.expect(200);
            let input = run["input"].to_string();
            assert!(input.len() < kept, "{} bytes are kept of {}", input.len(), body.len());
            assert_eq!(run["receipt"]["input_bytes"]["used"], json!(body.len()));
        }
        let over = call(&stage, Some(&admin()), "POST", "/large", &"x".repeat(MIB + 1)).await;
        assert_eq!(over.status, 413);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoint_access_set_by_an_admin_applies_immediately() {
    in_workers(|stage| async move {
        let source = "function handleRequest(req) { return {status: 200, body: [context.tenant.id, context.user]}; }";
        let id = endpoint(&stage, "GET", "/open", json!({"endpoint_access": "public"}), source).await;
        endpoint(&stage, "GET", "/closed", json!({}), source).await;
        let visitor = call(&stage, None, "GET", "/open", "").await;
        assert_eq!((visitor.status, visitor.json()), (200, json!(["acme", null])));
        assert_eq!(call(&stage, None, "GET", "/closed", "").await.status, 401);

        let documents = [call(&stage, None, "GET", "/openapi.json", "").await, call(&stage, Some(&admin()), "GET", "/openapi.json", "").await];
        let paths = |reply: &Reply| reply.json()["paths"].as_object().expect("paths").keys().cloned().collect::<Vec<_>>();
        assert_eq!(documents.each_ref().map(paths), [vec!["/open"], vec!["/closed", "/open"]]);
        assert_eq!(documents[1].json()["openapi"], "3.1.0");

        stage.api(&admin(), "POST", &format!("/scripts/{id}/deactivate"), None).await.expect(200);
        assert_eq!(call(&stage, None, "GET", "/open", "").await.status, 404);

        // An author without the permission can neither publish nor change a published endpoint.
        let author = user("acme", "bob", &["scripts.create", "scripts.read", "scripts.update", "scripts.execute"]);
        let body = json!({"name": "x", "type": "endpoint", "endpoint_method": "GET", "endpoint_path": "/x", "content": source});
        stage.api(&author, "POST", "/scripts", Some(body)).await.expect(403);
        stage.api(&author, "POST", &format!("/scripts/{id}/activate"), None).await.expect(403);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cross_site_request_is_anonymous() {
    in_workers(|stage| async move {
        let source = "function handleRequest(req) { return {body: {user: context.user && context.user.id}}; }";
        endpoint(&stage, "POST", "/open", json!({"endpoint_access": "public"}), source).await;
        endpoint(&stage, "POST", "/closed", json!({}), source).await;
        let forged = async |path: &str| {
            let mut request = Request::post(format!("/api/scripts{path}")).body(Body::empty()).expect("a request");
            request.extensions_mut().insert(admin());
            request.extensions_mut().insert(RequestFacts { csrf_ok: Some(false), ..RequestFacts::default() });
            stage.reply(request).await
        };
        assert_eq!(forged("/open").await.json(), json!({"user": null}));
        assert_eq!(forged("/closed").await.status, 403);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_returns_only_a_code_and_a_run_id() {
    in_workers(|stage| async move {
        endpoint(
            &stage,
            "GET",
            "/broken",
            json!({}),
            "function handleRequest() { throw new Error('password is hunter2'); }",
        )
        .await;
        endpoint(&stage, "GET", "/slow", json!({"timeout_seconds": 1}), "function handleRequest() { for (;;); }").await;
        endpoint(
            &stage,
            "GET",
            "/odd",
            json!({}),
            "function handleRequest() { return {status: 200, headers: {'Set-Cookie': 'a=b'}}; }",
        )
        .await;
        endpoint(&stage, "GET", "/none", json!({}), "function main() {}").await;
        for (path, status, code) in [
            ("/broken", 500, "SCRIPT_ERROR"),
            ("/slow", 504, "TIMEOUT"),
            ("/odd", 500, "SCRIPT_ERROR"),
            ("/none", 500, "ENTRY_POINT_MISSING"),
        ] {
            let reply = call(&stage, Some(&admin()), "GET", path, "").await;
            assert_eq!((reply.status, &reply.json()["error"]["code"]), (status, &json!(code)), "{path}");
            assert!(!reply.text.contains("hunter2"), "{}", reply.text);
            assert_eq!(reply.json()["error"]["execution_id"], reply.header("x-execution-id"));
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_rate_limited() {
    in_workers(|stage| async move {
        let source = "function handleRequest() { return 'ok'; }";
        let id = endpoint(&stage, "GET", "/rare", json!({"rate_limit_per_minute": 2}), source).await;
        for _ in 0..2 {
            assert_eq!(call(&stage, Some(&admin()), "GET", "/rare", "").await.status, 200);
        }
        let refused = call(&stage, Some(&admin()), "GET", "/rare", "").await;
        assert_eq!((refused.status, &refused.json()["error"]["code"]), (429, &json!("RATE_LIMITED")));
        assert!((1..=60).contains(&refused.header("retry-after").parse::<u32>().expect("seconds")));
        let runs = stage.api(&admin(), "GET", &format!("/executions?script_id={id}"), None).await.expect(200);
        assert_eq!(runs["total"], 2, "a refused request starts no run");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicting_and_relative_paths_are_refused_at_the_field() {
    in_workers(|stage| async move {
        endpoint(&stage, "GET", "/orders/{id}", json!({}), "function handleRequest() {}").await;
        let create = async |path: &str| {
            let body = json!({"name": "second", "type": "endpoint", "endpoint_method": "GET", "endpoint_path": path, "content": "1"});
            let refused = stage.api(&admin(), "POST", "/scripts", Some(body)).await;
            (refused.status, refused.json["error"]["field"].clone())
        };
        assert_eq!(create("/api/scripts/orders/:number").await, (409, json!("endpoint_path")));
        assert_eq!(create("/a/../b").await, (422, json!("endpoint_path")));
        assert_eq!(create("/openapi.json").await, (422, json!("endpoint_path")));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_on_one_node_takes_effect_on_the_other() {
    let database = TestDatabase::postgres().await;
    let defaults = json!({});
    let (one, two) = tokio::join!(Stage::start(database.url(), &defaults), Stage::start(database.url(), &defaults));
    let becomes = async |status: u16| {
        while call(&two, Some(&admin()), "GET", "/shared", "").await.status != status {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    becomes(404).await;
    let id = endpoint(&one, "GET", "/shared", json!({}), "function handleRequest() { return 'here'; }").await;
    becomes(200).await;
    one.api(&admin(), "POST", &format!("/scripts/{id}/deactivate"), None).await.expect(200);
    becomes(404).await;
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn response_headers_of_a_script_are_restricted() {
    in_workers(|stage| async move {
        let source = "function handleRequest(req) { return JSON.parse(req.query.answer); }";
        endpoint(&stage, "GET", "/say", json!({}), source).await;
        let say = async |method: &str, answer: Value| {
            let hex: String = answer.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect();
            call(&stage, Some(&admin()), method, &format!("/say?answer={hex}"), "").await
        };
        for name in
            ["NEL", "Report-To", "Alt-Svc", "Service-Worker-Allowed", "WWW-Authenticate", "Refresh", "Clear-Site-Data"]
        {
            let reply = say("GET", json!({"headers": {name: "x"}, "body": "hi"})).await;
            assert_eq!((reply.status, reply.header(&name.to_lowercase())), (500, ""), "{name}");
            let message = reply.json()["error"]["message"].to_string();
            assert!(message.contains(&name.to_lowercase()) && message.contains("leave it out"), "{message}");
        }
        let public = json!({"endpoint_access": "public"});
        endpoint(&stage, "GET", "/open", public, "function handleRequest() { return { headers: { 'x-key ': 1 } }; }")
            .await;
        let stranger = call(&stage, None, "GET", "/open", "").await;
        assert_eq!(
            stranger.json()["error"]["message"],
            "the script returned an invalid response",
            "anonymous callers do not see the reason"
        );
        // With nosniff, no browser takes it for a script of the host.
        let code = say("GET", json!({"headers": {"content-type": "application/javascript"}, "body": "steal()"})).await;
        assert_eq!(
            (code.header("content-type"), code.header("x-content-type-options")),
            ("text/plain; charset=utf-8", "nosniff")
        );
        for status in [204, 205, 304] {
            let empty = say("GET", json!({"status": status, "body": "x"})).await;
            assert_eq!((empty.status, empty.text.as_str()), (status, ""));
            assert!(
                !empty.headers.contains_key("content-length") && !empty.headers.contains_key("content-type"),
                "{:?}",
                empty.headers
            );
        }
        let head = say("HEAD", json!("four")).await;
        assert_eq!((head.status, head.header("content-length"), head.text.as_str()), (200, "4", ""));

        let odd = "function handleRequest() { return {status: NaN}; }";
        endpoint(&stage, "GET", "/odd", json!({}), odd).await;
        let odd = call(&stage, Some(&admin()), "GET", "/odd", "").await;
        assert_eq!(odd.status, 500, "{}", odd.text);
        endpoint(
            &stage,
            "GET",
            "/of/:id",
            json!({}),
            "function handleRequest(req) { return [req.params.id, req.headers]; }",
        )
        .await;
        let mut request = Request::get("/api/scripts/of/a%3Db%26c=d").header("x-csrf-token", "t").header("x-own", "1");
        request = request.header("cookie", "s=1");
        let mut request = request.body(Body::empty()).expect("a request");
        request.extensions_mut().insert(admin());
        assert_eq!(stage.reply(request).await.json(), json!(["a=b&c=d", {"x-own": "1"}]));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn abusive_anonymous_callers_do_not_block_others() {
    in_workers(|stage| async move {
        let source = "function handleRequest(req) { while (req.query.slow); return 'fast'; }";
        let more = json!({"endpoint_access": "public", "timeout_seconds": 1});
        let id = endpoint(&stage, "GET", "/open", more, source).await;
        let from = async |ip: [u8; 4], query: &str| {
            let request = Request::get(format!("/api/scripts/open?{query}")).header("host", "acme.example");
            let mut request = request.body(Body::empty()).expect("a request");
            request.extensions_mut().insert(RequestFacts { remote_ip: Some(ip.into()), ..RequestFacts::default() });
            stage.reply(request).await
        };
        let stranger = [203, 0, 113, 7];
        tokio::join!(
            async { assert_eq!(from(stranger, "slow=1").await.status, 504) },
            async { assert_eq!(from(stranger, "slow=1").await.status, 504) },
            async { assert_eq!(from(stranger, "slow=1").await.status, 504) },
            async { assert_eq!(from(stranger, "slow=1").await.status, 504) },
            async { assert_eq!(from(stranger, "slow=1").await.status, 504) },
        );
        let told = stage.host.event(|event| event.kind == "scripts.endpoint_throttled").await;
        assert_eq!((&told.data["script_id"], &told.data["caller"]), (&json!(id), &json!("address:203.0.113.7")));
        let held = from(stranger, "").await;
        assert_eq!((held.status, &held.json()["error"]["code"]), (429, &json!("RATE_LIMITED")));
        assert!((1..=600).contains(&held.header("retry-after").parse::<u32>().expect("seconds")));
        let other = from([203, 0, 113, 8], "").await;
        assert_eq!((other.status, other.text.as_str()), (200, "fast"));
        let script = stage.api(&admin(), "GET", &format!("/scripts/{id}"), None).await.expect(200);
        assert_eq!(script["is_active"], true);
        let shown = page(&stage, &admin(), &format!("/scripts/{id}")).await.text;
        assert!(shown.contains("data-throttled") && shown.contains("203.0.113.7"), "{shown}");
        let reader = page(&stage, &user("acme", "rita", &["scripts.read"]), &format!("/scripts/{id}")).await.text;
        assert!(reader.contains("data-throttled") && !reader.contains("203.0.113.7"), "the user is not public");
        stage.stop().await;
    })
    .await;
}
