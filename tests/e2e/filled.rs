//! Rows written directly by `fill` equal those of the library: the library reads all of them, and they are the same on both databases.

use std::process::Command;

use iota_scripts_tests::{Stage, TestDatabase, admin};
use serde_json::json;

use crate::world::page;

/// Later than any test, so that no schedule is due.
const UNTIL: &str = "--until=3000000000";
const PAGES: [&str; 8] = [
    "/scripts",
    "/scripts?type=cron",
    "/scripts/dashboard",
    "/scripts/runs",
    "/scripts/runs?status=failed",
    "/scripts/runs?trigger=event",
    "/scripts/occurrences",
    "/scripts/dead-letters",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_filled_database_is_read_and_is_the_same_on_both() {
    let mut found = Vec::new();
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        let mut fill = Command::new(env!("CARGO_BIN_EXE_fill"));
        fill.args([
            "--database-url",
            database.url(),
            "--scripts=100",
            "--schedules=100",
            "--runs=2000",
            "--tenants=3",
            UNTIL,
        ]);
        let filled = tokio::task::spawn_blocking(move || fill.output().expect("fill runs")).await.expect("no panic");
        assert!(filled.status.success(), "{}", String::from_utf8_lossy(&filled.stderr));

        let stage = Stage::start(database.url(), &json!({})).await;
        for path in PAGES {
            let answer = page(&stage, &admin(), path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        }
        let lists =
            ["/executions", "/scripts", "/occurrences", "/executions?status=failed", "/executions?trigger=event"];
        let mut totals = Vec::new();
        for path in lists {
            let list = stage.api(&admin(), "GET", path, None).await.expect(200);
            assert!(list["total"].as_u64().is_some_and(|total| total > 0), "{path}: {list:#}");
            totals.push((list["total"].clone(), list["items"][0]["id"].clone()));
        }
        let run = totals.first().and_then(|(_, id)| id.as_str()).expect("an id").to_owned();
        let run = stage.api(&admin(), "GET", &format!("/executions/{run}"), None).await.expect(200);
        found.push((totals, run));
        stage.stop().await;
    }
    assert_eq!(found[0], found[1]);
}
