//! Measures the delay of a log line from `console.log` in a running script to a client that follows the run over server-sent events.

use std::time::Duration;

use anyhow::Context as _;
use futures_util::StreamExt as _;
use iota_scripts_domain::{Clock as _, SystemClock, Timestamp};
use serde_json::{Value, json};

use super::Site;
use crate::figures::Figures;

/// Logs a line every few milliseconds.
const CHATTY: &str = "async function main() {
    for (let line = 0; line < 100; line++) { console.log(line); await services.products.wait(); }
}";

pub(super) async fn measure(site: &Site, what: &str, figures: &mut Figures) -> anyhow::Result<()> {
    let script = site.create(json!({"name": "chatty", "type": "one_off", "content": CHATTY})).await?;
    let id = script["id"].as_str().context("the script's id")?;
    let run: Value = site.post(&format!("/scripts/{id}/run"), json!({})).await?;
    let run = run["execution_id"].as_str().context("the run's id")?;
    let stream = site.client.get(format!("{}/scripts/api/v1/executions/{run}/stream", site.url)).send().await?;
    let (opened, mut pieces) = (SystemClock.now(), stream.bytes_stream());
    let mut latencies = Vec::new();
    while let Some(piece) = pieces.next().await {
        let now = SystemClock.now();
        let piece = piece?;
        let text = std::str::from_utf8(&piece)?;
        let lines = text.split("event: log\ndata: ").skip(1).filter_map(|line| logged_at(line.lines().next()?));
        latencies.extend(lines.filter(|at| *at > opened).map(|at| now.since(at)));
    }
    latencies.sort_unstable();
    for share in [50, 99] {
        let latency: &Duration = latencies.get(latencies.len() * share / 100).context("lines that came live")?;
        figures.add(&format!("{what}: p{share}"), "ms", latency.as_secs_f64() * 1e3);
    }
    Ok(())
}

fn logged_at(line: &str) -> Option<Timestamp> {
    let line: Value = serde_json::from_str(line).ok()?;
    Timestamp::parse(line["at"].as_str()?).ok()
}
