//! How many questions and notices the plugin sends to its host: with the capabilities of contract 1.1 and without.

use std::time::Duration;

use iota_scripts_host::{Identity, RequestError};
use iota_scripts_tests::{Stage, admin, user};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::world::{form, in_workers, in_workers_with, page};

const SOURCE: &str = "function main() { return 1; }";

/// Pages of all kinds, with a script and a run to show.
async fn pages(stage: &Stage) -> Vec<String> {
    let id = stage.script(&admin(), "Nightly", "one_off", SOURCE).await;
    let run = stage.run(&admin(), &id, Value::Null).await;
    let run = run["id"].as_str().expect("an id");
    let fixed =
        ["", "/new", "/dashboard", "/widget", "/runs", "/occurrences", "/dead-letters", "/http-hosts", "/pause"];
    let mut pages: Vec<String> = fixed.iter().map(|page| format!("/scripts{page}")).collect();
    pages.extend(["/scripts/templates".to_owned(), format!("/scripts/{id}"), format!("/scripts/runs/{run}")]);
    pages
}

/// Opens a page and returns how many times the host was asked about permissions meanwhile.
async fn questions(stage: &Stage, who: &Identity, path: &str) -> (u16, usize) {
    stage.host.take_questions();
    let status = page(stage, who, path).await.status;
    (status, stage.host.take_questions())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_checks_permissions_in_one_callback() {
    in_workers(|stage| async move {
        for path in pages(&stage).await {
            assert_eq!(questions(&stage, &admin(), &path).await, (200, 1), "{path}");
        }
        let reader = user("acme", "rita", &["scripts.read"]);
        assert_eq!(questions(&stage, &reader, "/scripts").await, (200, 1));
        let stranger = user("acme", "stan", &[]);
        assert_eq!(questions(&stage, &stranger, "/scripts").await, (403, 1));

        let id = stage.script(&admin(), "Edited", "one_off", SOURCE).await;
        stage.host.take_questions();
        let fields = "name=Edited&type=one_off&content=function+main()+%7B%7D&base_version=1";
        let saved = form(&stage, &admin(), &format!("/scripts/{id}"), fields).await;
        assert_eq!((saved.status, stage.host.take_questions()), (303, 1), "{}", saved.text);
        stage.api(&admin(), "GET", "/scripts", None).await.expect(200);
        assert_eq!(stage.host.take_questions(), 1);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_are_cached_for_one_request_only() {
    in_workers(|stage| async move {
        let id = stage.script(&admin(), "Nightly", "one_off", SOURCE).await;
        let path = format!("/scripts/{id}/delete");
        let reader = user("acme", "ann", &["scripts.read"]);
        assert_eq!(page(&stage, &admin(), &format!("/scripts/{id}")).await.status, 200);
        assert_eq!(
            form(&stage, &reader, &path, "base_version=1").await.status,
            403,
            "the same user with fewer permissions"
        );
        stage.api(&reader, "DELETE", &format!("/scripts/{id}"), None).await.expect(403);
        stage.api(&admin(), "GET", &format!("/scripts/{id}"), None).await.expect(200);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_of_contract_1_0_gets_single_questions() {
    in_workers_with(&json!({"capabilities": []}), async |stage| {
        for path in pages(&stage).await {
            assert_eq!(questions(&stage, &admin(), &path).await, (200, 6), "{path}");
        }
        let stranger = user("acme", "stan", &[]);
        assert_eq!(questions(&stage, &stranger, "/scripts").await, (403, 6));
        stage.host.event(|event| event.kind == "scripts.script.created").await;
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_the_wrong_length_grants_nothing() {
    in_workers(|stage| async move {
        stage.script(&admin(), "Nightly", "one_off", SOURCE).await;
        for answers in [0, 1, 5] {
            stage.host.answer_at_most(answers);
            let refused = page(&stage, &admin(), "/scripts").await;
            assert_eq!(refused.status, 503, "{answers}: {}", refused.text);
            assert!(!refused.text.contains("Nightly"), "{}", refused.text);
        }
        stage.host.answer_at_most(usize::MAX);
        assert_eq!(page(&stage, &admin(), "/scripts").await.status, 200);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_events_arrive_in_order_despite_a_refused_one() {
    for capabilities in [json!(["authorize.many", "events.publish"]), json!([])] {
        in_workers_with(&json!({"capabilities": capabilities}), async |stage| {
            stage.host.refuse_events("scripts.script.updated");
            stage.host.open_bus(false);
            let mut ids = Vec::new();
            for number in 0..70 {
                ids.push(stage.draft(&admin(), &format!("Job {number}"), "one_off", SOURCE).await);
            }
            stage.api(&admin(), "POST", &format!("/scripts/{}/activate", ids[0]), None).await.expect(200);
            let last = stage.draft(&admin(), "Last", "one_off", SOURCE).await;
            ids.push(last.clone());
            stage.host.open_bus(true);
            let last_event = stage.host.event(|event| event.data["script_id"] == last.as_str());
            timeout(Duration::from_secs(30), last_event).await.expect("the last one is reported");
            let seen = stage.host.event_data("scripts.script.created");
            let seen: Vec<_> = seen.iter().map(|data| data["script_id"].as_str().expect("an id").to_owned()).collect();
            assert_eq!(seen, ids);
            stage.host.logged("the host rejected an event").await;
            stage.stop().await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_can_change_its_subscriptions_at_run_time() {
    in_workers_with(&json!({"events": ["scripts.script.created"]}), async |stage| {
        let first = stage.script(&admin(), "first", "one_off", SOURCE).await;
        stage.host.event(|event| event.kind == "scripts.script.created").await;
        stage.plugin.events_wanted(&["scripts.script.deleted"]).expect("taken");
        stage.host.forget();
        let second = stage.script(&admin(), "second", "one_off", SOURCE).await;
        stage.api(&admin(), "DELETE", &format!("/scripts/{first}"), None).await.expect(204);
        stage.host.event(|event| event.kind == "scripts.script.deleted").await;
        assert_eq!(stage.host.event_types(), ["scripts.script.deleted"]);

        let refused = stage.plugin.events_wanted(&["scripts.script.created", "order.*"]).expect_err("a bad pattern");
        assert!(matches!(&refused, RequestError::Refused(error) if error.code == "VALIDATION"), "{refused}");
        stage.host.logged("events.wanted: patterns[1]").await;
        stage.host.forget();
        stage.script(&admin(), "third", "one_off", SOURCE).await;
        stage.api(&admin(), "DELETE", &format!("/scripts/{second}"), None).await.expect(204);
        stage.host.event(|event| event.kind == "scripts.script.deleted").await;
        assert_eq!(stage.host.event_types(), ["scripts.script.deleted"], "nothing has changed");
        stage.stop().await;
    })
    .await;
}
