//! Three nodes with the work of several tenants, one of which is killed repeatedly: schedules, events and later runs.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use anyhow::Context as _;
use iota_scripts_domain::{Clock as _, SystemClock};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};

use super::{minutely, one_off};
use crate::{
    Options,
    cluster::{Cluster, node::Node},
    effects::source,
    judge::judge,
    random::Random,
    report::{Report, say},
};

const NODES: usize = 3;
const TENANTS: u64 = 5;
const SCHEDULES: u64 = 6;
const TICK: Duration = Duration::from_millis(500);
/// The longest delay of a later run.
const MAX_DELAY: Duration = Duration::from_secs(4);
/// Milliseconds that a node is up and down: the minimum, and the random range on top.
const UPTIME_MS: (u64, u64) = (1_500, 5_000);
const DOWNTIME_MS: (u64, u64) = (500, 2_000);

/// Work that nodes have accepted.
#[derive(Debug, Default)]
struct Accepted {
    later: HashSet<String>,
    events: HashSet<String>,
    /// Requests of unknown outcome: their node died before it answered.
    unanswered: usize,
}

pub(crate) async fn run(options: &Options, report: &mut Report) -> anyhow::Result<()> {
    let mut cluster = Cluster::new("kills", options.lease(10)).await?;
    for _ in 0..NODES {
        let config = json!({"worker": {"max_workers": 4}, "schedule": {"grace_seconds": 600}});
        cluster.add(&config, None).await?;
    }
    let mut later = HashMap::new();
    for tenant in (0..TENANTS).map(|tenant| format!("tenant-{tenant}")) {
        let node = cluster.node(0)?;
        later.insert(tenant.clone(), node.script(&tenant, &one_off("later", &source(5, 300))).await?);
        for number in 0..SCHEDULES {
            node.script(&tenant, &minutely(&format!("minutely {number}"), &source(3, 500))).await?;
        }
        let handler = json!({"name": "handler", "type": "embedded", "event_patterns": ["thing.*"], "content": source(3, 200),
                             "retries": 2, "retry_delay_seconds": 1});
        node.script(&tenant, &handler).await?;
    }

    let (mut random, mut promised, mut kills) = (Random::new(options.seed), Accepted::default(), 0);
    let end = Instant::now() + Duration::from_secs(60 * options.minutes);
    let mut next_kill = Instant::now() + pause(&mut random, UPTIME_MS);
    let mut next_start: Option<(usize, Instant)> = None;
    let mut ticks = 0_u64;
    while Instant::now() < end {
        let tick = Instant::now() + TICK;
        let mut doomed = None;
        match next_start {
            Some((place, at)) if at <= Instant::now() => {
                cluster.start(place).await?;
                next_start = None;
                next_kill = Instant::now() + pause(&mut random, UPTIME_MS);
            }
            None if next_kill <= Instant::now() => {
                let moment = Duration::from_millis(random.below(30));
                doomed = Some((usize::try_from(random.below(NODES as u64))?, moment));
            }
            _ => {}
        }
        ticks += 1;
        // The node dies during a request.
        let strike = async {
            let Some((place, moment)) = doomed else { return Ok(()) };
            sleep(moment).await;
            cluster.node(place).map(Node::strike)
        };
        let (requested, struck) = tokio::join!(ask(&cluster, &mut random, &later, ticks, &mut promised), strike);
        requested.and(struck)?;
        if let Some((place, _)) = doomed {
            cluster.kill(place);
            next_start = Some((place, Instant::now() + pause(&mut random, DOWNTIME_MS)));
            kills += 1;
            if kills % 10 == 0 {
                say(&format!("{kills} kills, {} requests accepted", promised.later.len() + promised.events.len()));
            }
        }
        sleep_until(tick).await;
    }
    if let Some((place, _)) = next_start {
        cluster.start(place).await?;
    }
    say("no more kills");
    // The last requested work is due by then.
    sleep(MAX_DELAY).await;
    let open = cluster.settle("tenant-%", Duration::from_secs(240)).await?;

    report.figure("kills", kills);
    let requested = format!("{} later, {} events", promised.later.len(), promised.events.len());
    report.figure("accepted by nodes", format!("{requested}; {} unanswered", promised.unanswered));
    report.none("left open", &open);
    check_records(&cluster, &promised, report).await?;
    judge(&cluster, "tenant-%", 2).await?.rows(report, "");
    Ok(())
}

