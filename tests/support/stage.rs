//! The real library, started on its own database, with its JSON API.

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

/// The files of a release.
const BUILT: [&str; 3] = ["libiota_scripts.so", "iota-scripts-worker", "iota-scripts-sqlite"];

/// The folder with the programs and the library of this build.
///
/// # Panics
/// If the test's own path is unknown.
#[must_use]
pub fn target_folder() -> PathBuf {
    let exe = std::env::current_exe().expect("the path of this test");
    // Tests are in `deps`, which has a library of that name too, but no programs next to it.
    let whole = |folder: &&Path| BUILT.iter().all(|name| folder.join(name).is_file());
    exe.ancestors().find(whole).expect("the library and its programs are not built: run `make build` first").to_owned()
}

/// The library, loaded through its public interface.
///
/// # Panics
/// If it cannot be loaded.
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

/// A response of the JSON API.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub json: Value,
}

/// A response of any address.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// A header's value; empty if it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON; null if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl Answer {
    /// Returns the JSON if the status is this one.
    ///
    /// # Panics
    /// With the response, if the status differs.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.json);
        self.json
    }
}

impl Stage {
    /// Starts with a configuration merged over the defaults of tests.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start(url: &str, more: &Value) -> Self {
        let host = TestHost::new();
        let plugin = start(url, more, Arc::clone(&host)).await.expect("the plugin starts");
        plugin.bind_service(&echo_service()).expect("the service is bound");
        Self { router: plugin.router(), plugin, host }
    }

    /// Sends one request to the JSON API, as the host's router passes it on.
    ///
    /// # Panics
    /// If the router or the body fails.
    pub async fn api(&self, who: &Identity, method: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(Some(who), method, path, body).await
    }

    /// The same with the identity from the host's middleware.
    ///
    /// # Panics
    /// If the router or the body fails.
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
    /// If the router or the body fails.
    pub async fn send(&self, who: Option<&Identity>, method: &str, path: &str, body: Body) -> Answer {
        let mut request = request(method, path, body);
        if let Some(who) = who {
            request.extensions_mut().insert(who.clone());
        }
        self.answer(request).await
    }

    /// Sends any request to the host's router, and returns the raw response.
    ///
    /// # Panics
    /// If the router or the body fails.
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

    /// Reads a streamed response as text until `enough` returns true or the stream ends.
    ///
    /// # Panics
    /// If the router or the body fails.
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

    /// Creates a script and returns its id.
    pub async fn script(&self, who: &Identity, name: &str, kind: &str, content: &str) -> String {
        let body = json!({"name": name, "type": kind, "content": content, "timeout_seconds": 20});
        let script = self.api(who, "POST", "/scripts", Some(body)).await.expect(201);
        script["id"].as_str().expect("an id").to_owned()
    }

    /// Creates an inactive script, whose source need not compile, and returns its id.
    ///
    /// # Panics
    /// If the script is rejected.
    pub async fn draft(&self, who: &Identity, name: &str, kind: &str, content: &str) -> String {
        let body = json!({"name": name, "type": kind, "content": content, "timeout_seconds": 20, "is_active": false});
        let script = self.api(who, "POST", "/scripts", Some(body)).await.expect(201);
        script["id"].as_str().expect("an id").to_owned()
    }

    /// Starts a run through the JSON API and returns its id.
    pub async fn begin(&self, who: &Identity, script: &str, input: Value) -> String {
        let answer = self.api(who, "POST", &format!("/scripts/{script}/run"), Some(json!({"input": input}))).await;
        answer.expect(202)["execution_id"].as_str().expect("an id").to_owned()
    }

    /// Waits for the end of a run and returns its record.
    pub async fn ended(&self, who: &Identity, execution: &str) -> Value {
        self.stream(who, &format!("/executions/{execution}/stream"), |_| false).await;
        self.api(who, "GET", &format!("/executions/{execution}"), None).await.expect(200)
    }

    /// Runs a script to its end and returns its record.
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

/// Starts the plugin on a database with a configuration merged over the defaults of tests.
///
/// # Errors
/// The plugin's error if it cannot start.
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
