//! A host on SQLite: its own copy of SQLite has the file open in the process of the library, and scripts write the same file.

use std::time::Duration;

use iota_scripts_tests::{
    Stage, TestDatabase, admin,
    process::{holders, is_there, signal},
    tables,
};
use rustix::process::Signal;
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tokio::time::{sleep, timeout};

use crate::db::writer;

/// Writes of one connection of the host.
const IN_CONNECTION: u32 = 25;

/// Writes one after the other, each in its own transaction, and returns the number that did not fail on a lock.
const WRITER: &str = "async function main(writes) {
    let done = 0;
    for (let i = 0; i < writes; i++) {
        try {
            await db.update('orders', {id: 1}, {note: 'script'});
            await db.query('UPDATE orders SET total = total + 1 WHERE id = 1');
            done++;
        } catch (error) { if (error.code !== 'SQL_FAILED') throw error }
    }
    return done;
}";

/// The host's tables in a file that the host has open, and the library with `db` on it.
struct Setup {
    host: TestDatabase,
    own: TestDatabase,
    config: Value,
}

impl Setup {
    async fn new(more: Value) -> Self {
        let (own, host) = (TestDatabase::sqlite(), TestDatabase::sqlite());
        tables::create(&host).await;
        let mut config = tables::config(host.url());
        if let (Some(into), Some(more)) = (config["script_database"].as_object_mut(), more.as_object()) {
            into.extend(more.clone());
        }
        Self { host, own, config }
    }

    async fn stage(&self) -> Stage {
        Stage::start(self.own.url(), &self.config).await
    }

    async fn connection(&self) -> SqliteConnection {
        let mut connection = SqliteConnection::connect(self.host.url()).await.expect("the host opens its file");
        connection.execute("PRAGMA busy_timeout = 60000").await.expect("a pragma");
        connection
    }

    /// As the host would: connections open and close, and in one process each close would drop the locks of the other
    /// copy of SQLite.
    async fn write(&self, writes: u32) {
        for _ in 0..writes / IN_CONNECTION {
            let mut connection = self.connection().await;
            for _ in 0..IN_CONNECTION {
                let write = "BEGIN IMMEDIATE; UPDATE shop_orders SET note = 'host' WHERE tenant_id = 'acme' AND id = 1; \
                    UPDATE shop_orders SET total = total + 1 WHERE tenant_id = 'acme' AND id = 1; COMMIT";
                connection.execute(write).await.expect("the host writes");
            }
            connection.close().await.expect("it closes");
        }
    }

    /// The process that has the file open for scripts.
    fn process(&self) -> u32 {
        let holders = holders(self.host.file());
        assert_eq!(holders.len(), 1, "one process besides the host");
        holders[0]
    }
}

async fn gone(pids: &[u32]) {
    let gone = async {
        while pids.iter().any(|pid| is_there(*pid)) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(30), gone).await.expect("the process exits");
}

