//! A node with runs in flight is suspended for longer than its lease and then resumed; another node has meanwhile taken the runs over.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;
use tokio::time::sleep;

use super::one_off;
use crate::{
    Options,
    cluster::{Cluster, Outage},
    effects::source,
    instant::MonotonicTime,
    judge::judge,
    report::{Report, say},
};

const RUNS: usize = 4;
const STOPPED: Duration = Duration::from_secs(40);
const TIMEOUT: Duration = Duration::from_secs(20);

pub(crate) async fn run(options: &Options, report: &mut Report) -> anyhow::Result<()> {
    let lease = options.lease(10);
    ensure!(2 * lease < STOPPED, "--lease must be less than half of {STOPPED:?}");
    let mut cluster = Cluster::new("sigstop", lease).await?;
    let room = json!({"worker": {"max_workers": 2 * RUNS}});
    cluster.add(&room, None).await?;
    // A minute of effects, every 100 ms.
    let long = cluster.node(0)?.script("acme", &one_off("long", &source(600, 100))).await?;
    let short = cluster.node(0)?.script("other", &one_off("short", &source(1, 0))).await?;
    for _ in 0..RUNS {
        cluster.node(0)?.later("acme", &long, Duration::from_secs(1)).await?;
    }
    ensure!(cluster.begun("acme", RUNS, TIMEOUT).await, "the runs do not begin");
    cluster.add(&room, None).await?;
    sleep(Duration::from_secs(2)).await;

    let stopped = cluster.node(0)?;
    say(&format!("{} is suspended for {STOPPED:?}", stopped.name));
    let from = MonotonicTime::now();
    stopped.suspend();
    sleep(STOPPED).await;
    stopped.resume();
    let name = stopped.name.clone();
    cluster.outages.push(Outage { node: name.clone(), from, until: Some(MonotonicTime::now()) });

    let thawed = MonotonicTime::now();
    let mut serves = false;
    while !serves && MonotonicTime::now().since(thawed) < TIMEOUT {
        serves = cluster.node(0)?.run("other", &short).await.is_ok_and(|status| status == "success");
    }
    report.within("serves again after it is resumed", Duration::from_secs(5), MonotonicTime::now().since(thawed));
    report.none("left open", &cluster.settle("acme", Duration::from_secs(180)).await?);
    judge(&cluster, "acme", 2).await?.rows(report, "");
    let own = cluster.effects().into_iter().filter(|effect| effect.node == name && effect.at > thawed).count();
    report.figure("effects of the node after it was resumed", own);
    Ok(())
}
