//! Three nodes on one PostgreSQL, one of which is killed repeatedly: occurrences stay complete, and none runs twice.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use iota_scripts_domain::{Clock as _, SystemClock};
use iota_scripts_host::Event;
use iota_scripts_tests::{Stage, TestDatabase, admin, process::signal};
use rustix::process::Signal;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, Row as _};

const LATER: usize = 150;
const EVENTS: usize = 40;
const SCHEDULES: i64 = 20;
const KILLS: usize = 6;

struct Node(Child);

impl Node {
    fn start(url: &str) -> Self {
        let config = json!({"lease_seconds": 1, "worker": {"max_workers": 2}, "schedule": {"grace_seconds": 3600}});
        Self::start_with(url, &config)
    }

    fn start_with(url: &str, config: &Value) -> Self {
        let config = config.to_string();
        let mut node = Command::new(env!("CARGO_BIN_EXE_node"));
        let mut process = node.args([url, &config]).stdout(Stdio::piped()).spawn().expect("the node runs");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n");
        Self(process)
    }
}

/// Kills the node by SIGKILL, which cannot be handled.
impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn number(connection: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(connection).await.expect(sql)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_occurrence_is_lost_or_run_twice_when_nodes_are_killed() {
    let database = TestDatabase::postgres().await;
    let mut connection = PgConnection::connect(database.url()).await.expect("connected to the database");
    {
        let stage = Stage::start(database.url(), &json!({"schedule": {"concurrency": 1}})).await;
        let source = "async function main() { await services.echo.same(1); return 1; }";
        let id = stage.script(&admin(), "Later", "one_off", source).await;
        for number in 0..LATER {
            let at = SystemClock.now().plus(Duration::from_millis(3_000 + 20 * number as u64));
            let body = json!({"at": at.to_string(), "input": number});
            stage.api(&admin(), "POST", &format!("/scripts/{id}/run"), Some(body)).await.expect(202);
        }
        let handler = json!({"name": "Handler", "type": "embedded", "event_patterns": ["thing.*"], "content": source, "retries": 0});
        stage.api(&admin(), "POST", "/scripts", Some(handler)).await.expect(201);
        for number in 0..EVENTS {
            let (kind, tenant, at) = ("thing.done".into(), "acme".into(), "2026-01-31T09:00:00Z".into());
            let event = Event { id: format!("e{number}"), kind, tenant, user: None, at, data: json!(number) };
            stage.plugin.event(&event).expect("the plugin accepts it");
        }
        let taken = "SELECT count(*) FROM script_occurrences WHERE cause = 'event'";
        while number(&mut connection, taken).await < EVENTS as i64 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        for number in 0..SCHEDULES {
            let body = json!({"name": format!("Minutely {number}"), "type": "cron", "cron_expression": "* * * * *",
                              "timezone": "UTC", "content": source});
            stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
        }
        stage.stop().await;
    }
    // Ten minutes without nodes: nine missed times of each schedule, and one to run.
    database
        .tamper("UPDATE script_schedules SET next_due_at = date_trunc('minute', now()) - interval '9 minutes'")
        .await;
    let first =
        number(&mut connection, "SELECT extract(epoch FROM min(next_due_at))::bigint FROM script_schedules").await;

    let mut nodes = vec![Node::start(database.url()), Node::start(database.url()), Node::start(database.url())];
    for round in 0..KILLS {
        // Something ran since the last death.
        let ran = number(&mut connection, "SELECT count(*) FROM script_executions").await;
        while number(&mut connection, "SELECT count(*) FROM script_executions").await < ran + 5
            && number(&mut connection, "SELECT count(*) FROM script_occurrences WHERE state IN ('due', 'running')")
                .await
                > 0
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        nodes.remove(round % 3);
        nodes.insert(round % 3, Node::start(database.url()));
    }
    while number(&mut connection, "SELECT count(*) FROM script_occurrences WHERE state IN ('due', 'running')").await > 0
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(nodes);

    let twice = "SELECT count(*) FROM (SELECT occurrence_id FROM script_executions GROUP BY occurrence_id HAVING count(*) > 1) AS twice";
    assert_eq!(number(&mut connection, twice).await, 0, "no occurrence ran twice");
    let settled = "SELECT count(*) FROM script_occurrences WHERE cause = 'later' AND state IN ('ran', 'failed')";
    assert_eq!(number(&mut connection, settled).await, LATER as i64, "every later run ended");
    let handled = "SELECT count(*) FROM script_occurrences WHERE cause = 'event' AND state IN ('ran', 'failed')";
    assert_eq!(
        number(&mut connection, handled).await,
        EVENTS as i64,
        "every event came to an end: done, or a dead letter"
    );
    let without_run = "SELECT count(*) FROM script_occurrences o WHERE state IN ('ran', 'failed') \
                  AND NOT EXISTS (SELECT 1 FROM script_executions e WHERE e.id = o.execution_id)";
    assert_eq!(number(&mut connection, without_run).await, 0, "every outcome has its run");
    let open = "SELECT count(*) FROM script_executions WHERE status IN ('pending', 'running')";
    assert_eq!(number(&mut connection, open).await, 0, "no run is left open");

    let sql = "SELECT s.script_id, count(o.id) AS rows, extract(epoch FROM min(o.due_at))::bigint AS first, \
               (extract(epoch FROM max(o.due_at) - min(o.due_at)) / 60)::bigint + 1 AS minutes, \
               bool_and(o.due_at < s.next_due_at) AND max(o.due_at) + interval '1 minute' = s.next_due_at AS whole \
               FROM script_schedules s JOIN script_occurrences o ON o.script_id = s.script_id GROUP BY s.script_id, s.next_due_at";
    let schedules = sqlx::query(sql).fetch_all(&mut connection).await.expect("the occurrences");
    assert_eq!(schedules.len() as i64, SCHEDULES);
    for row in schedules {
        let get = |name: &str| row.get::<i64, _>(name);
        assert_eq!((get("first"), get("rows")), (first, get("minutes")), "each minute is recorded once");
        assert!(row.get::<bool, _>("whole"), "up to the next one");
    }
}

/// Polls until the answer matches.
async fn poll(connection: &mut PgConnection, sql: &'static str, enough: impl Fn(i64) -> bool) -> i64 {
    loop {
        let found = number(connection, sql).await;
        if enough(found) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_node_writes_nothing_after_its_replacement() {
    let database = TestDatabase::postgres().await;
    let mut connection = PgConnection::connect(database.url()).await.expect("connected to the database");
    {
        let stage = Stage::start(database.url(), &json!({})).await;
        let source = "async function main() { for (;;) { await storage.increment('ticks of ' + context.execution.id); \
                      await new Promise(done => setTimeout(done, 20)); } }";
        let body = json!({"name": "Ticks", "type": "one_off", "content": source, "timeout_seconds": 900, "retries": 3,
                          "retry_delay_seconds": 1});
        let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
        let path = format!("/scripts/{}/run", script["id"].as_str().expect("an id"));
        // Due when the first node is up.
        let at = SystemClock.now().plus(Duration::from_secs(3600)).to_string();
        stage.api(&admin(), "POST", &path, Some(json!({"at": at}))).await.expect(202);
        stage.stop().await;
    }
    let config = |node: &str| {
        json!({"instance_id": node, "lease_seconds": 1, "worker": {"max_workers": 2},
               "limits": {"host_calls": 100_000, "wall_ms": 900_000}})
    };
    database.tamper("UPDATE script_occurrences SET next_attempt_at = now()").await;
    let first = Node::start_with(database.url(), &config("first"));
    let ticks = "SELECT COALESCE(sum(value::bigint), 0)::bigint FROM script_storage \
                 WHERE key = (SELECT 'ticks of ' || id FROM script_executions WHERE attempt = 1)";
    poll(&mut connection, ticks, |ticks| ticks > 5).await;
    let second = Node::start_with(database.url(), &config("second"));
    signal(first.0.id(), Signal::STOP);
    let taken_over = "SELECT count(*) FROM script_executions WHERE attempt = 2 AND node = 'second'";
    poll(&mut connection, taken_over, |found| found == 1).await;
    let before = number(&mut connection, ticks).await;

    signal(first.0.id(), Signal::CONT);
    // The node is back once it has reported so twice.
    let seen = "SELECT (extract(epoch FROM seen_at) * 1000)::bigint FROM script_nodes WHERE node = 'first'";
    for _ in 0..2 {
        let last = number(&mut connection, seen).await;
        poll(&mut connection, seen, |seen| seen > last).await;
    }
    // Requests that it sent before it was suspended may still be on their way to the database.
    let beside = number(&mut connection, ticks).await - before;
    assert!(beside <= 1, "it continued: {beside} times");
    let lost = "SELECT count(*) FROM script_executions WHERE attempt = 1 AND status = 'lost'";
    assert_eq!(number(&mut connection, lost).await, 1);
    let alive = "SELECT count(*) FROM script_executions WHERE attempt = 2 AND status = 'running'";
    assert_eq!(number(&mut connection, alive).await, 1, "a healthy run is not declared lost");
    drop((first, second));
}
