//! The process that opens the host's SQLite file: statements and transactions when it is killed, suspended, late, released, or missing.
//! The host has the file open too, in this process.

use std::{path::Path, time::Duration};

use iota_scripts_domain::{SqlValue, TenantId};
use iota_scripts_infrastructure::sql_gateway::{PooledSqlGateway, ScriptDatabaseConfig, ScriptDatabaseError};
use iota_scripts_services::ports::{SqlBounds, SqlEffect, SqlError, SqlGateway as _, SqlRows, SqlTransaction};
use iota_scripts_tests::{
    TestDatabase,
    process::{holders, is_there, signal},
    tables,
};
use rustix::process::Signal;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tokio::time::{sleep, timeout};

use crate::host_tables::{HostTables, config};

const BOUNDS: SqlBounds = SqlBounds { time: Duration::from_secs(10), rows_read: 1_000, rows_written: 1_000 };
const COUNT: &str = "SELECT count(*) AS n FROM orders";
const INSERT: &str = "INSERT INTO orders (id, client_id, total, code) VALUES (90, 1, 1, 'never')";
const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n";
const ENDLESS_WRITE: &str = "UPDATE orders SET note = CAST((WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
    SELECT count(*) FROM n) AS TEXT)";

fn acme() -> TenantId {
    TenantId::parse("acme").expect("an id")
}

async fn run(tables: &HostTables, sql: &str) -> Result<SqlRows, SqlError> {
    let scoped = tables.gateway.scope(&acme(), sql, &[])?;
    tables.gateway.run(&acme(), scoped, BOUNDS).await
}

async fn begin(tables: &HostTables) -> Box<dyn SqlTransaction> {
    tables.gateway.begin(&acme(), SqlEffect::Writes, BOUNDS.time).await.expect("it begins")
}

async fn within(tables: &HostTables, transaction: &mut dyn SqlTransaction, sql: &str) -> Result<SqlRows, SqlError> {
    let scoped = tables.gateway.scope(&acme(), sql, &[]).expect("allowed");
    transaction.run(scoped, BOUNDS).await
}

async fn count(tables: &HostTables) -> SqlValue {
    run(tables, COUNT).await.expect("rows").rows[0][0].clone()
}

fn process(tables: &HostTables) -> u32 {
    let holders = holders(tables.database().file());
    assert_eq!(holders.len(), 1, "one process has the file open");
    holders[0]
}

/// Waits until a process has exited and was reaped.
async fn gone(pid: u32) {
    let gone = async {
        while is_there(pid) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(30), gone).await.expect("the process exits and is reaped");
}

/// Suspends a process, and waits until each of its threads has stopped.
async fn stop(pid: u32) {
    signal(pid, Signal::STOP);
    let is_stopped = |task: std::fs::DirEntry| {
        let status = std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
        status.lines().any(|line| line.starts_with("State:\tT"))
    };
    let all_stopped = || {
        let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).expect("the process is there");
        tasks.flatten().all(is_stopped)
    };
    while !all_stopped() {
        sleep(Duration::from_millis(1)).await;
    }
}

