//! A hundred sleeping runs of one tenant, and schedules of others, on one node.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;
use tokio::time::sleep;

use super::{minutely, one_off};
use crate::{
    cluster::Cluster,
    effects::source,
    instant::MonotonicTime,
    report::{Report, say},
};

const SLEEPERS: usize = 100;
/// The other tenants, with one schedule each.
const OTHERS: usize = 5;
const WATCHED: Duration = Duration::from_secs(200);
const LATE: Duration = Duration::from_secs(2);

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let mut cluster = Cluster::new("sleepers", Duration::from_secs(30)).await?;
    cluster.add(&json!({}), None).await?;
    let node = cluster.node(0)?;
    for number in 0..OTHERS {
        node.script(&format!("other-{number}"), &minutely("minutely", &source(1, 0))).await?;
    }
    let sleeper = "async function main() { await services.effects.note(0, 1); await utils.sleep(60000); }";
    let sleeper = node.script("sleepy", &one_off("sleeper", sleeper)).await?;
    for _ in 0..SLEEPERS {
        node.later("sleepy", &sleeper, Duration::from_secs(1)).await?;
    }
    ensure!(cluster.begun("sleepy", 1, Duration::from_secs(20)).await, "no run sleeps");
    say(&format!("{SLEEPERS} runs sleep; the other tenants are watched for {WATCHED:?}"));
    let (mut connection, began) = (cluster.connect_database().await?, MonotonicTime::now());
    let now: String = sqlx::query_scalar("SELECT now()::text").fetch_one(&mut connection).await?;
    sleep(WATCHED).await;

    // By the clock that planned them: there is only one machine.
    const DUE: &str = "SELECT o.tenant_id, o.state, e.id::text, extract(epoch FROM now() - o.due_at)::float8 \
        FROM script_occurrences o LEFT JOIN script_executions e ON e.occurrence_id = o.id \
        WHERE o.tenant_id LIKE 'other-%' AND o.due_at > $1::timestamptz ORDER BY o.due_at";
    let rows: Vec<(String, String, Option<String>, f64)> =
        sqlx::query_as(DUE).bind(&now).fetch_all(&mut connection).await?;
    let (seen, effects) = (MonotonicTime::now(), cluster.effects());
    let mut lateness = Vec::new();
    let mut skipped = Vec::new();
    for (tenant, state, run, age) in rows {
        if matches!(state.as_str(), "skipped" | "missed") {
            skipped.push(format!("{state} of {tenant}"));
            continue;
        }
        let first = effects.iter().find(|effect| Some(&effect.run) == run.as_ref());
        // The lateness of a run that has not begun is measured up to now.
        let since = first.map_or(Duration::ZERO, |first| seen.since(first.at));
        lateness.push(Duration::from_secs_f64(age.max(0.0)).saturating_sub(since));
    }
    lateness.sort_unstable();
    let least = usize::try_from(seen.since(began).as_secs() / 60)? * OTHERS;
    report.at_least("due times of other tenants", least as f64, (lateness.len() + skipped.len()) as f64);
    report.none("due times of other tenants that were skipped or missed", &skipped);
    if let (Some(most), Some(median)) = (lateness.last(), lateness.get(lateness.len() / 2)) {
        report.within("delay of other tenants, median", LATE, *median);
        report.within("delay of other tenants, maximum", LATE, *most);
    }
    let sleeping = effects.iter().filter(|effect| effect.tenant == "sleepy").count();
    report.figure("sleepers that had begun at the end", format!("{sleeping} of {SLEEPERS}"));
    Ok(())
}
