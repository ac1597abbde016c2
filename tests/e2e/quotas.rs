//! Quotas of a tenant over time: a refused caller gets the time to try again, and work without a waiting caller is delayed.

use iota_scripts_domain::{Clock as _, SystemClock};
use iota_scripts_host::{InvokeError, RequestError};
use iota_scripts_tests::{admin, user};
use serde_json::{Value, json};

use crate::{
    endpoints::{call, endpoint},
    schedules::occurrences,
    world::{form, in_workers_with, page},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_over_its_concurrency_gets_429_everywhere() {
    in_workers_with(&json!({"quotas": {"concurrent_runs": 1}}), async |stage| {
        let ann = admin();
        let waits =
            stage.script(&ann, "waits", "one_off", "async function main() { return services.echo.wait(); }").await;
        stage.script(&ann, "rule", "embedded", "function main() {}").await;
        endpoint(&stage, "GET", "/in", json!({}), "function handleRequest() { return 'in'; }").await;
        let running = stage.begin(&ann, &waits, json!(null)).await;
        stage.host.called("echo.wait", 1).await;

        let run = format!("/scripts/{waits}/run");
        let refused = stage.api(&ann, "POST", &run, None).await.expect(429);
        assert_eq!(refused["error"]["code"], "QUOTA_EXCEEDED");
        assert_eq!(refused["error"]["details"], json!({"quota": "concurrent_runs", "limit": 1}));
        let reply = call(&stage, Some(&ann), "GET", "/in", "").await;
        assert_eq!((reply.status, reply.header("retry-after")), (429, "1"));
        assert_eq!(reply.json()["error"]["code"], "QUOTA_EXCEEDED");
        let shown =
            form(&stage, &ann, &format!("/scripts/{waits}/run"), &format!("run_id={}", uuid::Uuid::now_v7())).await;
        assert_eq!((shown.status, shown.header("retry-after")), (429, "1"));
        assert!(shown.text.contains("QUOTA_EXCEEDED"), "{}", shown.text);
        let Err(InvokeError::Request(RequestError::Refused(error))) =
            stage.plugin.invoke(&ann, "rule", &Value::Null).await
        else {
            panic!("it was called");
        };
        assert_eq!(
            (error.code.as_str(), &error.details.expect("details")["retry_after_ms"]),
            ("RATE_LIMITED", &json!(1000))
        );

        // Work without a waiting caller is not lost: it stays due until the quota allows it.
        let quick = stage.script(&ann, "quick", "one_off", "function main() { return 1; }").await;
        let later = json!({"at": SystemClock.now().to_string()});
        stage.api(&ann, "POST", &format!("/scripts/{quick}/run"), Some(later)).await.expect(202);
        let refused = |items: &[Value]| items[0]["state"] == "due" && items[0]["reason"].is_string();
        let found = occurrences(&stage, &quick, refused).await;
        assert_eq!(found[0]["reason"], "QUOTA_EXCEEDED: the tenant reached its quota of 1 concurrent runs");
        assert_eq!(found[0]["attempt"], 1, "it has not been tried");

        let gus = user("globex", "gus", &iota_scripts_tests::ALL);
        let theirs = stage.script(&gus, "theirs", "one_off", "function main() { return 1; }").await;
        assert_eq!(stage.run(&gus, &theirs, Value::Null).await["status"], "success", "another tenant has its own");

        stage.host.release();
        assert_eq!(stage.ended(&ann, &running).await["status"], "success");
        let found = occurrences(&stage, &quick, |items| items[0]["state"] == "ran").await;
        assert_eq!(found.len(), 1);
        let metrics = stage.plugin.metrics().await.expect("metrics");
        assert!(metrics.contains(r#"iota_scripts_quota_refusals_total{quota="concurrent_runs"}"#), "{metrics}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn run_rates_and_quotas_of_a_tenant_are_configurable() {
    let quotas = json!({"quotas": {"runs_per_minute": 2, "tenants": {"globex": {"runs_per_minute": 3}}}});
    in_workers_with(&quotas, async |stage| {
        for (who, allowed) in [(admin(), 2), (user("globex", "gus", &iota_scripts_tests::ALL), 3)] {
            let id = stage.script(&who, "quick", "one_off", "function main() { return 1; }").await;
            for _ in 0..allowed {
                assert_eq!(stage.run(&who, &id, Value::Null).await["status"], "success");
            }
            let refused = stage.api(&who, "POST", &format!("/scripts/{id}/run"), None).await.expect(429);
            assert_eq!(refused["error"]["details"]["quota"], "runs_per_minute");
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_history_truncates_the_output_of_runs() {
    let quotas = json!({"quotas": {"history_bytes": 50_000}});
    in_workers_with(&quotas, async |stage| {
        let ann = admin();
        let source = "function main(text) { console.log('first'); console.log('y'.repeat(20_000)); return text; }";
        let id = stage.script(&ann, "loud", "one_off", source).await;
        let text = json!("x".repeat(20_000));
        let whole = stage.run(&ann, &id, text.clone()).await;
        assert_eq!((&whole["result"], &whole["truncated"]), (&text, &Value::Null), "there is room");
        // The node computes the size concurrently with the runs.
        let mut run = stage.run(&ann, &id, text.clone()).await;
        while run["truncated"] != true {
            run = stage.run(&ann, &id, text.clone()).await;
        }
        let run = stage.run(&ann, &id, text.clone()).await;
        assert_eq!(
            (&run["status"], &run["truncated"], &run["logs_truncated"]),
            (&json!("success"), &json!(true), &json!(true))
        );
        assert!(run["truncated_bytes"].as_u64().expect("a number") > 50_000, "{}", run["truncated_bytes"]);
        assert!(run["result"].as_str().expect("a text").len() < 1_100);
        assert_eq!(run["input"].as_array().expect("a list of arguments").len(), 1);
        assert_eq!((run["logs"].as_array().expect("lines").len(), &run["logs"][0]["message"]), (1, &json!("first")));
        let waited = stage.plugin.invoke(&ann, "loud", &text).await.expect("a result");
        assert_eq!(waited, text, "a synchronous caller gets all of it");

        let page = page(&stage, &ann, &format!("/scripts/runs/{}", run["id"].as_str().expect("an id"))).await;
        assert!(page.text.contains("data-truncated") && page.text.contains("over its quota"), "{}", page.text);
        let health = stage.plugin.health().await.expect("health");
        let history = &health.counters["history"];
        assert_eq!(history["tenants_over_quota"], 1, "{history}");
        assert_eq!(
            (&history["largest"]["tenant"], &history["largest"]["history_bytes_allowed"]),
            (&json!("acme"), &json!(50_000))
        );
        assert!(history["largest"]["history_bytes"].as_u64() > Some(50_000), "{history}");

        let gus = user("globex", "gus", &iota_scripts_tests::ALL);
        let theirs = stage.script(&gus, "quiet", "one_off", source).await;
        let theirs = stage.run(&gus, &theirs, text.clone()).await;
        assert_eq!((&theirs["result"], &theirs["truncated"]), (&text, &Value::Null), "another tenant has its own");
        stage.stop().await;
    })
    .await;
}
