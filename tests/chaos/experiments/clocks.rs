//! Wrong wall clocks: two nodes 45 s apart, and a node whose clock is set two minutes back, then a day forward and back again.
//!
//! Only the wall clock is wrong, as on a machine whose clock is set by hand. Requires Debian's package `faketime`.

use std::time::Duration;

use anyhow::ensure;
use iota_scripts_tests::target_folder;
use serde_json::json;
use tokio::time::sleep;

use super::{LEASE, minutely, one_off};
use crate::{
    Options,
    cluster::{Cluster, node::Clock},
    effects::source,
    instant::MonotonicTime,
    judge::judge,
    report::{Report, say},
};

const CLOCK_DIFFERENCE_S: i64 = 45;
const DAY: i64 = 86_400;
const SCHEDULES: usize = 3;
/// Time until the change of a clock takes effect.
const CACHED: Duration = Duration::from_secs(2);
/// Time until a schedule that has not fired is taken to have stopped.
const SCHEDULE_TIMEOUT: Duration = Duration::from_secs(240);
/// More runs than this of a minutely schedule have no cause.
const MISSED: usize = 5;

pub(crate) async fn run(options: &Options, report: &mut Report) -> anyhow::Result<()> {
    let folder = target_folder().join("chaos-files");
    std::fs::create_dir_all(&folder)?;
    let Some(clock) = Clock::shifted(0, folder.join("clock"))? else {
        report.skip("libfaketime is not installed: it is the Debian package faketime");
        return Ok(());
    };
    apart(&clock, options, report).await?;
    set(&clock, options, report).await
}

/// Starts one node with the right clock and one with a clock that is ahead.
async fn apart(clock: &Clock, options: &Options, report: &mut Report) -> anyhow::Result<()> {
    let mut cluster = Cluster::new("clocks-apart", options.lease(LEASE)).await?;
    clock.set(CLOCK_DIFFERENCE_S)?;
    let room = json!({"worker": {"max_workers": 6}});
    cluster.add(&room, None).await?;
    cluster.add(&room, Some(clock.clone())).await?;
    let node = cluster.node(0)?;
    node.script("apart-clock", &minutely("minutely", &source(10, 1_000))).await?;
    let script = node.script("apart", &one_off("long", &source(25, 1_000))).await?;
    for round in 1..=4 {
        say(&format!("clocks {CLOCK_DIFFERENCE_S} s apart, round {round}"));
        for _ in 0..10 {
            cluster.node(0)?.later("apart", &script, Duration::from_secs(1)).await?;
        }
        sleep(Duration::from_secs(25)).await;
    }
    let when = format!("{CLOCK_DIFFERENCE_S} s apart: ");
    report.none(&format!("{when}left open"), &cluster.settle("apart%", Duration::from_secs(240)).await?);
    let effects = cluster.effects();
    for (_, node) in cluster.up() {
        let own = effects.iter().filter(|effect| effect.node == node.name).count();
        report.at_least(&format!("{when}effects of {}", node.name), 1.0, own as f64);
    }
    judge(&cluster, "apart%", 2).await?.rows(report, &when);
    Ok(())
}

/// Starts one node, whose clock is set while it runs.
async fn set(clock: &Clock, options: &Options, report: &mut Report) -> anyhow::Result<()> {
    let mut cluster = Cluster::new("clocks-set", options.lease(LEASE)).await?;
    clock.set(0)?;
    cluster.add(&json!({"worker": {"max_workers": 4}}), Some(clock.clone())).await?;
    let script = cluster.node(0)?.script("hand", &one_off("by hand", &source(1, 0))).await?;
    for number in 0..SCHEDULES {
        cluster.node(0)?.script(&format!("set-{number}"), &minutely("minutely", &source(1, 0))).await?;
    }
    ensure!(next(&cluster, MonotonicTime::now()).await?.is_some(), "no schedule runs at all");

    say("the clock is set back by two minutes");
    by_hand(&cluster, &script, Duration::from_secs(5)).await;
    clock.set(-120)?;
    let back = MonotonicTime::now();
    sleep(CACHED).await;
    let refused = by_hand(&cluster, &script, Duration::from_secs(30)).await;
    report.none("set back by 2 min: refused or failed manual runs", &refused);
    let gap = next(&cluster, back.plus(CACHED)).await?.map(|at| at.since(back));
    // The minutes that have already run do not run again.
    report.within("set back by 2 min: gap of minutely schedules", Duration::from_secs(195), gap);

    say("the clock is set forward by a day");
    clock.set(DAY)?;
    sleep(CACHED + Duration::from_secs(68)).await;
    say("and back");
    clock.set(0)?;
    let back = MonotonicTime::now();
    sleep(CACHED).await;
    let refused = by_hand(&cluster, &script, Duration::from_secs(10)).await;
    report.none("a day forward and back: refused or failed manual runs", &refused);
    let gap = next(&cluster, back.plus(CACHED)).await?.map(|at| at.since(back));
    report.within("a day forward and back: gap of minutely schedules", Duration::from_secs(90), gap);

    const WORST: &str = "SELECT coalesce(max(times), 0) FROM \
        (SELECT count(*) AS times FROM script_occurrences WHERE state = 'missed' GROUP BY script_id) AS missed";
    let missed: i64 = sqlx::query_scalar(WORST).fetch_one(&mut cluster.connect_database().await?).await?;
    report.at_most("a day forward and back: missed times of a schedule", MISSED, usize::try_from(missed)?);
    judge(&cluster, "set-%", 2).await?.rows(report, "clock that is set: ");
    Ok(())
}

/// Returns when the last of the schedules has run again; `None` at the timeout.
async fn next(cluster: &Cluster, after: MonotonicTime) -> anyhow::Result<Option<MonotonicTime>> {
    let mut latest = after;
    for tenant in (0..SCHEDULES).map(|number| format!("set-{number}")) {
        let again = cluster.effect(SCHEDULE_TIMEOUT, |made| made.at > after && made.tenant == tenant).await?;
        let Some(again) = again else { return Ok(None) };
        latest = latest.max(again.at);
    }
    Ok(Some(latest))
}

/// Runs a script manually for the given time; returns the failures, with the second of each request.
async fn by_hand(cluster: &Cluster, script: &str, time: Duration) -> Vec<String> {
    let (began, mut refused) = (MonotonicTime::now(), Vec::new());
    while MonotonicTime::now().since(began) < time {
        let second = MonotonicTime::now().since(began).as_secs();
        let Ok(node) = cluster.node(0) else { break };
        match node.run("hand", script).await {
            Ok(status) if status == "success" => {}
            Ok(status) => refused.push(format!("{status} after {second} s")),
            Err(error) => refused.push(format!("{error} after {second} s")),
        }
        sleep(Duration::from_millis(200)).await;
    }
    refused
}
