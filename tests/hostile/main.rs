//! No script harms its host: every script of a hostile corpus ends as required, while the host keeps answering and nothing is leaked.
//!
//! `scripts/` is the project's own corpus; `HOSTILE_SCRIPTS` may name a folder with more. No test here depends on speed.

use std::{sync::Arc, time::Duration};

use iota_scripts_tests::{
    Stage, TestDatabase, admin,
    hostile::{Footprint, Gauntlet, Probe, corpus, soak, unfinished, workers_beyond_the_pool},
};
use tokio::sync::Mutex;

/// Descriptors and processes are counted for the whole process, so its tests run one at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Times that the whole corpus is run.
const PASSES: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn hostile_scripts_end_as_required_without_blocking_the_host() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let before = Footprint::of_this_host().await;
    survive("worker", PASSES).await;
    assert_eq!(before.left_over().await, None, "there were {before:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_scripts_end_as_required_in_process() {
    let _turn = ONE_AT_A_TIME.lock().await;
    survive("in_process", 1).await;
}

async fn survive(isolation: &str, passes: usize) {
    let (database, ann) = (TestDatabase::sqlite(), admin());
    let stage = Arc::new(Stage::start(database.url(), &Gauntlet::config(isolation)).await);
    let fine = stage.script(&ann, "fine", "one_off", "function main() { return 'fine'; }").await;
    let gauntlet = Gauntlet::prepare(&stage, ann.clone(), corpus()).await;
    for pass in 1..=passes {
        let probe = Probe::start(&stage, &ann, &fine);
        let ended = gauntlet.pass().await;
        let answers = probe.stop().await;
        let wrong: Vec<String> = ended.iter().filter(|ended| !ended.allowed).map(ToString::to_string).collect();
        assert!(wrong.is_empty(), "pass {pass}, {} of {}:\n{}", wrong.len(), ended.len(), wrong.join("\n"));
        assert!(!answers.took.is_empty(), "the probe has run");
        assert!(answers.failures.is_empty(), "pass {pass}: {:#?}", answers.failures);
        stage.host.forget();
    }
    assert_eq!(unfinished(&stage, std::slice::from_ref(&ann)).await, 0, "rows that are still running");
    assert_eq!(workers_beyond_the_pool(&stage).await, 0, "workers unknown to the pool");
    assert_eq!(stage.run(&ann, &fine, serde_json::Value::Null).await["result"], "fine");
    stage.plugin.stop(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_partly_hostile_runs_leak_nothing() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let report = soak(1000).await;
    let problems = report.problems();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_corpus_has_a_script_of_every_kind() {
    let scripts = corpus();
    let kinds = [
        "nested",
        "long",
        "recursion",
        "spin",
        "regex",
        "big",
        "grow",
        "slow",
        "promise",
        "panic",
        "sort",
        "escape",
        "call",
        "result",
        "error",
    ];
    for kind in kinds {
        assert!(scripts.iter().any(|script| script.name.starts_with(&format!("{kind}-"))), "{kind}");
    }
}
