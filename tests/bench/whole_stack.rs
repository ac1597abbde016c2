//! Latency as a user of the application sees it: an endpoint over real HTTP, and the rule `validate_order` that the application calls.
//!
//! It includes every step of a request: sockets, the host's router, the ABI, permissions, a warm worker, calls of the host's services,
//! and a record of each run. Client and server share this process and its processors.

mod live;
mod load;
mod shop;

use std::{net::Ipv4Addr, sync::Arc};

use anyhow::{Context as _, ensure};
use iota_scripts_host::{Identity, Plugin};
use iota_scripts_tests::{TestDatabase, admin, http_client, library};
use reqwest::Client;
use serde_json::{Value, json};

use crate::{ROUNDS, figures::Figures};
use load::load;
use shop::Shop;

const HELLO: &str = "function handleRequest(req) { return {status: 200, body: {hello: req.params.name}}; }";
/// A typical script, with six calls of the application.
const VALIDATE_ORDER: &str = include_str!("../../examples/scripts/validate-order.js");

/// Calls in flight at a time: a single user, and more than there are workers.
const LANES: [u32; 2] = [1, 32];

pub(crate) async fn measure(isolation: &str, figures: &mut Figures) -> anyhow::Result<()> {
    let database = TestDatabase::sqlite();
    let config = json!({"database": {"url": database.url()}, "isolation": isolation});
    let plugin = Plugin::start(&library(), config, Arc::new(Shop)).await?;
    for service in shop::services() {
        plugin.bind_service(&service)?;
    }
    let site = Site::open(&plugin, admin()).await?;
    site.create(json!({"name": "hello", "type": "endpoint", "endpoint_method": "GET", "endpoint_path": "/hello/:name",
                       "rate_limit_per_minute": 1_000_000, "content": HELLO}))
        .await?;
    site.create(json!({"name": "validate_order", "type": "embedded", "content": VALIDATE_ORDER})).await?;
    let (who, order) = (admin(), shop::order());
    for lanes in LANES {
        // The first round warms the workers up and is not counted.
        for round in 0..=ROUNDS {
            let hello = load(lanes, async || site.hello().await).await?;
            let checked = load(lanes, async || accepted(&plugin.invoke(&who, "validate_order", &order).await?)).await?;
            if round > 0 {
                hello.note(figures, &format!("endpoint hello, {isolation}"));
                checked.note(figures, &format!("validate_order, {isolation}"));
            }
        }
    }
    live::measure(&site, &format!("a line of the log, live, {isolation}"), figures).await?;
    plugin.stop(std::time::Duration::from_secs(5)).await;
    Ok(())
}

fn accepted(verdict: &Value) -> anyhow::Result<()> {
    ensure!(verdict["valid"] == true, "the order was rejected: {verdict}");
    Ok(())
}

/// Starts the application's listener, with everyone signed in as the same user.
struct Site {
    url: String,
    client: Client,
}

impl Site {
    async fn open(plugin: &Plugin, who: Identity) -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let app = plugin.router().layer(axum::Extension(who));
        // It stops with this process.
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { url, client: http_client() })
    }

    async fn create(&self, script: Value) -> anyhow::Result<Value> {
        self.post("/scripts", script).await
    }

    async fn post(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        let request = self.client.post(format!("{}/scripts/api/v1{path}", self.url));
        let answer = request.json(&body).send().await?;
        ensure!(answer.status().is_success(), "{path} refused: {}", answer.text().await?);
        Ok(answer.json().await?)
    }

    async fn hello(&self) -> anyhow::Result<()> {
        let answer = self.client.get(format!("{}/api/scripts/hello/Ada", self.url)).send().await?;
        let body: Value = answer.json().await.context("the endpoint's answer")?;
        ensure!(body == json!({"hello": "Ada"}), "not the answer: {body}");
        Ok(())
    }
}
