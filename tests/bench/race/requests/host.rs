//! The library behind HTTP in a host without a log, pages or users, for `make race-requests`.
//!
//! `serve ADDRESS CONFIG` serves until it is killed; scripts are created through its API. `invoke CONFIG SECONDS LANES` calls the seed's
//! `validate_order` for that many seconds with that many concurrent calls, and prints the figures as JSON.

#[path = "../../whole_stack/shop.rs"]
mod shop;

use std::{
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::ensure;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use futures_util::future::try_join_all;
use iota_scripts_host::{Identity, Plugin};
use iota_scripts_tests::{ALL, library, process::cpu_seconds, user};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use shop::Shop;

const VALIDATE_ORDER: &str = include_str!("../../../../examples/scripts/validate-order.js");

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve", address, config] => serve(address, config).await,
        ["invoke", config, seconds, lanes] => invoke(config, seconds.parse()?, lanes.parse()?).await,
        _ => anyhow::bail!("serve ADDRESS CONFIG or invoke CONFIG SECONDS LANES, please"),
    }
}

/// Every request is from ann, who has all permissions.
fn ann() -> Identity {
    user("acme", "ann", &[ALL.as_slice(), &["reports.view"]].concat())
}

async fn start(config: &str) -> anyhow::Result<Plugin> {
    let plugin = Plugin::start(&library(), serde_json::from_str(config)?, Arc::new(Shop)).await?;
    for service in shop::services() {
        plugin.bind_service(&service)?;
    }
    Ok(plugin)
}

async fn serve(address: &str, config: &str) -> anyhow::Result<()> {
    let plugin = start(config).await?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    Ok(axum::serve(listener, plugin.router().layer(axum::Extension(ann()))).await?)
}

async fn invoke(config: &str, seconds: f64, lanes: usize) -> anyhow::Result<()> {
    let plugin = start(config).await?;
    let script = json!({"name": "validate_order", "type": "embedded", "content": VALIDATE_ORDER});
    let request = Request::post("/scripts/api/v1/scripts").header("content-type", "application/json").extension(ann());
    let answer = plugin.router().oneshot(request.body(Body::from(script.to_string()))?).await?;
    ensure!(answer.status() == StatusCode::CREATED, "the script is refused with {}", answer.status());
    // The first calls warm the workers up and are not counted.
    calls(&plugin, Duration::from_secs_f64(seconds / 4.0), lanes).await?;
    let (cpu, began) = (cpu_seconds(), Instant::now());
    let calls = calls(&plugin, Duration::from_secs_f64(seconds), lanes).await?;
    let (us, cpu_us) = (began.elapsed().as_secs_f64() * 1e6, (cpu_seconds() - cpu) * 1e6);
    writeln!(std::io::stdout(), "{}", json!({"calls": calls, "us": us, "cpu_us": cpu_us}))?;
    plugin.stop(Duration::from_secs(5)).await;
    Ok(())
}

/// Calls for the given time and counts the calls.
async fn calls(plugin: &Plugin, time: Duration, lanes: usize) -> anyhow::Result<u64> {
    let (who, order, until) = (ann(), shop::order(), Instant::now() + time);
    let lane = async || {
        let mut calls = 0_u64;
        while Instant::now() < until {
            let verdict: Value = plugin.invoke(&who, "validate_order", &order).await?;
            ensure!(verdict["valid"] == true, "the order was rejected: {verdict}");
            calls += 1;
        }
        anyhow::Ok(calls)
    };
    Ok(try_join_all((0..lanes).map(|_| lane())).await?.into_iter().sum())
}
