//! Workers are copied from a template, and runs are not affected when it dies.

use std::{fs, os::unix::fs::symlink, path::PathBuf, time::Duration};

use iota_scripts_tests::{ALL, Stage, TestDatabase, admin, process, target_folder, user};
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

const WAITS: &str = "async function main() { return await services.echo.wait(); }";

fn program(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("worker");
    symlink(target_folder().join("iota-scripts-worker"), &path).expect("a name");
    path
}

async fn runtime(stage: &Stage) -> Value {
    stage.plugin.health().await.expect("health").counters["runtime"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_template_does_not_affect_runs() {
    let (folder, database) = (tempfile::tempdir().expect("a folder"), TestDatabase::sqlite());
    let worker = program(&folder);
    let config = json!({"worker": {"path": worker, "max_workers": 4, "standing_by": 0}});
    let stage = Stage::start(database.url(), &config).await;
    let template = || {
        let mine = process::templates().into_iter().filter(|pid| process::was_started_as(*pid, &worker));
        mine.collect::<Vec<u32>>()
    };
    let ann = admin();
    let waits = stage.script(&ann, "waits", "one_off", WAITS).await;
    let spins = stage.script(&ann, "spins", "embedded", "function main() { for (;;); }").await;
    let before = runtime(&stage).await["copied"].as_u64().expect("a number");
    assert!(before > 0, "the source was checked by a copy");

    let run = stage.begin(&ann, &waits, Value::Null).await;
    let endless = stage.begin(&ann, &spins, Value::Null).await;
    stage.host.called("echo.wait", 1).await;
    let killed = template();
    assert_eq!(killed.len(), 1);
    process::signal(killed[0], Signal::KILL);

    stage.host.release();
    assert_eq!(stage.ended(&ann, &run).await["result"], "at last", "it continues");
    stage.api(&ann, "POST", &format!("/executions/{endless}/cancel"), None).await.expect(202);
    assert_eq!(stage.ended(&ann, &endless).await["status"], "cancelled", "it can be cancelled");
    for tenant in ["globex", "initech", "umbrella"] {
        let who = user(tenant, "gus", &ALL);
        let id = stage.script(&who, "job", "one_off", "function main() { return 1; }").await;
        assert_eq!(stage.run(&who, &id, Value::Null).await["result"], 1, "{tenant}");
    }
    let next = template();
    assert!(next.len() == 1 && next != killed, "there is another one: {next:?}");
    assert!(runtime(&stage).await["copied"].as_u64().expect("a number") > before);
    stage.stop().await;
    assert_eq!(template(), [] as [u32; 0], "it ends with the plugin");
    assert!(process::workers().into_iter().all(|pid| !process::was_started_as(pid, &worker)), "no process is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_does_not_answer_is_abandoned() {
    let (folder, database) = (tempfile::tempdir().expect("a folder"), TestDatabase::sqlite());
    let worker = program(&folder);
    let stage = Stage::start(database.url(), &json!({"worker": {"path": worker, "standing_by": 0}})).await;
    stage.script(&admin(), "first", "embedded", "function main() { return 1; }").await;
    let template = process::templates().into_iter().find(|pid| process::was_started_as(*pid, &worker));
    process::signal(template.expect("a template"), Signal::STOP);
    assert_eq!(stage.plugin.invoke(&admin(), "first", &Value::Null).await.expect("a value"), 1);
    assert!(!process::is_there(template.expect("a template")));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_template_every_worker_is_started_directly() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, database) = (tempfile::tempdir().expect("a folder"), TestDatabase::sqlite());
    // It is a child of the shell, and so are its copies: they are not children of this process.
    let path = folder.path().join("worker");
    let real = target_folder().join("iota-scripts-worker");
    fs::write(&path, format!("#!/bin/sh\n'{}'\n", real.display())).expect("a program");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
    let stage = Stage::start(database.url(), &json!({"worker": {"path": path, "standing_by": 0}})).await;
    for tenant in ["acme", "globex"] {
        let who = user(tenant, "ann", &ALL);
        let id = stage.script(&who, "job", "one_off", "function main() { return 5; }").await;
        assert_eq!(stage.run(&who, &id, Value::Null).await["result"], 5, "{tenant}");
    }
    assert_eq!(runtime(&stage).await["copied"], 0);
    tokio::time::timeout(Duration::from_secs(30), stage.stop()).await.expect("it stops");
}
