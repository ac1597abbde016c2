//! A script whose runs repeatedly hit hard limits is deactivated, the reason is visible, and an admin activates it again.

use iota_scripts_host::InvokeError;
use iota_scripts_tests::{Stage, TestDatabase, admin, user};
use serde_json::{Value, json};

use crate::world::{everywhere_with, form, page};

const SINKS: &str = "function main(well) { return well ? 'well' : main(well); }";

/// One run that ends at a hard limit.
async fn strike(stage: &Stage, name: &str) {
    let Err(InvokeError::Script { error, .. }) = stage.plugin.invoke(&admin(), name, &false).await else {
        panic!("no fault");
    };
    assert_eq!(error.code, "STACK_OVERFLOW");
}

#[tokio::test(flavor = "multi_thread")]
async fn hitting_hard_limits_deactivates_a_script() {
    everywhere_with(&json!({"quarantine": {"strikes": 2}}), async |stage| {
        let ann = admin();
        let id = stage.script(&ann, "sinks", "embedded", SINKS).await;
        let path = format!("/scripts/{id}");
        for _ in 0..3 {
            let body = json!({"content": SINKS, "input": false});
            let test = stage.api(&ann, "POST", &format!("{path}/test"), Some(body)).await.expect(202);
            stage.ended(&ann, test["execution_id"].as_str().expect("an id")).await;
        }
        strike(&stage, "sinks").await;
        assert_eq!(stage.api(&ann, "GET", &path, None).await.expect(200)["is_active"], true, "tests do not count");
        strike(&stage, "sinks").await;

        let quarantined = stage.host.event(|event| event.kind == "scripts.quarantined").await;
        let (script, reason) = (&quarantined.data["script_id"], &quarantined.data["quarantine"]);
        assert_eq!((script, &reason["fault"], &reason["times"]), (&json!(id), &json!("STACK_OVERFLOW"), &json!(2)));
        let off = stage.api(&ann, "GET", &path, None).await.expect(200);
        assert_eq!((&off["is_active"], &off["quarantine"]), (&json!(false), reason));
        let refused = stage.plugin.invoke(&ann, "sinks", &true).await.expect_err("nothing runs it");
        assert!(refused.to_string().contains("inactive"), "{refused}");
        let metrics = stage.plugin.metrics().await.expect("metrics");
        assert!(metrics.contains("iota_scripts_quarantines_total 1"), "{metrics}");

        let shown = page(&stage, &ann, &format!("/scripts/{id}")).await.text;
        for text in ["In quarantine: this script does not run", "2 runs hit hard limits since", "STACK_OVERFLOW"] {
            assert!(shown.contains(text), "{text}: {shown}");
        }
        let listed = page(&stage, &ann, "/scripts").await.text;
        assert!(listed.contains("1 script in this list is in quarantine"), "{listed}");

        let form_path = format!("/scripts/{id}/activate");
        let reader = user("acme", "rita", &["scripts.read"]);
        assert_eq!(form(&stage, &reader, &form_path, "").await.status, 403);
        assert_eq!(form(&stage, &ann, &form_path, "").await.status, 303);
        let on = stage.api(&ann, "GET", &path, None).await.expect(200);
        assert_eq!((&on["is_active"], on.get("quarantine")), (&json!(true), None));
        let versions = stage.api(&ann, "GET", &format!("{path}/versions"), None).await.expect(200);
        let summary = |number: usize| versions["items"][number]["change_summary"].as_str().expect("words").to_owned();
        assert_eq!(summary(0), "Activated after quarantine (STACK_OVERFLOW)");
        assert!(summary(1).starts_with("Quarantined: STACK_OVERFLOW, 2 times since "), "{}", summary(1));
        assert_eq!(stage.plugin.invoke(&ann, "sinks", &true).await.expect("it runs"), json!("well"));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strikes_on_several_nodes_add_up_to_one_quarantine() {
    let database = TestDatabase::postgres().await;
    let config = json!({"quarantine": {"strikes": 4}});
    let nodes = [Stage::start(database.url(), &config).await, Stage::start(database.url(), &config).await];
    let id = nodes[0].script(&admin(), "sinks", "embedded", SINKS).await;
    for _ in 0..2 {
        for node in &nodes {
            strike(node, "sinks").await;
        }
    }
    let path = format!("/scripts/{id}");
    for node in &nodes {
        while node.api(&admin(), "GET", &path, None).await.expect(200)["is_active"] == true {
            tokio::task::yield_now().await;
        }
        // Each node learns of it, and no longer runs the script.
        while node.plugin.invoke(&admin(), "sinks", &true).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
    let versions = nodes[0].api(&admin(), "GET", &format!("{path}/versions"), None).await.expect(200);
    assert_eq!(versions["total"], 2, "{versions:#}");
    let [first, second] = nodes;
    let hosts = [first.host.clone(), second.host.clone()];
    first.stop().await;
    second.stop().await;
    let quarantined =
        hosts.iter().flat_map(|host| host.event_types()).filter(|kind| kind == "scripts.quarantined").count();
    assert_eq!(quarantined, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_failures_do_not_deactivate_a_script() {
    everywhere_with(&json!({"quarantine": {"strikes": 1}}), async |stage| {
        let ann = admin();
        let source = "function main() { throw new Error('no'); }";
        let id = stage.script(&ann, "fails", "embedded", source).await;
        for _ in 0..3 {
            stage.plugin.invoke(&ann, "fails", &Value::Null).await.expect_err("it fails");
        }
        assert_eq!(stage.api(&ann, "GET", &format!("/scripts/{id}"), None).await.expect(200)["is_active"], true);
        stage.stop().await;
    })
    .await;
}
