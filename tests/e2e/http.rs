//! Scripts that call external hosts: every method, the counts of it, and the permission to allow hosts.

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, Request as HostRequest},
};
use iota_scripts_tests::{ALL, Stage, TestDatabase, admin, user};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::world::everywhere_with;

/// A partner of the tenant, which returns the request that it received.
pub(crate) async fn partner() -> u16 {
    async fn echo(request: Request) -> (HeaderMap, String) {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
        let kind = parts.headers.get("content-type").map_or("", |kind| kind.to_str().expect("text")).to_owned();
        let said = json!([parts.method.as_str(), parts.uri.to_string(), kind, String::from_utf8_lossy(&body)]);
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/json".parse().expect("a value"));
        (headers, said.to_string())
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(echo)).await });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_reaches_an_allowed_host_and_is_counted() {
    let port = partner().await;
    let config = json!({"http": {"ports": [port], "allow_addresses": ["127.0.0.1"]}});
    everywhere_with(&config, async |stage| {
        let ann = admin();
        stage.api(&ann, "PUT", "/http-hosts/127.0.0.1", None).await.expect(200);
        let source = "async function main(base) {
            const answers = [
                await http.get(base + '/a?x=1', { query: { y: 'ё' } }),
                await http.post(base, { n: 1 }),
                await http.put(base, 'text'),
                await http.patch(base, new Uint8Array([97, 98])),
                await http.delete(base + '/d'),
                await http.request({ method: 'POST', url: base, form: { a: [1, 2] } }),
            ];
            return answers.map(answer => [answer.status, ...answer.json()]);
        }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let run = stage.run(&ann, &id, json!(format!("http://127.0.0.1:{port}"))).await;
        let expected = json!([
            [200, "GET", "/a?x=1&y=%D1%91", "", ""],
            [200, "POST", "/", "application/json", "{\"n\":1}"],
            [200, "PUT", "/", "text/plain;charset=utf-8", "text"],
            [200, "PATCH", "/", "application/octet-stream", "ab"],
            [200, "DELETE", "/d", "", ""],
            [200, "POST", "/", "application/x-www-form-urlencoded", "a=1&a=2"],
        ]);
        assert_eq!(run["result"], expected, "{run:#}");
        let receipt = &run["receipt"];
        assert_eq!((&receipt["http_calls"]["used"], &receipt["host_calls"]["used"]), (&json!(6), &json!(6)));
        assert!(receipt["http_bytes"]["used"].as_u64() > Some(7 + 4 + 2 + 7), "{receipt:#}");
        stage.stop().await;
    })
    .await;
}