#[tokio::test(flavor = "multi_thread")]
async fn host_and_scripts_write_one_file_without_lost_updates() {
    // Each write of the second connection waits for the disk.
    for (journal, writes) in [("WAL", 500), ("DELETE", 100)] {
        let world = Setup::new(json!({})).await;
        world.host.tamper(&format!("PRAGMA journal_mode = {journal}")).await;
        let stage = world.stage().await;
        let mut held = world.connection().await;
        let body = json!({"name": "writer", "type": "one_off", "content": WRITER, "timeout_seconds": 300, "database_access": "read_write"});
        let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
        let script = script["id"].as_str().expect("an id");
        let runs = async {
            let mut runs = Vec::new();
            for _ in 0..2 {
                runs.push(stage.begin(&admin(), script, json!(writes)).await);
            }
            let mut written = 0;
            for run in runs {
                let ended = stage.ended(&admin(), &run).await;
                written += ended["result"].as_u64().unwrap_or_else(|| panic!("{ended:#}"));
            }
            written
        };
        let (written, (), ()) = tokio::join!(runs, world.write(writes), world.write(writes));
        assert!(written > 0);
        let total = "SELECT total FROM shop_orders WHERE tenant_id = 'acme' AND id = 1";
        let expected = 100 + written + 2 * u64::from(writes);
        assert_eq!(world.host.query(total).await, [expected.to_string()], "{journal}");
        assert_eq!(world.host.query("PRAGMA integrity_check").await, ["ok"], "{journal}");
        let seen: i64 = sqlx::query_scalar(total).fetch_one(&mut held).await.expect("a row");
        assert_eq!(u64::try_from(seen), Ok(expected), "a connection opened before sees it");
        stage.stop().await;
        assert_eq!(world.host.query("PRAGMA integrity_check").await, ["ok"], "{journal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_of_the_process_is_catchable_and_rolled_back() {
    let world = Setup::new(json!({})).await;
    let _held = world.connection().await;
    let stage = world.stage().await;
    let ann = admin();
    let source = "async function main() {
        const order = id => ({id, client_id: 1, total: 1, code: 'code ' + id});
        let code;
        try {
            await db.transaction(async tx => {
                await tx.insert('orders', order(90));
                await services.echo.wait();
                await tx.insert('orders', order(91));
            });
        } catch (error) { code = error.code }
        const rows = (await db.findMany('orders', {id: {gte: 90}})).length;
        await db.insert('orders', order(92));
        return [code, rows];
    }";
    let script = writer(&stage, &ann, source).await;
    let run = stage.begin(&ann, &script, json!(null)).await;
    stage.host.called("echo.wait", 1).await;
    let first = world.process();
    signal(first, Signal::KILL);
    gone(&[first]).await;
    stage.host.release();
    let ended = stage.ended(&ann, &run).await;
    assert_eq!(ended["result"], json!(["UNAVAILABLE", 0]), "{ended:#}");
    assert_eq!(world.host.query("SELECT id FROM shop_orders WHERE id >= 90").await, ["92"]);
    assert_ne!(world.process(), first);
    stage.host.logged("the SQLite process is gone (signal: 9 (SIGKILL))").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_process_only_delays_its_statement() {
    let world = Setup::new(json!({"statement_timeout_ms": 100})).await;
    let stage = world.stage().await;
    let source = "async function main() {
        const code = async () => { try { return (await db.findOne('orders', {id: 1})).id } catch (error) { return error.code } };
        await services.echo.wait();
        const first = await code();
        for (;;) if (await code() === 1) return first;
    }";
    let script = stage.script(&admin(), "patient", "one_off", source).await;
    let run = stage.begin(&admin(), &script, json!(null)).await;
    stage.host.called("echo.wait", 1).await;
    let first = world.process();
    signal(first, Signal::STOP);
    stage.host.release();
    let ended = stage.ended(&admin(), &run).await;
    assert_eq!(ended["result"], "TIMEOUT", "{ended:#}");
    gone(&[first]).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_host_has_no_process_left_and_can_restart() {
    let world = Setup::new(json!({})).await;
    let mut pids = Vec::new();
    for isolation in ["worker", "in_process", "worker"] {
        let mut config = world.config.clone();
        config["isolation"] = json!(isolation);
        let stage = Stage::start(world.own.url(), &config).await;
        let pid = world.process();
        assert!(!pids.contains(&pid));
        pids.push(pid);
        let name = format!("count {}", pids.len());
        let source = "async function main() { return (await db.findMany('orders', {})).length }";
        let script = stage.script(&admin(), &name, "one_off", source).await;
        assert_eq!(stage.run(&admin(), &script, json!(null)).await["result"], 4);
        stage.stop().await;
        assert!(!is_there(pid), "stopping waits for it");
        world.host.tamper("BEGIN EXCLUSIVE; COMMIT").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_restarts_leak_no_descriptors_or_processes() {
    let world = Setup::new(json!({})).await;
    let mut host = std::process::Command::new(env!("CARGO_BIN_EXE_restarting-host"));
    host.args([world.own.url(), &world.config.to_string(), "5"]);
    let done = tokio::task::spawn_blocking(move || host.output().expect("the host runs")).await.expect("no panic");
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(said.trim(), "nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_process_is_sandboxed_like_the_workers() {
    let world = Setup::new(json!({})).await;
    let stage = world.stage().await;
    let script = stage.script(&admin(), "first", "one_off", "function main() {}").await;
    stage.run(&admin(), &script, json!(null)).await;
    let sandbox = stage.plugin.health().await.expect("health").counters["runtime"]["sandbox"].clone();
    let lacks = |means: &str| {
        let lacks = sandbox["lacks"].as_array().expect("the missing features");
        lacks.iter().any(|lack| lack.as_str().is_some_and(|lack| lack.starts_with(means)))
    };
    let said = stage.host.log_text().contains("the sandbox of the SQLite process is incomplete");
    assert_eq!(said, lacks("landlock") || lacks("descriptors"), "{sandbox:#}{}", stage.host.log_text());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plugin_s_tables_are_not_in_the_host_s_file() {
    let world = Setup::new(json!({})).await;
    let beside = world.host.file().with_file_name("link.db");
    std::os::unix::fs::symlink(world.host.file(), &beside).expect("a link");
    for url in [world.host.url().to_owned(), format!("sqlite://{}", beside.display())] {
        let failed =
            iota_scripts_tests::start(&url, &world.config, iota_scripts_tests::TestHost::new()).await.unwrap_err();
        assert_eq!(failed.field.as_deref(), Some("database.url"), "{failed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_host_on_sqlite_needs_the_sqlite_program() {
    let mut world = Setup::new(json!({"sqlite_program": "/nowhere/iota-scripts-sqlite"})).await;
    let failed = iota_scripts_tests::start(world.own.url(), &world.config, iota_scripts_tests::TestHost::new())
        .await
        .unwrap_err();
    assert_eq!(failed.field.as_deref(), Some("script_database.sqlite_program"), "{failed}");
    assert!(failed.to_string().contains("/nowhere/iota-scripts-sqlite: file not found"), "{failed}");

    let postgres = TestDatabase::postgres().await;
    tables::create(&postgres).await;
    world.config["script_database"]["url"] = json!(postgres.url());
    world.stage().await.stop().await;
}
