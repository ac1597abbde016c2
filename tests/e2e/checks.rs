//! Checks of sources: they delay no run, are limited in time, and need the permission to write scripts.

use axum::{body::Body, http::Request};
use futures_util::future::{join, join_all};
use iota_scripts_host::Identity;
use iota_scripts_tests::{ALL, Reply, Stage, TestDatabase, admin, process, user};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::world::worker_program;

async fn check(stage: &Stage, who: &Identity, source: &str) -> Reply {
    let mut request = Request::post("/scripts/api/v1/check").header("content-type", "application/json");
    request.extensions_mut().expect("a request").insert(who.clone());
    stage.reply(request.body(Body::from(json!({"content": source}).to_string())).expect("a request")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn hanging_checks_do_not_delay_runs() {
    let (folder, database) = (tempfile::tempdir().expect("a folder"), TestDatabase::sqlite());
    let worker = worker_program(&folder);
    let config = json!({"worker": {"path": worker, "max_workers": 2, "standing_by": 0}});
    let stage = Stage::start(database.url(), &config).await;
    let (ann, gus) = (admin(), user("globex", "gus", &ALL));
    let bob = user("acme", "bob", &["scripts.read", "scripts.update"]);
    for who in [&ann, &gus] {
        stage.script(who, "validate", "embedded", "function main() { return 5; }").await;
    }
    // Nothing has run yet: these workers have checked the saved sources. They no longer respond.
    let checkers: Vec<u32> =
        process::workers().into_iter().filter(|pid| process::was_started_as(*pid, &worker)).collect();
    assert_eq!(checkers.len(), 2);
    checkers.iter().for_each(|pid| process::signal(*pid, Signal::STOP));

    let texts: Vec<String> = (0..25).map(|number| format!("const n{number} = {number};")).collect();
    let answers = {
        let asking = join_all(texts.iter().map(|text| check(&stage, &bob, text)));
        tokio::pin!(asking);
        for who in [&ann, &gus] {
            tokio::select! {
                biased;
                _ = &mut asking => panic!("all checks have ended"),
                value = stage.plugin.invoke(who, "validate", &Value::Null) => assert_eq!(value.expect("a value"), 5),
            }
        }
        asking.await
    };
    let refused: Vec<&Reply> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert_eq!(refused.len(), 23);
    assert!(refused.iter().all(|answer| answer.header("retry-after") == "1"));
    let looked_at = answers.iter().filter(|answer| answer.status == 200);
    let mut found: Vec<String> = looked_at.map(|answer| answer.json()["diagnostics"][0]["code"].to_string()).collect();
    found.sort();
    assert_eq!(found, ["\"CHECK_TIMEOUT\"", "null"], "one hangs, the next gets another worker");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_requires_the_permission_to_write() {
    for isolation in ["worker", "in_process"] {
        let database = TestDatabase::sqlite();
        let stage = Stage::start(database.url(), &json!({"isolation": isolation})).await;
        let viewer = user("acme", "vic", &["scripts.read", "scripts.execute"]);
        assert_eq!(check(&stage, &viewer, "one()").await.status, 403);
        for permission in ["scripts.update", "scripts.create"] {
            assert_eq!(check(&stage, &user("acme", "eve", &[permission]), "one()").await.status, 200, "{permission}");
        }
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_of_two_tenants_are_checked_concurrently() {
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({"worker": {"max_workers": 2, "standing_by": 0}})).await;
    let (ann, gus) = (admin(), user("globex", "gus", &ALL));
    let (ours, theirs) = join(check(&stage, &ann, "consle.log(1)"), check(&stage, &gus, "consle.log(2)")).await;
    for answer in [ours, theirs] {
        assert_eq!(answer.json()["diagnostics"][0]["code"], "UNKNOWN_GLOBAL", "{}", answer.text);
    }
    let runtime = stage.plugin.health().await.expect("health").counters["runtime"].clone();
    assert_eq!((&runtime["workers"], &runtime["checkers"]), (&json!(0), &json!(2)), "{runtime:#}");
    stage.stop().await;
}