fn is_unavailable<T: std::fmt::Debug>(outcome: &Result<T, SqlError>) -> bool {
    matches!(outcome, Err(SqlError::Unavailable(reason)) if reason.contains("SQLite process"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_only_its_statements_in_flight() {
    let tables = HostTables::sqlite().await;
    let first = process(&tables);
    let mut transaction = begin(&tables).await;
    within(&tables, &mut *transaction, INSERT).await.expect("it is inserted");
    let (outcome, ()) = tokio::join!(run(&tables, ENDLESS), async { signal(first, Signal::KILL) });
    assert!(is_unavailable(&outcome), "{outcome:?}");
    let outcome = within(&tables, &mut *transaction, COUNT).await;
    assert!(matches!(outcome, Err(SqlError::Unavailable(_))), "{outcome:?}");
    assert!(matches!(transaction.commit().await, Err(SqlError::Unavailable(_))));

    assert_eq!(count(&tables).await, SqlValue::Integer(4), "no row of the transaction remains");
    gone(first).await;
    assert_ne!(process(&tables), first);
    run(&tables, INSERT).await.expect("no lock is held");
    tables.execute("UPDATE shop_orders SET note = 'host'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_repeatedly_is_restarted_each_time() {
    let tables = HostTables::sqlite().await;
    for _ in 0..5 {
        let pid = process(&tables);
        signal(pid, Signal::KILL);
        gone(pid).await;
        assert_eq!(count(&tables).await, SqlValue::Integer(4));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_process_is_replaced_after_a_timeout() {
    let tables = HostTables::sqlite_with(|config| config.statement_timeout = Duration::from_millis(100)).await;
    let first = process(&tables);
    let mut transaction = begin(&tables).await;
    within(&tables, &mut *transaction, INSERT).await.expect("it is inserted");
    stop(first).await;
    assert_eq!(run(&tables, COUNT).await, Err(SqlError::TimedOut(100)));
    let outcome = within(&tables, &mut *transaction, COUNT).await;
    assert!(matches!(outcome, Err(SqlError::TimedOut(_) | SqlError::Unavailable(_))), "{outcome:?}");
    assert!(matches!(transaction.commit().await, Err(SqlError::Unavailable(_))), "the outcome is unknown");
    gone(first).await;
    assert_eq!(count(&tables).await, SqlValue::Integer(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_resumed_in_time_loses_only_the_late_transaction() {
    let tables = HostTables::sqlite_with(|config| config.statement_timeout = Duration::from_millis(100)).await;
    let first = process(&tables);
    let mut transaction = begin(&tables).await;
    stop(first).await;
    assert_eq!(within(&tables, &mut *transaction, INSERT).await, Err(SqlError::TimedOut(100)));
    signal(first, Signal::CONT);
    assert!(matches!(within(&tables, &mut *transaction, COUNT).await, Err(SqlError::Unavailable(_))));
    transaction.rollback().await.expect("it ends");
    assert_eq!((count(&tables).await, process(&tables)), (SqlValue::Integer(4), first));
    run(&tables, INSERT).await.expect("no lock is held");
}

#[tokio::test(flavor = "multi_thread")]
async fn abandoned_statements_end_and_release_their_locks() {
    let tables = HostTables::sqlite_with(|config| config.max_connections = 1).await;
    let soon = Duration::from_millis(50);
    assert!(timeout(soon, run(&tables, ENDLESS)).await.is_err(), "it would never end");
    assert_eq!(count(&tables).await, SqlValue::Integer(4), "the only connection that reads is free");

    let mut transaction = begin(&tables).await;
    within(&tables, &mut *transaction, INSERT).await.expect("it is inserted");
    assert!(timeout(soon, within(&tables, &mut *transaction, ENDLESS)).await.is_err());
    drop(transaction);
    tables.execute("BEGIN IMMEDIATE; UPDATE shop_orders SET note = 'host'; COMMIT").await;

    for _ in 0..3 {
        let mut transaction = begin(&tables).await;
        assert!(timeout(soon, within(&tables, &mut *transaction, ENDLESS_WRITE)).await.is_err());
    }
    run(&tables, INSERT).await.expect("a write that SQLite was interrupted in leaves nothing behind");
    run(&tables, "DELETE FROM orders WHERE id > 4").await.expect("nor do others");

    // It waits for the host, and gets its lock once no other connection holds it.
    let mut host = SqliteConnection::connect(tables.url()).await.expect("the host opens its file");
    host.execute("BEGIN IMMEDIATE").await.expect("the host has the lock");
    assert!(timeout(soon, tables.gateway.begin(&acme(), SqlEffect::Writes, BOUNDS.time)).await.is_err());
    host.execute("COMMIT").await.expect("the host releases it");
    host.execute("BEGIN IMMEDIATE; UPDATE shop_orders SET note = 'again'; COMMIT").await.expect("and is locked again");
    run(&tables, INSERT).await.expect("the only connection that writes is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_step_delays_only_its_own_tenant() {
    let tables = HostTables::sqlite_with(|config| config.per_tenant_connections = 1).await;
    let (first, globex) = (process(&tables), TenantId::parse("globex").expect("an id"));
    let transaction = tables.gateway.begin(&globex, SqlEffect::Writes, BOUNDS.time).await.expect("it begins");
    // One opcode of SQLite's virtual machine, which cannot be interrupted; the wait for it is given up immediately.
    let text = SqlValue::Text("a".repeat(400_000));
    let endless = tables.gateway.scope(&acme(), "SELECT instr($1 || $1, $1 || 'b') AS n", &[text]).expect("allowed");
    let soon = Duration::from_millis(50);
    let begun = Duration::from_secs(1);
    assert!(timeout(begun, tables.gateway.run(&acme(), endless, BOUNDS)).await.is_err());
    let own = tables.gateway.scope(&acme(), COUNT, &[]).expect("allowed");
    let in_a_moment = SqlBounds { time: soon, ..BOUNDS };
    assert_eq!(tables.gateway.run(&acme(), own, in_a_moment).await, Err(SqlError::Busy), "its slot is in use");
    let afterwards = async { while run(&tables, COUNT).await == Err(SqlError::Busy) {} };
    timeout(Duration::from_secs(60), afterwards).await.expect("the step ends");
    transaction.commit().await.expect("nothing of another tenant's was lost");
    assert_eq!((count(&tables).await, process(&tables)), (SqlValue::Integer(4), first));
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_of_several_runs_are_concurrent() {
    let tables = HostTables::sqlite().await;
    tables.execute("PRAGMA journal_mode = WAL").await;
    let mut writing = begin(&tables).await;
    within(&tables, &mut *writing, INSERT).await.expect("it is inserted");
    let mut reading = Vec::new();
    for _ in 0..3 {
        reading.push(tables.gateway.begin(&acme(), SqlEffect::Reads, BOUNDS.time).await.expect("it begins"));
    }
    for transaction in &mut reading {
        let seen = within(&tables, &mut **transaction, COUNT).await.expect("rows");
        assert_eq!(seen.rows[0][0], SqlValue::Integer(4), "uncommitted rows are not visible");
    }
    let seen = within(&tables, &mut *writing, COUNT).await.expect("rows");
    assert_eq!(seen.rows[0][0], SqlValue::Integer(5));
    writing.commit().await.expect("it is kept");
    for mut transaction in reading {
        let seen = within(&tables, &mut *transaction, COUNT).await.expect("rows");
        assert_eq!(seen.rows[0][0], SqlValue::Integer(4), "a transaction sees one state");
        transaction.rollback().await.expect("it ends");
    }
    assert_eq!(count(&tables).await, SqlValue::Integer(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_statement_can_use_temporary_files() {
    let tables = HostTables::sqlite().await;
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) \
        SELECT count(*) AS c FROM (SELECT DISTINCT i || '-a long text that makes many rows large' AS t FROM n ORDER BY t DESC) x";
    assert_eq!(run(&tables, sql).await.expect("rows").rows[0][0], SqlValue::Integer(300_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_or_dropped_gateway_leaves_no_process() {
    let tables = HostTables::sqlite().await;
    let pid = process(&tables);
    tables.gateway.close().await;
    assert!(!is_there(pid), "closing waits for the process");
    assert!(is_unavailable(&run(&tables, COUNT).await));
    assert_eq!(holders(tables.database().file()), Vec::<u32>::new());

    let database = TestDatabase::sqlite();
    tables::create(&database).await;
    let gateway = PooledSqlGateway::connect(config(database.url())).await.expect("it opens");
    let pid = holders(database.file())[0];
    drop(gateway);
    gone(pid).await;

    let gateway = PooledSqlGateway::connect(config(database.url())).await.expect("it opens");
    let pid = holders(database.file())[0];
    signal(pid, Signal::STOP);
    gateway.close().await;
    assert!(!is_there(pid), "a hanging process is killed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_or_wrong_program_is_named_with_its_key() {
    let database = TestDatabase::sqlite();
    tables::create(&database).await;
    let with = async |program: &str| -> ScriptDatabaseError {
        let config = ScriptDatabaseConfig { sqlite_program: Path::new(program).to_owned(), ..config(database.url()) };
        PooledSqlGateway::connect(config).await.expect_err("no process")
    };
    for (program, reason) in [
        ("/nowhere/iota-scripts-sqlite", "file not found"),
        ("/bin/true", "from the same build"),
        ("/etc/hosts", "could not be started"),
    ] {
        let error = with(program).await;
        assert_eq!((error.key.as_str(), error.passing), ("sqlite_program", false));
        assert!(error.message.contains(program) && error.message.contains(reason), "{}", error.message);
    }
    let nowhere = PooledSqlGateway::connect(config("sqlite:///nowhere/shop.db")).await.expect_err("no file");
    assert_eq!((nowhere.key.as_str(), nowhere.passing), ("url", true), "{nowhere}");
    let config =
        ScriptDatabaseConfig { read_url: Some("sqlite:///nowhere/copy.db".to_owned()), ..config(database.url()) };
    let nowhere = PooledSqlGateway::connect(config).await.expect_err("no file");
    assert_eq!((nowhere.key.as_str(), nowhere.passing), ("read_url", true), "{nowhere}");
}
