//! Recovery without a restart: after a full disk, an unwritable file, or a restart of the server.

use std::{
    io::{self, Write as _},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use iota_scripts_domain::{
    JsonText, RepositoryError, StorageChange, StorageError, StorageKey, StorageQuota, StorageRepository, StoredEntry,
    StoredValue,
};
use iota_scripts_infrastructure::persistence::{DatabaseConfig, Db, SqlStorageRepository};
use iota_scripts_services::ports::{SqlBounds, SqlEffect, SqlError, SqlGateway as _, SqlRows};
use iota_scripts_tests::{
    TestDatabase,
    permissions::{bound_by_permissions, set_writable},
    small_disk::SmallDisk,
    tables,
};
use tokio::time::{sleep, timeout};

use crate::{
    host_tables::HostTables,
    samples::{acme, at, running},
    stores::{Stores, connect},
};

const BOUNDS: SqlBounds = SqlBounds { time: Duration::from_secs(10), rows_read: 1_000, rows_written: 1_000 };
const COUNT: &str = "SELECT count(*) AS n FROM orders";
const WRITE: &str = "UPDATE orders SET note = 'again'";

/// SQLite rolls a transaction back automatically when the disk is full, so that a later ROLLBACK has no transaction to end.
fn full_disk(table: &str) -> String {
    format!(
        "CREATE TRIGGER full_disk BEFORE INSERT ON {table} BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END"
    )
}

async fn run(tables: &HostTables, sql: &str) -> Result<SqlRows, SqlError> {
    let scoped = tables.gateway.scope(&acme(), sql, &[])?;
    tables.gateway.run(&acme(), scoped, BOUNDS).await
}

impl Stores {
    async fn store(&self, key: &str) -> Result<(), StorageError> {
        store(&*self.storage, key).await
    }

    /// Repeats the node's work as long as it fails; returns the error.
    async fn work(&self) -> Result<(), String> {
        // Many at once, so that runs are begun in a group.
        let runs: Vec<_> = (0..20).map(running).collect();
        let begun = futures_util::future::join_all(runs.iter().map(|run| self.executions.insert(run))).await;
        begun.into_iter().collect::<Result<(), RepositoryError>>().map_err(|error| error.to_string())?;
        self.store("key").await.map_err(|error| format!("{error:?}"))
    }
}

/// Waits until the work succeeds, for at most a second plus the time to open its connections.
async fn store(storage: &dyn StorageRepository, key: &str) -> Result<(), StorageError> {
    let key = StorageKey::parse(key).expect("a key");
    let value = StoredValue::parse(JsonText::parse("1".to_owned()).expect("JSON")).expect("a value");
    let change = StorageChange::Set(StoredEntry { value, expires_at: None });
    storage.change(&acme(), &key, &change, StorageQuota::default(), at(0)).await.map(drop)
}

async fn soon<T, E: std::fmt::Debug>(mut work: impl AsyncFnMut() -> Result<T, E>) -> T {
    let mut last = None;
    let works = timeout(Duration::from_secs(3), async {
        loop {
            match work().await {
                Ok(done) => return done,
                Err(error) => last = Some(error),
            }
            sleep(Duration::from_millis(20)).await;
        }
    });
    works.await.unwrap_or_else(|_| panic!("it still fails: {last:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_full_disk_the_node_writes_again() {
    let stores = Stores::sqlite().await;
    stores.work().await.expect("it works");
    stores.tamper(&full_disk("script_executions")).await;
    stores.tamper(&full_disk("script_storage").replace("full_disk", "full_disk_2")).await;
    for _ in 0..30 {
        stores.work().await.expect_err("the disk is full");
        stores.store("other").await.expect_err("the disk is full");
    }
    stores.tamper("DROP TRIGGER full_disk; DROP TRIGGER full_disk_2").await;
    for _ in 0..30 {
        stores.work().await.expect("it works again, on every connection");
        stores.store("key").await.expect("it works again, on every connection");
    }
}

/// A write waits five seconds for a lock on the file; twenty writes must not add their waits up.
#[tokio::test(flavor = "multi_thread")]
async fn all_waiters_for_a_locked_file_fail_together() {
    let stores = Stores::sqlite().await;
    let held = stores.lock().await;
    let runs: Vec<_> = (0..20).map(running).collect();
    let begun = futures_util::future::join_all(runs.iter().map(|run| stores.executions.insert(run)));
    let begun = timeout(Duration::from_secs(60), begun).await.expect("not sequentially");
    assert!(begun.iter().all(|begun| matches!(begun, Err(RepositoryError::Unavailable(_)))), "{begun:?}");
    held.release().await;
    for run in &runs {
        stores.executions.insert(run).await.expect("nothing of it was written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_full_disk_scripts_write_again() {
    let insert = |id: u32| format!("INSERT INTO orders (id, client_id, total, code) VALUES ({id}, 1, 1, 'x{id}')");
    let tables = HostTables::sqlite().await;
    run(&tables, &insert(10)).await.expect("it works");
    tables.database().tamper(&full_disk("shop_orders")).await;
    for _ in 0..30 {
        run(&tables, &insert(11)).await.expect_err("the disk is full");
        let mut open = tables.gateway.begin(&acme(), SqlEffect::Writes, BOUNDS.time).await.expect("it begins");
        let scoped = tables.gateway.scope(&acme(), &insert(11), &[]).expect("allowed");
        open.run(scoped, BOUNDS).await.expect_err("the disk is full");
    }
    tables.database().tamper("DROP TRIGGER full_disk").await;
    for id in 12..42 {
        run(&tables, &insert(id)).await.expect("it works again, on every connection");
    }
}

/// On a really full disk, if the test may mount one; the two tests above run everywhere.
#[tokio::test(flavor = "multi_thread")]
async fn everything_works_within_a_second_of_freeing_a_full_disk() {
    let (own, hosts) = match (SmallDisk::mount(8), SmallDisk::mount(8)) {
        (Ok(own), Ok(hosts)) => (own, hosts),
        (Err(error), _) | (_, Err(error)) => {
            // Bypasses the capture of output of passing tests: the skip must be visible.
            let _ = writeln!(io::stderr(), "no small file system can be mounted here, so no disk is filled: {error}");
            return;
        }
    };
    let stores = Stores::over(TestDatabase::sqlite_in(own.folder())).await;
    let database = TestDatabase::sqlite_in(hosts.folder());
    tables::create(&database).await;
    let tables = HostTables::sqlite_in(database, |_| {}).await;
    // A row that needs a new page.
    let id = AtomicU32::new(10);
    let insert = async || {
        let id = id.fetch_add(1, Ordering::Relaxed);
        let long = "x".repeat(20_000);
        run(
            &tables,
            &format!("INSERT INTO orders (id, client_id, total, code, note) VALUES ({id}, 1, 1, 'x{id}', '{long}')"),
        )
        .await
    };
    stores.work().await.expect("it works");
    insert().await.expect("it works");
    for _ in 0..3 {
        own.fill();
        hosts.fill();
        // Rows that fit into existing pages are still written.
        while stores.work().await.is_ok() {}
        let refused = loop {
            if let Err(error) = insert().await {
                break error;
            }
        };
        assert!(matches!(refused, SqlError::Unavailable(_)), "{refused:?}");
        for _ in 0..12 {
            let _ = (stores.work().await, insert().await);
        }
        own.free();
        hosts.free();
        soon(async || stores.work().await).await;
        soon(insert).await;
        for _ in 0..12 {
            stores.work().await.expect("on every connection");
            insert().await.expect("on every connection");
        }
    }
}

#[test]
fn the_node_writes_a_file_that_is_writable_again() {
    bound_by_permissions(async || {
        let database = TestDatabase::sqlite();
        Stores::made_in(&database).await.close().await;
        set_writable(database.file(), false);
        let config = DatabaseConfig::parse(database.url()).expect("a valid URL");
        let refused = Db::connect(&config).await.expect_err("a node that can write nothing does not start");
        assert_eq!(refused.reason, "the file is not writable");
        set_writable(database.file(), true);
        let stores = Stores::with(connect(database.url()).await, database);
        stores.work().await.expect("it can be written");
        let mut late = Vec::new();
        for _ in 0..6 {
            late.push(SqlStorageRepository::new(stores.another_node().await));
        }
        set_writable(stores.file(), false);
        // An open connection can still write; a connection opened now can only read.
        stores.store("a").await.expect("it was opened before");
        let store = async || {
            let all = futures_util::future::join_all(late.iter().map(|late| store(late, "b"))).await;
            all.into_iter().collect::<Result<(), StorageError>>()
        };
        store().await.expect_err("not every connection can write");
        set_writable(stores.file(), true);
        soon(store).await;
        stores.work().await.expect("all of it works");
    });
}

#[test]
fn scripts_write_a_file_that_is_writable_again() {
    bound_by_permissions(async || {
        let database = TestDatabase::sqlite();
        tables::create(&database).await;
        set_writable(database.file(), false);
        let tables = HostTables::sqlite_in(database, |_| {}).await;
        let refused = run(&tables, WRITE).await;
        assert!(matches!(refused, Err(SqlError::Unavailable(_))), "{refused:?}");
        set_writable(tables.database().file(), true);
        let written = soon(async || run(&tables, WRITE).await).await;
        assert_eq!(written.changed, 4);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_restart_loses_only_open_transactions() {
    let (database, mut server) = TestDatabase::postgres_alone().await;
    tables::create(&database).await;
    let tables = HostTables::postgres_in(database, |_| {}).await;
    let stores = Stores::over(TestDatabase::at(server.create_database().await)).await;
    // Every pool then has several connections, and all of them are broken at the same time.
    for _ in 0..2 {
        futures_util::future::join_all((0..8).map(|n| run(&tables, if n % 2 == 0 { COUNT } else { WRITE }))).await;
        stores.work().await.expect("it works");
        let mut open = tables.gateway.begin(&acme(), SqlEffect::Writes, BOUNDS.time).await.expect("it begins");
        tokio::task::block_in_place(|| server.restart());

        let lost = open.run(tables.gateway.scope(&acme(), COUNT, &[]).expect("allowed"), BOUNDS).await;
        assert!(matches!(lost, Err(SqlError::Unavailable(_))), "{lost:?}");
        let lost = open.commit().await;
        assert!(matches!(lost, Err(SqlError::Unavailable(_))), "{lost:?}");
        for sql in [COUNT, WRITE, COUNT, WRITE, COUNT, WRITE] {
            run(&tables, sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        }
        stores.work().await.expect("nothing of the node fails");
    }
}
