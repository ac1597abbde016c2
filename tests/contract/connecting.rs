//! Promises when the database is unreachable: one clear error, soon.

use std::time::{Duration, Instant};

use iota_scripts_domain::{ManualClock, ScriptQuery, ScriptRepository};
use iota_scripts_infrastructure::persistence::{ConnectError, DatabaseConfig, Db, SqlScriptRepository, migrations};
use iota_scripts_tests::database::TestDatabase;

use crate::samples::{acme, at, created, input};
use crate::stores::connect;

async fn refusal(url: &str) -> ConnectError {
    let started = Instant::now();
    let config = DatabaseConfig::parse(url).expect("a valid URL");
    let error = Db::connect(&config).await.expect_err("nothing is there");
    assert!(started.elapsed() < Duration::from_secs(20), "bounded, however slow the machine");
    error
}

#[tokio::test]
async fn an_unreachable_address_is_named_without_its_password() {
    // Bound and closed again, so that the port has no listener.
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let error = refusal(&format!("postgres://ann:s3cret@127.0.0.1:{port}/erp")).await;
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("cannot connect to the database at postgres://ann@127.0.0.1:{port}/erp: ")),
        "{text}"
    );
    assert!(!text.contains("s3cret"), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[tokio::test]
async fn an_address_that_never_answers_times_out() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let error = refusal(&format!("postgres://ann@{address}/erp")).await;
    assert_eq!(error.reason, "no answer within 5 seconds");
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_named() {
    let database = TestDatabase::postgres().await;
    let url = database.url().replace("/test_", "/absent_");
    assert!(refusal(&url).await.reason.contains("does not exist"));
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "these are notes, and no database at all ".repeat(50)).expect("a file");
    let error = refusal(&format!("sqlite://{}", file.display())).await;
    assert_eq!(error.reason, "file is not a database");
    let error = refusal(&format!("sqlite://{}/absent/x.db", folder.path().display())).await;
    assert!(error.reason.contains("unable to open database file"), "{error}");
}

#[tokio::test]
async fn schemas_separate_two_plugins_in_one_database() {
    let database = TestDatabase::postgres().await;
    let mut totals = Vec::new();
    for (schema, scripts) in [("left", 2), ("right", 1)] {
        let config =
            DatabaseConfig::parse(database.url()).and_then(|config| config.with_schema(schema)).expect("a config");
        let db = Db::connect(&config).await.expect("connected");
        migrations::migrate(&db, &ManualClock::new(at(0))).await.expect("migrated");
        let repository = SqlScriptRepository::new(db);
        for number in 0..scripts {
            repository.insert(&created(acme(), &input(&format!("Script {number}")), 0)).await.expect("stored");
        }
        totals.push(repository.list(&acme(), &ScriptQuery::default()).await.expect("a list").total);
    }
    assert_eq!(totals, [2, 1]);
    assert_eq!(
        migrations::applied(&connect(database.url()).await).await,
        Ok(vec![]),
        "the default schema is unchanged"
    );
}
