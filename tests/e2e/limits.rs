//! Limits at every entry point, sources at every save, and the limits shown on a receipt.

use iota_scripts_domain::{Clock as _, SystemClock};
use iota_scripts_host::{Event, InvokeError, RequestError, RunFrame, RunRequest};
use iota_scripts_tests::admin;
use serde_json::{Value, json};

use futures_util::StreamExt as _;

use crate::{
    endpoints::{call, endpoint},
    schedules::{occurrences, settled},
    world::{everywhere, form, in_workers, in_workers_with, page},
};

const NOTHING: &str = "function main() {} function handleRequest() {}";

fn nested(depth: usize) -> String {
    format!("{}1{}", "[".repeat(depth), "]".repeat(depth))
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_inputs_are_refused_at_every_entry_point() {
    in_workers_with(&json!({"limits": {"input_bytes": 1024}}), async |stage| {
        let ann = admin();
        let large = "x".repeat(1100);
        let job = stage.script(&ann, "job", "one_off", NOTHING).await;
        let rule = json!({"name": "rule", "type": "embedded", "event_patterns": ["order.*"], "content": NOTHING});
        let rule = stage.api(&ann, "POST", "/scripts", Some(rule)).await.expect(201);
        let rule = rule["id"].as_str().expect("an id");
        endpoint(&stage, "POST", "/in", json!({}), NOTHING).await;

        let run = format!("/scripts/{job}/run");
        let refused = stage.api(&ann, "POST", &run, Some(json!({"input": large}))).await.expect(413);
        assert_eq!(
            (&refused["error"]["code"], &refused["error"]["field"]),
            (&json!("INPUT_TOO_LARGE"), &json!("input"))
        );
        assert_eq!(refused["error"]["message"], "the input has 1102 bytes; the limit is 1024");
        let later = json!({"input": large, "at": SystemClock.now().to_string()});
        stage.api(&ann, "POST", &run, Some(later)).await.expect(413);
        let test = json!({"input": large, "content": NOTHING});
        stage.api(&ann, "POST", &format!("/scripts/{job}/test"), Some(test)).await.expect(413);
        let fields = format!("run_id={}&input=%22{large}%22&at=", uuid::Uuid::now_v7());
        let refused = form(&stage, &ann, &format!("/scripts/{job}/run"), &fields).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.text.contains("The input exceeds the size limit.") && refused.text.contains(&large),
            "the input is kept"
        );

        let Err(InvokeError::Request(RequestError::Refused(error))) = stage.plugin.invoke(&ann, "rule", &large).await
        else {
            panic!("it was called");
        };
        assert_eq!((error.code.as_str(), error.field.as_deref()), ("TOO_LARGE", Some("input")));
        let mut stream = stage.plugin.run(&ann, RunRequest::by_id(&job).input(json!(large))).expect("a stream");
        let Some(Err(RequestError::Refused(error))) = stream.next().await else { panic!("it began") };
        assert_eq!(error.code, "TOO_LARGE");
        let reply = call(&stage, Some(&ann), "POST", "/in", &large).await;
        assert_eq!((reply.status, &reply.json()["error"]["code"]), (413, &json!("INPUT_TOO_LARGE")));

        let at = "2026-01-31T09:00:00Z".to_owned();
        let event = Event {
            id: "e1".into(),
            kind: "order.paid".into(),
            tenant: "acme".into(),
            user: None,
            at,
            data: json!(large),
        };
        stage.plugin.event(&event).expect("the plugin accepts it");
        let found = occurrences(&stage, rule, settled).await;
        assert_eq!((found.len(), &found[0]["state"]), (1, &json!("failed")));
        assert!(found[0]["reason"].as_str().expect("words").starts_with("INPUT_TOO_LARGE: "), "{found:?}");

        let runs = stage.api(&ann, "GET", "/executions", None).await.expect(200);
        assert_eq!(runs["total"], 0, "{runs:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nesting_of_inputs_and_results_is_limited() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "function main(input) { if (input) return 1; let deep = 1; for (let i = 0; i < 200; i++) deep = [deep]; return deep; }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let run = async |depth: usize| {
            let body = format!(r#"{{"input": {}}}"#, nested(depth));
            stage.send(Some(&ann), "POST", &format!("/scripts/{id}/run"), body.into()).await
        };
        assert_eq!(run(121).await.expect(422)["error"]["code"], "INPUT_TOO_NESTED");
        let deepest = run(120).await.expect(202);
        let ended = stage.ended(&ann, deepest["execution_id"].as_str().expect("an id")).await;
        assert_eq!((&ended["status"], &ended["receipt"]["json_depth"]["used"]), (&json!("success"), &json!(120)));
        let out = stage.run(&ann, &id, Value::Null).await;
        assert_eq!(out["error"]["code"], "RESULT_NOT_SERIALIZABLE", "{out:#}");

        endpoint(&stage, "POST", "/in", json!({}), NOTHING).await;
        let reply = call(&stage, Some(&ann), "POST", "/in", &format!(r#"{{"a": {}}}"#, nested(119))).await;
        assert_eq!((reply.status, &reply.json()["error"]["code"]), (422, &json!("INPUT_TOO_NESTED")));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_or_nested_sources_are_refused() {
    in_workers_with(&json!({"limits": {"source_bytes": 1024, "nesting": 16}}), async |stage| {
        let ann = admin();
        for (source, saved, found) in [
            (format!("// {}", "x".repeat(1024)), "VALIDATION_FAILED", "SOURCE_TOO_LARGE"),
            (format!("const deep = {};", nested(17)), "SOURCE_TOO_NESTED", "SOURCE_TOO_NESTED"),
        ] {
            let body = json!({"name": "job", "type": "one_off", "content": source, "is_active": false});
            let refused = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(422);
            assert_eq!((&refused["error"]["code"], &refused["error"]["field"]), (&json!(saved), &json!("content")));
            let checked = stage.api(&ann, "POST", "/check", Some(json!({"content": source}))).await.expect(200);
            assert_eq!(checked["diagnostics"][0]["code"], found, "{checked:#}");
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_with_errors_is_saved_but_cannot_be_activated() {
    everywhere(|stage| async move {
        let ann = admin();
        let broken = "function main() {\n  return 1 +;\n}";
        let id = stage.draft(&ann, "job", "one_off", broken).await;
        let refused = stage.api(&ann, "POST", &format!("/scripts/{id}/activate"), None).await.expect(422);
        assert_eq!(
            (&refused["error"]["code"], &refused["error"]["field"]),
            (&json!("COMPILE_ERROR"), &json!("content"))
        );
        let diagnostic = &refused["error"]["details"]["diagnostic"];
        assert_eq!((&diagnostic["line"], &diagnostic["source_line"]), (&json!(2), &json!("  return 1 +;")));
        let shown = form(&stage, &ann, &format!("/scripts/{id}/activate"), "").await;
        assert_eq!(shown.status, 422);
        assert!(shown.text.contains(r#"data-error-for="content">line 2, column"#), "{}", shown.text);

        let whole = json!({"name": "job", "type": "one_off", "content": "function main() { return 1; }", "is_active": true,
                           "base_version": 1});
        stage.api(&ann, "PUT", &format!("/scripts/{id}"), Some(whole)).await.expect(200);
        let broken = json!({"name": "job", "type": "one_off", "content": broken, "base_version": 2});
        stage.api(&ann, "PUT", &format!("/scripts/{id}"), Some(broken)).await.expect(422);
        stage.api(&ann, "POST", &format!("/scripts/{id}/versions/1/restore"), None).await.expect(422);
        assert_eq!(stage.run(&ann, &id, Value::Null).await["result"], 1, "an active script stays active");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_has_used_and_allowed_amounts_of_every_limit() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "async function main(input) {
            await Promise.all([services.echo.wait(), services.echo.wait()]);
            await storage.set('k', 'value');
            await events.publish('done');
            console.log('one'); console.log('two');
            return {deep: [1]};
        }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let execution = stage.begin(&ann, &id, json!({"n": 7})).await;
        stage.host.called("echo.wait", 2).await;
        stage.host.release();
        stage.host.release();
        let run = stage.ended(&ann, &execution).await;
        let receipt = &run["receipt"];
        let used = |name: &str| receipt[name]["used"].as_u64().unwrap_or_else(|| panic!("{name}: {receipt:#}"));
        assert_eq!((used("host_calls"), used("pending_host_calls"), used("events")), (4, 2, 1));
        let kinds = json!({"services": 2, "storage": 1, "events": 1, "db": 0, "http": 0, "templates": 0});
        assert_eq!(receipt["host_calls_by_kind"], kinds);
        assert_eq!((used("input_bytes"), used("json_depth")), (7, 2));
        assert_eq!((used("result_bytes"), used("source_bytes")), (12, source.len() as u64));
        assert!(used("message_bytes") >= 11 && used("cpu_us") > 0 && used("log_bytes") >= 6, "{receipt:#}");
        for (name, figure) in
            receipt.as_object().expect("figures").iter().filter(|(name, _)| *name != "host_calls_by_kind")
        {
            assert!(figure["allowed"].as_u64() > Some(0), "{name}: {receipt:#}");
        }
        let shown = page(&stage, &ann, &format!("/scripts/runs/{}", run["id"].as_str().expect("an id"))).await;
        for text in ["services 2 · storage 1 · events 1", "JSON nesting depth", "/ 1000"] {
            assert!(shown.text.contains(text), "{text}: {}", shown.text);
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn truncated_output_is_marked_in_the_record_and_on_the_page() {
    in_workers(|stage| async move {
        let ann = admin();
        let source = "function main(spin) {
            for (let i = 0; i < 200; i++) console.log('x'.repeat(10000));
            while (spin);
        }";
        let body = json!({"name": "job", "type": "one_off", "content": source, "timeout_seconds": 1});
        let script = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(201);
        for (spin, status) in [(false, "success"), (true, "timeout")] {
            let run = stage.run(&ann, script["id"].as_str().expect("an id"), json!(spin)).await;
            assert_eq!((&run["status"], &run["logs_truncated"]), (&json!(status), &json!(true)), "{}", run["error"]);
            let lines = run["logs"].as_array().expect("lines");
            let last = lines.last().expect("a line")["message"].as_str().expect("words");
            assert_eq!(last, "the log reached its limit of 1048576 bytes; further lines are dropped");
            let shown = page(&stage, &ann, &format!("/scripts/runs/{}", run["id"].as_str().expect("an id"))).await;
            assert!(shown.text.contains("The log was truncated at its size limit."));
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_may_raise_limits_above_their_defaults() {
    in_workers_with(&json!({"limits": {"host_calls": 1500, "wall_ms": 5000}}), async |stage| {
        let ann = admin();
        let source = "async function main() { for (let i = 0; i < 1200; i++) await storage.get('k'); }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let mut run = stage.plugin.run(&ann, RunRequest::by_id(&id)).expect("a stream");
        let mut finished = None;
        while let Some(frame) = run.next().await {
            if let Ok(RunFrame::Finished(execution)) = frame {
                finished = Some(execution);
            }
        }
        let run = finished.expect("an end");
        assert_eq!(run["receipt"]["host_calls"], json!({"used": 1200, "allowed": 1500}), "{run:#}");
        assert_eq!(run["receipt"]["wall_ms"]["allowed"], 5000);
        stage.stop().await;
    })
    .await;
}