/// The outcome of `http.get`.
async fn refusal(stage: &Stage, url: &str) -> Value {
    let source =
        "async function main(url) { try { return (await http.get(url)).status } catch (error) { return error.code } }";
    let listed = stage.api(&admin(), "GET", "/scripts?search=probe", None).await.expect(200);
    let id = match listed["items"][0]["id"].as_str() {
        Some(id) => id.to_owned(),
        None => stage.script(&admin(), "probe", "one_off", source).await,
    };
    stage.run(&admin(), &id, json!(url)).await["result"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn local_addresses_need_the_operator_s_and_tenant_s_consent() {
    let port = partner().await;
    let url = format!("http://127.0.0.1:{port}/");
    let named = format!("http://localhost:{port}/");
    let closed = json!({"http": {"ports": [port]}});
    everywhere_with(&closed, async |stage| {
        for host in ["127.0.0.1", "localhost"] {
            stage.api(&admin(), "PUT", &format!("/http-hosts/{host}"), None).await.expect(200);
        }
        assert_eq!(refusal(&stage, &url).await, "HTTP_BLOCKED", "the tenant alone cannot allow it");
        assert_eq!(refusal(&stage, &named).await, "HTTP_BLOCKED");
        stage.stop().await;
    })
    .await;
    let open = json!({"http": {"ports": [port], "allow_addresses": ["127.0.0.1"]}});
    everywhere_with(&open, async |stage| {
        assert_eq!(refusal(&stage, &url).await, "HTTP_BLOCKED", "nor can the operator");
        stage.api(&user("globex", "gus", &ALL), "PUT", "/http-hosts/127.0.0.1", None).await.expect(200);
        assert_eq!(refusal(&stage, &url).await, "HTTP_BLOCKED", "nor another tenant");
        stage.api(&admin(), "PUT", "/http-hosts/127.0.0.1", None).await.expect(200);
        assert_eq!(refusal(&stage, &url).await, 200);
        assert_eq!(refusal(&stage, &named).await, "HTTP_BLOCKED", "another name is another host");
        stage.api(&admin(), "DELETE", "/http-hosts/127.0.0.1", None).await.expect(204);
        assert_eq!(refusal(&stage, &url).await, "HTTP_BLOCKED", "at once");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_sends_no_more_than_its_limit() {
    let port = partner().await;
    let config = json!({"limits": {"http_calls": 2}, "http": {"ports": [port], "allow": ["127.0.0.1"], "allow_addresses": ["127.0.0.1"]}});
    everywhere_with(&config, async |stage| {
        let source = "async function main(url) {
            const all = await Promise.allSettled([1, 2, 3, 4].map(() => http.get(url)));
            return all.map(one => one.reason?.code ?? one.value.status).sort();
        }";
        let id = stage.script(&admin(), "job", "one_off", source).await;
        let run = stage.run(&admin(), &id, json!(format!("http://127.0.0.1:{port}/"))).await;
        assert_eq!(run["result"], json!([200, 200, "HTTP_LIMIT", "HTTP_LIMIT"]), "{run:#}");
        assert_eq!(run["receipt"]["http_calls"], json!({"used": 2, "allowed": 2}));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn allowing_a_host_requires_the_permission() {
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({})).await;
    let (ann, author) = (admin(), user("acme", "bob", &["scripts.read", "scripts.create", "scripts.update"]));
    let added = stage.api(&ann, "PUT", "/http-hosts/API.example.com", None).await.expect(200);
    assert_eq!((&added["host"], &added["added_by"]), (&json!("api.example.com"), &json!("ann")));
    stage.api(&ann, "PUT", "/http-hosts/*.example.org", None).await.expect(200);
    let wrong = stage.api(&ann, "PUT", "/http-hosts/a%20b", None).await.expect(422);
    assert_eq!(wrong["error"]["field"], "host", "{wrong:#}");
    stage.api(&author, "PUT", "/http-hosts/b.example.com", None).await.expect(403);
    stage.api(&author, "DELETE", "/http-hosts/api.example.com", None).await.expect(403);
    let listed = stage.api(&author, "GET", "/http-hosts", None).await.expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    stage.api(&ann, "DELETE", "/http-hosts/*.example.org", None).await.expect(204);
    stage.api(&ann, "DELETE", "/http-hosts/*.example.org", None).await.expect(404);

    let form = |who: &iota_scripts_host::Identity, path: &str, body: &str| {
        let request = HostRequest::post(format!("/scripts/http-hosts{path}")).extension(who.clone());
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .expect("a request")
    };
    let page = |who: &iota_scripts_host::Identity| {
        HostRequest::get("/scripts/http-hosts").extension(who.clone()).body(Body::empty()).expect("a request")
    };
    let refused = stage.reply(form(&ann, "", "host=http%3A%2F%2Fx%2F%3Cb%3E")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("http://x/&#60;b&#62;") && refused.text.contains("aria-invalid"), "{}", refused.text);
    assert_eq!(stage.reply(form(&ann, "", "host=pay.example.com")).await.status, 303);
    let shown = stage.reply(page(&ann)).await;
    assert!(
        shown.text.contains("pay.example.com") && shown.text.contains("/scripts/http-hosts/remove"),
        "{}",
        shown.text
    );
    let read_only = stage.reply(page(&author)).await;
    assert!(read_only.text.contains("pay.example.com") && !read_only.text.contains("<form"), "{}", read_only.text);
    assert_eq!(stage.reply(form(&author, "", "host=b.example.com")).await.status, 403);
    for _ in 0..2 {
        assert_eq!(stage.reply(form(&ann, "/remove", "host=pay.example.com")).await.status, 303);
    }
    assert!(!stage.reply(page(&ann)).await.text.contains("pay.example.com"));
    stage.stop().await;
}

/// A partner that reports when a request came and when it was aborted, and never answers.
async fn silent_partner() -> (u16, tokio::sync::mpsc::UnboundedReceiver<&'static str>) {
    struct Ended(tokio::sync::mpsc::UnboundedSender<&'static str>);
    impl Drop for Ended {
        fn drop(&mut self) {
            let _ = self.0.send("ended");
        }
    }
    let (said, heard) = tokio::sync::mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let silent = move || {
        let said = said.clone();
        async move {
            let _ended = Ended(said.clone());
            said.send("came").expect("the test listens");
            std::future::pending::<()>().await;
        }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(silent)).await });
    (port, heard)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aborted_fetch_ends_its_request_but_not_the_run() {
    let (port, heard) = silent_partner().await;
    let heard = tokio::sync::Mutex::new(heard);
    let config = json!({"http": {"ports": [port], "allow": ["127.0.0.1"], "allow_addresses": ["127.0.0.1"]}});
    everywhere_with(&config, async |stage| {
        let source = "async function main(url) {
            try {
                await fetch(url, { signal: AbortSignal.timeout(1500) });
            } catch (error) {
                console.log(error.name);
            }
            await utils.sleep(1);
            return 'went on';
        }";
        let id = stage.script(&admin(), "job", "one_off", source).await;
        let run = stage.run(&admin(), &id, json!(format!("http://127.0.0.1:{port}/"))).await;
        assert_eq!(
            (&run["result"], &run["logs"][0]["message"]),
            (&json!("went on"), &json!("TimeoutError")),
            "{run:#}"
        );
        let mut heard = heard.lock().await;
        assert_eq!((heard.recv().await, heard.recv().await), (Some("came"), Some("ended")));
        assert_eq!(run["receipt"]["host_calls"]["used"], 1, "an abort is not a call: {run:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_fetches_reach_the_limits_of_http() {
    let port = partner().await;
    let config = json!({"limits": {"http_calls": 2}, "http": {"ports": [port], "allow": ["127.0.0.1"], "allow_addresses": ["127.0.0.1"]}});
    everywhere_with(&config, async |stage| {
        let source = "async function main(url) {
            const codes = {};
            for (let round = 0; round < 100; round++) {
                const all = await Promise.allSettled(Array.from({ length: 100 }, () => fetch(url)));
                for (const one of all) {
                    const code = one.reason?.code ?? one.value.status;
                    codes[code] = (codes[code] ?? 0) + 1;
                }
            }
            return [codes[200], Object.keys(codes).sort(), Object.values(codes).reduce((sum, count) => sum + count)];
        }";
        let id = stage.script(&admin(), "job", "one_off", source).await;
        let run = stage.run(&admin(), &id, json!(format!("http://127.0.0.1:{port}/"))).await;
        let (result, codes) = (&run["result"], run["result"][1].as_array().expect("codes"));
        assert_eq!((&result[0], &result[2]), (&json!(2), &json!(10_000)), "{run:#}");
        // The tenant's rate limit may be reached before the run's limit.
        let known = ["200", "HOST_CALL_LIMIT", "HTTP_LIMIT", "HTTP_RATE_LIMITED"];
        assert!(codes.len() > 2 && codes.iter().all(|code| known.iter().any(|known| code == known)), "{run:#}");
        assert_eq!(run["receipt"]["http_calls"], json!({"used": 2, "allowed": 2}));
        stage.stop().await;
    })
    .await;
}