/// Alternately requests a later run from a random node and publishes an event to it.
async fn ask(
    cluster: &Cluster,
    random: &mut Random,
    later: &HashMap<String, String>,
    tick: u64,
    promised: &mut Accepted,
) -> anyhow::Result<()> {
    let tenant = format!("tenant-{}", random.below(TENANTS));
    let up = cluster.up();
    let (_, node) = random.one_of(&up).context("a node that is up")?;
    let script = later.get(&tenant).context("the tenant's script")?;
    let ahead = Duration::from_millis(1_000 + random.below(3_000)).min(MAX_DELAY);
    match node.later(&tenant, script, ahead).await {
        Ok(occurrence) => _ = promised.later.insert(occurrence),
        Err(_) => promised.unanswered += 1,
    }
    if tick.is_multiple_of(2) {
        let (id, at) = (format!("event-{tick}"), SystemClock.now().to_string());
        let event = json!({"id": id, "type": "thing.done", "tenant": tenant, "at": at, "data": Value::Null});
        // As a host would: repeated, to any node, until it is accepted.
        for _ in 0..10 {
            let (_, node) = random.one_of(&up).context("a node that is up")?;
            if node.deliver(&event).await.is_ok() {
                promised.events.insert(id);
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(())
}

fn pause(random: &mut Random, (least, more): (u64, u64)) -> Duration {
    Duration::from_millis(least + random.below(more))
}

/// Each promise is one occurrence that ended, and so is each minute of each schedule.
async fn check_records(cluster: &Cluster, promised: &Accepted, report: &mut Report) -> anyhow::Result<()> {
    const SETTLED: &str = "SELECT id::text, key, cause, state FROM script_occurrences";
    const MINUTES: &str = "SELECT script_name || ' of ' || tenant_id || ': ' || count(*) || ' rows' FROM script_occurrences \
        WHERE cause = 'schedule' GROUP BY script_name, tenant_id \
        HAVING count(*) <> (extract(epoch FROM max(due_at) - min(due_at)) / 60)::bigint + 1";
    const NO_RUN: &str = "SELECT id::text FROM script_occurrences o WHERE state IN ('ran', 'failed') \
        AND NOT EXISTS (SELECT 1 FROM script_executions e WHERE e.id = o.execution_id)";
    const MISSED: &str = "SELECT script_name || ': ' || reason FROM script_occurrences WHERE state = 'missed'";
    let mut connection = cluster.connect_database().await?;
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(SETTLED).fetch_all(&mut connection).await?;
    let ended = |state: &str| matches!(state, "ran" | "failed");
    let (mut ids, mut recorded) = (HashSet::new(), HashMap::<&str, usize>::new());
    for (id, key, cause, state) in &rows {
        if ended(state) {
            ids.insert(id.as_str());
        }
        if cause == "event" {
            *recorded.entry(key).or_default() += 1;
        }
    }
    let lost: Vec<&String> = promised.later.iter().filter(|id| !ids.contains(id.as_str())).collect();
    report.none("later runs that did not end", &lost);
    let odd: Vec<&String> = promised.events.iter().filter(|id| recorded.get(id.as_str()) != Some(&1)).collect();
    report.none("events that are not recorded exactly once", &odd);
    let gaps: Vec<String> = sqlx::query_scalar(MINUTES).fetch_all(&mut connection).await?;
    report.none("schedules with a minute too many or too few", &gaps);
    let without_run: Vec<String> = sqlx::query_scalar(NO_RUN).fetch_all(&mut connection).await?;
    report.none("outcomes without a run", &without_run);
    let missed: Vec<String> = sqlx::query_scalar(MISSED).fetch_all(&mut connection).await?;
    report.none("missed minutes while two nodes were up", &missed);
    Ok(())
}
