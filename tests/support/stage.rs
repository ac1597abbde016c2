//! The real library, started on a database of its own, with its JSON API at hand.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request},
};
use futures_util::StreamExt as _;
use http_body_util::BodyExt as _;
use iota_scripts_host::{Identity, Library, Plugin, RequestFacts, StartError};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{TestHost, echo_service};

/// What a host is delivered.
const BUILT: [&str; 3] = ["libiota_scripts.so", "iota-scripts-worker", "iota-scripts-sqlite"];

/// Where this build put its programs and the library.
///
/// # Panics
/// When the test's own path cannot be told.
#[must_use]
pub fn target_folder() -> PathBuf {
    let exe = std::env::current_exe().expect("the path of this test");
    // Tests lie in `deps`, which has a library of that name too, but no programs beside it.
    let whole = |folder: &&Path| BUILT.iter().all(|name| folder.join(name).is_file());
    exe.ancestors().find(whole).expect("the library and its programs are not built: run `make build` first").to_owned()
}

/// The library, loaded through its own doors.
///
/// # Panics
/// When it cannot be loaded.
#[must_use]
pub fn library() -> Library {
    Library::open(target_folder().join("libiota_scripts.so")).expect("the library loads")
}

/// A started plugin.
#[derive(Debug)]
pub struct Stage {
    pub plugin: Plugin,
    pub host: Arc<TestHost>,
    router: Router,
}

/// What the JSON API answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub json: Value,
}

/// What any address answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// A header's value; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl Answer {
    /// The JSON, if the status is this one.
    ///
    /// # Panics
    /// With the answer, if it is not.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.json);
        self.json
    }
}

impl Stage {
    /// Starts with a configuration over the defaults of tests.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(url: &str, more: &Value) -> Self {
        let host = TestHost::new();
        let plugin = start(url, more, Arc::clone(&host)).await.expect("the plugin starts");
        plugin.bind_service(&echo_service()).expect("the service is bound");
        Self { router: plugin.router(), plugin, host }
    }

    /// One request of the JSON API, as the host's router passes it on.
    ///
    /// # Panics
    /// When the router or the body fails.
    pub async fn api(&self, who: &Identity, method: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(Some(who), method, path, body).await
    }

    /// The same with what the host's middleware knows of the request.
    ///
    /// # Panics
    /// When the router or the body fails.
    pub async fn api_with(
        &self,
        who: &Identity,
        facts: RequestFacts,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let mut request = request(method, path, body);
        request.extensions_mut().insert(who.clone());
        request.extensions_mut().insert(facts);
        self.answer(request).await
    }

    /// The same with any body, or without an identity.
    ///
    /// # Panics
    /// When the router or the body fails.
    pub async fn send(&self, who: Option<&Identity>, method: &str, path: &str, body: Body) -> Answer {
        let mut request = request(method, path, body);
        if let Some(who) = who {
            request.extensions_mut().insert(who.clone());
        }
        self.answer(request).await
    }

    /// Any request of the host's router, with the answer as it came.
    ///
    /// # Panics
    /// When the router or the body fails.
    pub async fn reply(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        Answer { status, json: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// A streamed answer, as text; reads until `enough` says so or the stream ends.
    ///
    /// # Panics
    /// When the router or the body fails.
    pub async fn stream(&self, who: &Identity, path: &str, enough: impl Fn(&str) -> bool) -> String {
        let request = Request::get(format!("/scripts/api/v1{path}")).extension(who.clone()).body(Body::empty());
        let response = self.router.clone().oneshot(request.expect("a request")).await;
        let mut body = response.unwrap_or_else(|never| match never {}).into_body().into_data_stream();
        let mut text = String::new();
        while let Some(piece) = body.next().await {
            text += std::str::from_utf8(&piece.expect("a piece")).expect("UTF-8");
            if enough(&text) {
                break;
            }
        }
        text
    }

    /// Creates a script and gives its id.
    pub async fn script(&self, who: &Identity, name: &str, kind: &str, content: &str) -> String {
        let body = json!({"name": name, "type": kind, "content": content, "timeout_seconds": 20});
        let script = self.api(who, "POST", "/scripts", Some(body)).await.expect(201);
        script["id"].as_str().expect("an id").to_owned()
    }

    /// Creates a script that is switched off, and whose source need not compile, and gives its id.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn draft(&self, who: &Identity, name: &str, kind: &str, content: &str) -> String {
        let body = json!({"name": name, "type": kind, "content": content, "timeout_seconds": 20, "is_active": false});
        let script = self.api(who, "POST", "/scripts", Some(body)).await.expect(201);
        script["id"].as_str().expect("an id").to_owned()
    }

    /// Starts a run through the JSON API and gives its id.
    pub async fn begin(&self, who: &Identity, script: &str, input: Value) -> String {
        let answer = self.api(who, "POST", &format!("/scripts/{script}/run"), Some(json!({"input": input}))).await;
        answer.expect(202)["execution_id"].as_str().expect("an id").to_owned()
    }

    /// Waits for the end of a run and gives its record.
    pub async fn ended(&self, who: &Identity, execution: &str) -> Value {
        self.stream(who, &format!("/executions/{execution}/stream"), |_| false).await;
        self.api(who, "GET", &format!("/executions/{execution}"), None).await.expect(200)
    }

    /// Runs a script to its end and gives its record.
    pub async fn run(&self, who: &Identity, script: &str, input: Value) -> Value {
        let execution = self.begin(who, script, input).await;
        self.ended(who, &execution).await
    }

    /// Stops the plugin and waits until it has stopped.
    pub async fn stop(self) {
        self.plugin.stop(Duration::from_secs(5)).await;
    }
}

fn request(method: &str, path: &str, body: Body) -> Request<Body> {
    let request = Request::builder().method(method).uri(format!("/scripts/api/v1{path}"));
    request.header("content-type", "application/json").body(body).expect("a request")
}

/// Starts the plugin on a database with a configuration over the defaults of tests.
///
/// # Errors
/// What the plugin says when it cannot start.
pub async fn start(url: &str, more: &Value, host: Arc<TestHost>) -> Result<Plugin, StartError> {
    let mut config = json!({"database": {"url": url}, "worker": {"max_workers": 2, "checkout_timeout_ms": 60_000}});
    merge(&mut config, more);
    Plugin::start(&library(), config, host).await
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}
