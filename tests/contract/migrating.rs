//! Promises of the schema.

use iota_scripts_domain::{ManualClock, ScriptQuery};
use iota_scripts_infrastructure::persistence::migrations::{self, MigrationError};

use crate::samples::{acme, at, created, input};
use crate::stores::Stores;

fn clock() -> ManualClock {
    ManualClock::new(at(0))
}

fn newest(stores: &Stores) -> i64 {
    migrations::catalogue(stores.db.dialect()).last().expect("a migration").version
}

pub(crate) async fn migrating_twice_does_nothing_the_second_time(stores: &Stores) {
    stores.scripts.insert(&created(acme(), &input("Report"), 0)).await.expect("stored");
    assert_eq!(migrations::migrate(&stores.db, &clock()).await, Ok(0));
    assert_eq!(stores.scripts.list(&acme(), &ScriptQuery::default()).await.expect("a list").total, 1);
}

pub(crate) async fn applied_and_pending_migrations_are_listed(stores: &Stores) {
    let applied = migrations::applied(&stores.db).await.expect("an answer");
    let known = migrations::catalogue(stores.db.dialect());
    let checksums: Vec<_> = applied.iter().map(|migration| migration.checksum.clone()).collect();
    assert_eq!(checksums, known.iter().map(|migration| migration.checksum.clone()).collect::<Vec<_>>());
    assert_eq!(migrations::pending(&stores.db).await.map(<[_]>::len), Ok(0));

    stores.tamper("DROP TABLE iota_scripts_migrations").await;
    assert_eq!(migrations::applied(&stores.db).await, Ok(vec![]));
    assert_eq!(migrations::pending(&stores.db).await.map(<[_]>::len), Ok(known.len()));
    let error = migrations::migrate(&stores.db, &clock()).await.expect_err("the tables are there already");
    assert!(matches!(error, MigrationError::Failed { version: 1, .. }), "{error}");
    assert_eq!(migrations::applied(&stores.db).await, Ok(vec![]), "the failed migration is rolled back");
}

pub(crate) async fn a_newer_schema_is_refused(stores: &Stores) {
    stores
        .tamper(
            "INSERT INTO iota_scripts_migrations (version, name, checksum, applied_at) \
             SELECT 9001, 'from_the_future', 'x', applied_at FROM iota_scripts_migrations WHERE version = 1",
        )
        .await;
    let expected = Err(MigrationError::SchemaTooNew { found: 9001, known: newest(stores) });
    assert_eq!(migrations::migrate(&stores.db, &clock()).await, expected);
    assert_eq!(migrations::pending(&stores.db).await.map(<[_]>::len), expected);
}

pub(crate) async fn a_changed_migration_is_refused(stores: &Stores) {
    stores.tamper("UPDATE iota_scripts_migrations SET checksum = 'x' WHERE version = 1").await;
    let error = migrations::migrate(&stores.db, &clock()).await.expect_err("the file differs");
    assert_eq!(error.to_string(), "migration 1 (scripts) differs from the one that the database was made with");
}

pub(crate) async fn two_nodes_can_start_together(stores: &Stores) {
    // Dependent tables first.
    for table in [
        "script_nodes",
        "script_strikes",
        "script_pauses",
        "script_schedules",
        "script_occurrences",
        "script_versions",
        "scripts",
        "script_executions",
        "script_storage",
        "script_storage_usage",
        "script_history_usage",
        "script_run_counts",
        "script_save_counts",
        "script_http_hosts",
        "script_template_locales",
        "script_templates",
        "iota_scripts_migrations",
    ] {
        stores.tamper(&format!("DROP TABLE {table}")).await;
    }
    let mut nodes = Vec::new();
    for _ in 0..4 {
        let db = stores.another_node().await;
        nodes.push(tokio::spawn(async move { migrations::migrate(&db, &clock()).await }));
    }
    let mut count = 0;
    for node in nodes {
        count += node.await.expect("migrating does not panic").expect("every node starts");
    }
    assert_eq!(count, migrations::catalogue(stores.db.dialect()).len(), "each file was applied once");
}
