//! Five hundred tenants with one run each, due at the same time, against one tenant with five hundred.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use iota_scripts_domain::{Clock as _, SystemClock};
use serde_json::json;

use super::one_off;
use crate::{
    cluster::Cluster,
    effects::source,
    report::{Report, say},
};

const RUNS: usize = 500;
/// The first run warms up and is not counted.
const ROUNDS: usize = 2;
/// How many times slower many tenants may be than one: each needs a new isolate.
const SHARE: f64 = 0.7;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let one = rate("tenants-one", 1).await?;
    let many = rate("tenants-many", RUNS).await?;
    report.figure("runs a second, one tenant", format!("{one:.1}"));
    report.figure(&format!("runs a second, {RUNS} tenants"), format!("{many:.1}"));
    report.at_least("ratio of the rate of many tenants to that of one", SHARE, many / one);
    Ok(())
}

/// Returns runs per second of that many tenants together.
async fn rate(name: &str, tenants: usize) -> anyhow::Result<f64> {
    let mut cluster = Cluster::new(name, Duration::from_secs(30)).await?;
    cluster.add(&json!({}), None).await?;
    let node = cluster.node(0)?;
    let script = one_off("once", &source(1, 0));
    let script = &script;
    let scripts: Vec<(String, String)> = stream::iter(0..tenants)
        .map(async |number| {
            let tenant = format!("tenant-{number}");
            let id = node.script(&tenant, script).await?;
            anyhow::Ok((tenant, id))
        })
        .buffer_unordered(4)
        .try_collect()
        .await?;
    let mut rate = 0.0;
    for round in 1..=ROUNDS {
        let at = SystemClock.now().plus(Duration::from_secs(20));
        stream::iter(0..RUNS)
            .map(async |number| {
                let (tenant, id) = &scripts[number % scripts.len()];
                node.later_at(tenant, id, at).await
            })
            .buffer_unordered(4)
            .try_collect::<Vec<_>>()
            .await?;
        ensure!(SystemClock.now() < at, "requests took longer than expected");
        ensure!(cluster.made(round * RUNS, Duration::from_secs(240)).await, "not all of {RUNS} runs came");
        let effects = cluster.effects();
        let mut times: Vec<_> = effects.iter().skip((round - 1) * RUNS).map(|effect| effect.at).collect();
        times.sort_unstable();
        let (first, last) = (times.first().context("the first")?, times.last().context("the last")?);
        rate = (RUNS - 1) as f64 / last.since(*first).as_secs_f64();
        say(&format!("{tenants} tenants, round {round}: {rate:.1} runs a second"));
    }
    Ok(rate)
}
