//! The outcome of a run: an endpoint's HTTP status, logged errors, and tests that do not count as work.

use iota_scripts_tests::{Stage, admin, user};
use serde_json::{Value, json};

use crate::{
    endpoints::{call, endpoint},
    world::{everywhere, in_workers, page},
};

/// Every endpoint answers as its path says.
const ANSWERS: &str = "function handleRequest(req) {
    if (req.params.status === 'late') for (;;) {}
    if (req.params.status === 'thrown') throw new Error('no luck');
    return {status: Number(req.params.status), body: {why: 'as asked'}};
}";

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_run_counts_by_its_http_status() {
    everywhere(|stage| async move {
        let ann = admin();
        let id = endpoint(&stage, "GET", "/say/:status", json!({"timeout_seconds": 1}), ANSWERS).await;
        for (asked, sent, status) in [
            ("200", 200, "success"),
            ("404", 404, "refused"),
            ("503", 503, "failed"),
            ("99", 500, "failed"),
            ("thrown", 500, "failed"),
            ("late", 504, "timeout"),
        ] {
            let reply = call(&stage, Some(&ann), "GET", &format!("/say/{asked}"), "").await;
            assert_eq!(reply.status, sent, "{asked}: {}", reply.text);
            let run = format!("/executions/{}", reply.header("x-execution-id"));
            let run = stage.api(&ann, "GET", &run, None).await.expect(200);
            assert_eq!((&run["status"], &run["http_status"]), (&json!(status), &json!(sent)), "{asked}: {run:#}");
            if asked == "503" {
                assert_eq!(run["error"]["message"], "the endpoint answered 503", "{run:#}");
                assert_eq!(
                    (&run["result"]["body"]["why"], &reply.json()["why"]),
                    (&json!("as asked"), &json!("as asked"))
                );
            }
        }
        let listed = async |filter: &str| {
            let path = format!("/executions?script_id={id}&status={filter}");
            let page = stage.api(&ann, "GET", &path, None).await.expect(200);
            let items = page["items"].as_array().expect("a list").iter();
            items.map(|run| run["http_status"].as_u64().expect("a status")).collect::<Vec<_>>()
        };
        assert_eq!(listed("success").await, [200]);
        assert_eq!(listed("refused").await, [404]);
        assert_eq!(listed("failed,timeout").await, [504, 500, 500, 503]);
        let failed = stage.host.event(|event| event.data["http_status"] == 503).await;
        assert_eq!((failed.kind.as_str(), &failed.data["status"]), ("scripts.execution.failed", &json!("failed")));
        let refused = stage.host.event(|event| event.data["http_status"] == 404).await;
        assert_eq!(
            (refused.kind.as_str(), &refused.data["status"]),
            ("scripts.execution.completed", &json!("refused"))
        );

        let shown = page(&stage, &ann, &format!("/scripts/runs?script={id}")).await;
        for words in ["Failed 503", "Rejected 404", "Success 200", "Timed out 504", "1 rejected", "4 failed"] {
            assert!(shown.text.contains(words), "{words}: {}", shown.text);
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logged_errors_are_shown_next_to_the_status() {
    in_workers(|stage| async move {
        let ann = admin();
        let source = "function main() { for (let i = 0; i < 40; i++) console.error('no template'); console.warn('?'); return {success: true}; }";
        let id = stage.script(&ann, "Reminder", "one_off", source).await;
        let run = stage.run(&ann, &id, json!(null)).await;
        assert_eq!((&run["status"], &run["error_lines"]), (&json!("success"), &json!(40)), "{run:#}");
        let list = stage.api(&ann, "GET", &format!("/executions?script_id={id}"), None).await.expect(200);
        assert_eq!(list["items"][0]["error_lines"], 40, "{list:#}");
        let run = format!("/scripts/runs/{}", run["id"].as_str().expect("an id"));
        for path in ["/scripts", "/scripts/runs", &format!("/scripts/{id}"), &run] {
            let shown = page(&stage, &ann, path).await;
            assert!(shown.text.contains("40 errors logged"), "{path}: {}", shown.text);
        }
        stage.stop().await;
    })
    .await;
}

async fn trial(stage: &Stage, path: &str, body: Value) -> Value {
    let started = stage.api(&admin(), "POST", path, Some(body)).await.expect(202);
    stage.ended(&admin(), started["execution_id"].as_str().expect("an id")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_and_dry_runs_are_not_a_script_s_last_run() {
    in_workers(|stage| async move {
        let ann = admin();
        let source = "function main(input) { if (input?.fine) return 1; throw new Error('no luck'); }";
        let id = stage.script(&ann, "Nightly", "one_off", source).await;
        stage.run(&ann, &id, json!(null)).await;
        let dry = json!({"input": {"fine": true}, "dry_run": true});
        let dry = trial(&stage, &format!("/scripts/{id}/run"), dry).await;
        assert_eq!((&dry["status"], &dry["dry_run"], &dry["test"]), (&json!("success"), &json!(true), &Value::Null));
        let test = json!({"content": "function main() { throw new Error('not ready') }"});
        let test = trial(&stage, &format!("/scripts/{id}/test"), test).await;
        assert_eq!((&test["status"], &test["dry_run"], &test["test"]), (&json!("failed"), &Value::Null, &json!(true)));

        let listed = page(&stage, &ann, "/scripts").await.text;
        let row = listed.split("<tr>").find(|row| row.contains("Nightly")).expect("a row");
        assert!(row.contains("is-status-failed") && !row.contains("is-status-success"), "{row}");
        let overview = page(&stage, &ann, "/scripts/dashboard").await.text;
        assert!(overview.contains("no luck") && !overview.contains("not ready"), "{overview}");
        assert!(overview.contains("1 failed"), "{overview}");

        let runs = page(&stage, &ann, &format!("/scripts/runs?script={id}")).await.text;
        assert!(runs.contains(">Test</span>") && runs.contains(">Dry run</span>"), "{runs}");
        assert!(runs.contains("1 failed") && runs.contains("2 other"), "{runs}");
        let without = page(&stage, &ann, &format!("/scripts/runs?script={id}&trials=excluded")).await.text;
        assert!(without.contains("1 entry") && !without.contains(">Dry run</span>"), "{without}");
        for (filter, total) in [("trial=true", 2), ("trial=false", 1), ("trial=false&status=failed", 1)] {
            let path = format!("/executions?script_id={id}&{filter}");
            assert_eq!(stage.api(&ann, "GET", &path, None).await.expect(200)["total"], total, "{filter}");
        }
        for run in [&dry, &test] {
            let shown = page(&stage, &ann, &format!("/scripts/runs/{}", run["id"].as_str().expect("an id"))).await;
            assert!(shown.text.contains("data-trial"), "{}", shown.text);
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_do_not_put_a_script_in_quarantine() {
    crate::world::in_workers_with(&json!({"quarantine": {"strikes": 1}}), async |stage| {
        let ann = admin();
        let body = json!({"name": "Endless", "type": "one_off", "content": "function main() { for (;;) {} }", "timeout_seconds": 1});
        let script = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(201);
        let id = script["id"].as_str().expect("an id");
        let dry = trial(&stage, &format!("/scripts/{id}/run"), json!({"dry_run": true})).await;
        assert_eq!(dry["status"], "timeout");
        // The effect of a strike is applied before the next run of the script can end.
        stage.host.event(|event| event.kind == "scripts.execution.failed").await;
        let test = json!({"content": "function main() { return 1 }"});
        trial(&stage, &format!("/scripts/{id}/test"), test).await;
        let script = stage.api(&ann, "GET", &format!("/scripts/{id}"), None).await.expect(200);
        assert_eq!((&script["is_active"], &script["quarantine"]), (&json!(true), &Value::Null), "{script:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_checks_the_permission_of_a_service() {
    everywhere(|stage| async move {
        let notes =
            json!({"name": "notes", "methods": [{"name": "write", "access": "write", "permission": "notes.write"}]});
        stage.plugin.bind_service(&notes).expect("bound");
        let source = "async function main() { await services.notes.write('x'); return 'done'; }";
        let id = stage.script(&admin(), "Writer", "one_off", source).await;
        let (ann, mut may) = (admin(), iota_scripts_tests::ALL.to_vec());
        may.push("notes.write");
        let may = user("acme", "ann", &may);
        let run = async |who, dry: bool| {
            let body = json!({"dry_run": dry});
            let started = stage.api(who, "POST", &format!("/scripts/{id}/run"), Some(body)).await.expect(202);
            stage.ended(who, started["execution_id"].as_str().expect("an id")).await
        };
        let (real, dry) = (run(&ann, false).await, run(&ann, true).await);
        for run in [&real, &dry] {
            assert_eq!((&run["status"], &run["error"]["code"]), (&json!("failed"), &json!("SERVICE_ERROR")), "{run:#}");
            assert_eq!(run["error"]["details"]["code"], "FORBIDDEN", "{run:#}");
        }
        let dry = run(&may, true).await;
        assert_eq!((&dry["status"], &dry["would_change"]["unchecked"]), (&json!("success"), &Value::Null), "{dry:#}");
        assert_eq!(dry["would_change"]["services"], json!([{"method": "notes.write", "args": ["x"]}]), "{dry:#}");
        // The user whose permissions applied is shown; for a service without a permission, that it is unknown.
        let shown = page(&stage, &ann, &format!("/scripts/runs/{}", dry["id"].as_str().expect("an id"))).await;
        assert!(shown.text.contains("Permissions were checked for ann"), "{}", shown.text);
        let unknown =
            stage.script(&ann, "Unknown", "one_off", "async function main() { await services.echo.fail('x') }").await;
        let dry = trial(&stage, &format!("/scripts/{unknown}/run"), json!({"dry_run": true})).await;
        assert_eq!(dry["would_change"]["unchecked"], true, "{dry:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_of_a_schedule_names_the_user_it_ran_as() {
    in_workers(|stage| async move {
        let ann = admin();
        let body = json!({"name": "Nightly", "type": "cron", "cron_expression": "0 3 * * *", "run_as": "robot",
                          "content": "function main() {}"});
        let script = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(201);
        let path = format!("/scripts/{}/run", script["id"].as_str().expect("an id"));
        let dry = trial(&stage, &path, json!({"dry_run": true})).await;
        let shown = page(&stage, &ann, &format!("/scripts/runs/{}", dry["id"].as_str().expect("an id"))).await;
        for words in ["Permissions were checked for ann", "the script runs as robot"] {
            assert!(shown.text.contains(words), "{words}: {}", shown.text);
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_are_checked_before_existence_and_input() {
    in_workers(|stage| async move {
        let viewer = user("acme", "rex", &["scripts.read"]);
        let unprivileged = user("acme", "nina", &[]);
        let none = "00000000-0000-0000-0000-000000000000";
        let wrong = || Some(json!({"nonsense": true}));
        for (method, path) in [
            ("POST", "/scripts".to_owned()),
            ("PUT", format!("/scripts/{none}")),
            ("DELETE", format!("/scripts/{none}")),
            ("POST", format!("/scripts/{none}/activate")),
            ("POST", format!("/scripts/{none}/deactivate")),
            ("POST", format!("/scripts/{none}/run")),
            ("POST", format!("/scripts/{none}/test")),
            ("POST", format!("/scripts/{none}/versions/1/restore")),
            ("POST", format!("/executions/{none}/cancel")),
            ("POST", format!("/occurrences/{none}/cancel")),
            ("POST", "/dead-letters/replay".to_owned()),
            ("POST", format!("/dead-letters/{none}/replay")),
            ("POST", format!("/dead-letters/{none}/dismiss")),
            ("PUT", "/templates/no%20name".to_owned()),
            ("DELETE", "/templates/none".to_owned()),
            ("PUT", "/http-hosts/no%20host".to_owned()),
            ("DELETE", "/http-hosts/none.example".to_owned()),
        ] {
            let answer = stage.api(&viewer, method, &path, wrong()).await;
            assert_eq!(answer.status, 403, "{method} {path}: {:#}", answer.json);
        }
        // Without any input, and with a given input.
        for ids in [json!([]), json!([none])] {
            stage.api(&viewer, "POST", "/dead-letters/replay", Some(json!({"ids": ids}))).await.expect(403);
        }
        for path in ["/scripts?type=none", "/executions?status=none", "/occurrences?state=none", "/dead-letters?from=x"]
        {
            stage.api(&unprivileged, "GET", path, None).await.expect(403);
            stage.api(&viewer, "GET", path, None).await.expect(422);
        }
        stage.stop().await;
    })
    .await;
}
