//! The workers' sandbox as operators see it: the walls in force, missing kernel features, and a worker that makes a forbidden call.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use iota_scripts_tests::{Stage, TestDatabase, admin, user};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A worker program that calls the test's own with arguments.
fn captive(folder: &TempDir, arguments: &str) -> PathBuf {
    let path = folder.path().join("worker");
    let program = format!("#!/bin/sh\nexec '{}' {arguments}\n", env!("CARGO_BIN_EXE_captive"));
    fs::write(&path, program).expect("a program");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
    path
}

async fn sandbox(stage: &Stage) -> Value {
    stage.plugin.health().await.expect("health").counters["runtime"]["sandbox"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn health_reports_the_sandbox_measured_by_workers() {
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({})).await;
    assert_eq!(sandbox(&stage).await, Value::Null, "no worker has reported yet");
    let id = stage.script(&admin(), "job", "one_off", "function main() {}").await;
    stage.run(&admin(), &id, Value::Null).await;
    let sandbox = sandbox(&stage).await;
    let named = |list: &str, means: &str| {
        let list = sandbox[list].as_array().expect("a list");
        list.iter().any(|entry| entry.as_str().expect("text").starts_with(means))
    };
    for means in ["descriptors", "privileges", "landlock", "rlimits", "seccomp"] {
        assert!(named("in_force", means) || named("lacks", means), "{means}: {sandbox}");
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_process_there_is_no_sandbox_to_report() {
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({"isolation": "in_process"})).await;
    let id = stage.script(&admin(), "job", "one_off", "function main() {}").await;
    stage.run(&admin(), &id, Value::Null).await;
    assert_eq!(sandbox(&stage).await, Value::Null);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_kernel_features_are_logged_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let worker = captive(&folder, "descriptors,privileges,rlimits");
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({"worker": {"path": worker}})).await;
    for tenant in ["acme", "globex"] {
        let admin = user(tenant, "ann", &iota_scripts_tests::ALL);
        let id = stage.script(&admin, "job", "one_off", "function main() { return 5; }").await;
        assert_eq!(stage.run(&admin, &id, Value::Null).await["result"], 5, "{tenant}");
    }
    assert_eq!(
        sandbox(&stage).await,
        json!({
            "in_force": ["descriptors", "privileges", "rlimits"],
            "lacks": ["landlock: this kernel has none", "seccomp: this kernel has none"],
        })
    );
    let warning = "the workers' sandbox is incomplete: landlock: this kernel has none; seccomp: this kernel has none";
    stage.host.logged(warning).await;
    assert_eq!(stage.host.log_text().matches("sandbox is incomplete").count(), 1, "two workers, one warning");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_call_ends_the_worker_and_the_run_shows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let worker = captive(&folder, "all fork");
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({"worker": {"path": worker}})).await;
    let id = stage.draft(&admin(), "job", "one_off", "function main() {}").await;
    let run = stage.run(&admin(), &id, Value::Null).await;
    assert_eq!(run["error"]["code"], "WORKER_DIED", "{run:#}");
    let message = run["error"]["message"].as_str().expect("text");
    assert!(message.contains("system call that its sandbox forbids"), "{message}");
    stage.stop().await;
}
