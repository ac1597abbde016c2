//! The combinations that every promise is checked on: two databases, two isolations; and a minimal browser.

use std::{future::Future, os::unix::fs::symlink, path::PathBuf, time::Duration};

use axum::{body::Body, http::Request};
use iota_scripts_host::Identity;
use iota_scripts_tests::{Reply, Stage, TestDatabase, target_folder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

/// Runs a test on every combination.
pub(crate) async fn everywhere<F: Future<Output = ()>>(test: impl Fn(Stage) -> F) {
    everywhere_with(&json!({}), async |stage| test(stage).await).await;
}

/// Runs a test on every combination, with a given configuration.
pub(crate) async fn everywhere_with(config: &Value, test: impl AsyncFn(Stage)) {
    for isolation in ["worker", "in_process"] {
        on_both_databases(isolation, config, &test).await;
    }
}

/// Runs a test on both databases with scripts in worker processes.
pub(crate) async fn in_workers<F: Future<Output = ()>>(test: impl Fn(Stage) -> F) {
    in_workers_with(&json!({}), async |stage| test(stage).await).await;
}

/// Runs a test on both databases with scripts in worker processes, with a given configuration.
pub(crate) async fn in_workers_with(config: &Value, test: impl AsyncFn(Stage)) {
    on_both_databases("worker", config, &test).await;
}

async fn on_both_databases(isolation: &str, config: &Value, test: &impl AsyncFn(Stage)) {
    let mut config = config.clone();
    config["isolation"] = json!(isolation);
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        test(Stage::start(database.url(), &config).await).await;
    }
}

/// Requests a page, as a browser does.
pub(crate) async fn page(stage: &Stage, who: &Identity, path: &str) -> Reply {
    let mut request = Request::get(path).body(Body::empty()).expect("a request");
    request.extensions_mut().insert(who.clone());
    stage.reply(request).await
}

/// Sends a form, as a browser does.
pub(crate) async fn form(stage: &Stage, who: &Identity, path: &str, fields: &str) -> Reply {
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    let mut request = request.body(Body::from(fields.to_owned())).expect("a request");
    request.extensions_mut().insert(who.clone());
    stage.reply(request).await
}

/// Returns the only run of a script, by its id, once it is on record: the record of a run with a waiting caller may be delayed.
pub(crate) async fn only_run(stage: &Stage, who: &Identity, script: &str) -> String {
    let on_record = async {
        loop {
            let runs = stage.api(who, "GET", &format!("/executions?script_id={script}"), None).await.expect(200);
            if runs["total"] != 0 {
                return runs;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let runs = timeout(Duration::from_secs(10), on_record).await.expect("a run on record");
    assert_eq!(runs["total"], 1, "{runs:#}");
    runs["items"][0]["id"].as_str().expect("an id").to_owned()
}

/// The worker program under a distinct name, so that its processes can be told from those of other tests.
pub(crate) fn worker_program(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("worker");
    symlink(target_folder().join("iota-scripts-worker"), &path).expect("a name");
    path
}
