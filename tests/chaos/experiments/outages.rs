//! The database is unreachable: for one of three nodes, whose proxy drops everything, and at the same time, on another cluster, for all
//! nodes.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;
use tokio::time::sleep;

use super::{LEASE, minutely, one_off};
use crate::{
    Options,
    cluster::{Cluster, Outage, proxy::State},
    effects::source,
    instant::MonotonicTime,
    judge::judge,
    report::{Report, say},
};

const NODES: usize = 3;
/// Runs of 20 s that are in flight when the database is lost: 6 for each node, its maximum.
const ROOM: usize = 6;
/// Of as many runs as there are nodes, these outlast the lease of their node when one node is cut off.
const LONG: usize = 1;
const TIMEOUT: Duration = Duration::from_secs(30);
/// Time within which each node works again.
const SOON: Duration = Duration::from_secs(10);

/// The nodes that lose the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Affected {
    OneNode,
    AllNodes,
}

pub(crate) async fn run(options: &Options, report: &mut Report) -> anyhow::Result<()> {
    let (mut one, mut all) = (Report::default(), Report::default());
    one.begin("outages");
    all.begin("outages");
    let (first, second) = tokio::join!(
        Box::pin(series(Affected::OneNode, options, &mut one)),
        Box::pin(series(Affected::AllNodes, options, &mut all))
    );
    report.append(one);
    report.append(all);
    first.and(second)
}

async fn series(affected: Affected, options: &Options, report: &mut Report) -> anyhow::Result<()> {
    let name = if affected == Affected::OneNode { "outages-one" } else { "outages-all" };
    let mut cluster = Cluster::new(name, options.lease(LEASE)).await?;
    for _ in 0..NODES {
        cluster.add(&json!({"worker": {"max_workers": ROOM + 2}, "schedule": {"concurrency": ROOM}}), None).await?;
    }
    cluster.node(0)?.script("clock", &minutely("minutely", &source(1, 0))).await?;
    for seconds in &options.outages {
        outage(&mut cluster, affected, Duration::from_secs(*seconds), report).await?;
    }
    let healed = MonotonicTime::now();
    let goes_on = cluster.effect(Duration::from_secs(75), |made| made.tenant == "clock" && made.at > healed).await?;
    let missing: &[&str] = if goes_on.is_some() { &[] } else { &["it did not run"] };
    report.none(&format!("{}: a schedule that does not fire afterwards", affected.name()), missing);
    Ok(())
}

async fn outage(
    cluster: &mut Cluster,
    affected: Affected,
    length: Duration,
    report: &mut Report,
) -> anyhow::Result<()> {
    let (when, tenant) =
        (format!("{}, {} s: ", affected.name(), length.as_secs()), format!("away-{}-", length.as_secs()));
    let short = cluster.node(1)?.script(&tenant, &one_off("short", &source(20, 1_000))).await?;
    let long = cluster.node(1)?.script(&tenant, &one_off("long", &source(75, 1_000))).await?;
    let probe = cluster.node(1)?.script("probe", &one_off(&format!("probe {tenant}"), &source(1, 0))).await?;
    let long_runs = if affected == Affected::OneNode { LONG } else { 0 };
    for number in 0..NODES * ROOM {
        let script = if number % NODES < long_runs { &long } else { &short };
        cluster.node(1)?.later(&tenant, script, Duration::from_secs(1)).await?;
    }
    ensure!(cluster.begun(&tenant, NODES * ROOM, TIMEOUT).await, "the runs do not begin");

    say(&format!("{when}away"));
    let from = MonotonicTime::now();
    match affected {
        // The last slot, so that the node that gets the requests is another one.
        Affected::OneNode => cluster.proxy(NODES - 1)?.set(State::Held),
        Affected::AllNodes => {
            (0..NODES).try_for_each(|place| cluster.proxy(place).map(|proxy| proxy.set(State::Cut)))?
        }
    }
    sleep(length).await;
    (0..NODES).try_for_each(|place| cluster.proxy(place).map(|proxy| proxy.set(State::Open)))?;
    if affected == Affected::OneNode {
        let node = cluster.node(NODES - 1)?.name.clone();
        cluster.outages.push(Outage { node, from, until: Some(MonotonicTime::now()) });
    }

    let healed = MonotonicTime::now();
    for (_, node) in cluster.up() {
        while !node.run("probe", &probe).await.is_ok_and(|status| status == "success") {
            ensure!(MonotonicTime::now().since(healed) < 6 * SOON, "{} does not work again", node.name);
            sleep(Duration::from_millis(100)).await;
        }
    }
    report.within(&format!("{when}all nodes work again"), SOON, MonotonicTime::now().since(healed));
    report.none(&format!("{when}left open"), &cluster.settle(&tenant, Duration::from_secs(240)).await?);
    judge(cluster, &tenant, 2).await?.rows(report, &when);
    Ok(())
}

impl Affected {
    const fn name(self) -> &'static str {
        match self {
            Self::OneNode => "one node cut off",
            Self::AllNodes => "no database",
        }
    }
}
