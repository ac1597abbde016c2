//! Starting, stopping and starting again, and every error that prevents an instance from starting.

use std::time::Duration;

use iota_scripts_tests::{Stage, TestDatabase, TestHost, admin, start, target_folder};
use serde_json::{Value, json};

use crate::world::everywhere;

#[tokio::test(flavor = "multi_thread")]
async fn health_has_counts_of_runs_and_applied_migrations() {
    everywhere(|stage| async move {
        let id = stage.script(&admin(), "job", "one_off", "function main() {}").await;
        stage.run(&admin(), &id, Value::Null).await;
        let health = stage.plugin.health().await.unwrap();
        assert!(health.is_ok(), "{health:?}");
        let background = health.background.as_array().expect("a list");
        let task = |name: &str| background.iter().find(|task| task["name"] == name).unwrap_or_else(|| panic!("{name}"));
        for name in ["leases", "planning", "claiming", "storage_purge"] {
            assert!(task(name)["on"] == true && task(name)["period_ms"].is_u64(), "{background:?}");
        }
        assert_eq!(task("history_prune")["on"], false, "history is kept for ever by default");
        assert!(background.iter().all(|task| task["failing_since"].is_null()), "{background:?}");
        let metrics = stage.plugin.metrics().await.unwrap();
        assert!(metrics.contains("iota_scripts_runs_total{outcome=\"success\"} 1"), "{metrics}");
        let migrations = stage.plugin.migrate_status().await.unwrap();
        assert_eq!(migrations["pending"], json!([]));
        let applied = migrations["applied"].as_array().expect("a list").len();
        assert_eq!(migrations["known"], json!(applied));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restarting_in_one_process_keeps_all_data() {
    let database = TestDatabase::sqlite();
    let first = Stage::start(database.url(), &json!({})).await;
    let id = first.script(&admin(), "job", "one_off", "function main() { return 1 }").await;
    let run = first.run(&admin(), &id, Value::Null).await;
    first.stop().await;
    let second = Stage::start(database.url(), &json!({})).await;
    let path = format!("/executions/{}", run["id"].as_str().unwrap());
    assert_eq!(second.api(&admin(), "GET", &path, None).await.expect(200), run);
    assert_eq!(second.run(&admin(), &id, Value::Null).await["result"], 1);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_in_one_process_share_a_database() {
    let database = TestDatabase::postgres().await;
    let defaults = json!({});
    let (one, two) = tokio::join!(Stage::start(database.url(), &defaults), Stage::start(database.url(), &defaults));
    let id = one.script(&admin(), "job", "one_off", "function main() { return 1 }").await;
    assert_eq!(two.run(&admin(), &id, Value::Null).await["result"], 1);
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_start_names_the_key_to_change_in_one_line() {
    let database = TestDatabase::sqlite();
    let url = database.url();
    for (url, more, field, words) in [
        (url, json!({"databse": 1}), "databse", "unknown field `databse`"),
        (url, json!({"worker": {"max_workers": "two"}}), "worker.max_workers", "invalid type"),
        (url, json!({"worker": {"path": "/nowhere/worker"}}), "worker.path", "/nowhere/worker"),
        (url, json!({"worker": {"path": "/bin/true"}}), "", ""),
        (url, json!({"limits": {"wall_ms": 1}}), "limits.wall_ms", "not between"),
        ("postgres://u:secret@127.0.0.1:1/x", json!({}), "database.url", "127.0.0.1:1"),
        ("sqlite:///nowhere/at/all.db", json!({}), "database.url", "/nowhere/at/all.db"),
        ("mysql://x", json!({}), "database.url", "postgres://"),
    ] {
        let started = start(url, &more, TestHost::new()).await;
        if field.is_empty() {
            // A program that is not a worker is noticed at the first run, as a fault of that run.
            started.expect("it starts").stop(Duration::from_secs(1)).await;
            continue;
        }
        let error = started.err().unwrap_or_else(|| panic!("{url} {more} starts"));
        let text = error.to_string();
        assert!(text.contains(field) && text.contains(words), "{more}: {text}");
        assert!(!text.contains('\n') && !text.contains("secret"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_not_a_worker_is_a_fault_of_the_run() {
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({"worker": {"path": "/bin/true"}})).await;
    let id = stage.draft(&admin(), "job", "one_off", "function main() {}").await;
    let run = stage.run(&admin(), &id, Value::Null).await;
    assert_eq!(run["error"]["code"], "WORKER_DIED", "{run:#}");
    let refused = stage.api(&admin(), "POST", &format!("/scripts/{id}/activate"), None).await.expect(500);
    assert_eq!(refused["error"]["code"], "WORKER_DIED", "an unchecked script is not activated");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_migrations_prevent_a_start_if_not_applied() {
    let database = TestDatabase::sqlite();
    let error = start(database.url(), &json!({"database": {"migrate": false}}), TestHost::new()).await.err();
    let text = error.expect("it does not start").to_string();
    assert!(text.contains("database.migrate") && text.contains("pending"), "{text}");
}

#[test]
fn the_command_line_validates_the_library() {
    let folder = target_folder();
    let output = std::process::Command::new(folder.join("iota-scripts"))
        .arg("validate")
        .arg(folder.join("libiota_scripts.so"))
        .output()
        .expect("iota-scripts runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

/// Runs the command line on one of the seed's scripts, with services from a file.
fn run_seed(script: &str, mock: &Value, more: &[&str]) -> (i32, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let mocks = folder.path().join("services.json");
    std::fs::write(&mocks, mock.to_string()).expect("the mocks");
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/scripts");
    let output = std::process::Command::new(target_folder().join("iota-scripts"))
        .arg("run")
        .arg(examples.join(script))
        .arg("--json")
        .arg("--mock")
        .arg(&mocks)
        .args(more)
        .output()
        .expect("iota-scripts runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let document = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    (output.status.code().expect("an exit code"), document)
}

#[test]
fn the_command_line_runs_the_seed_s_scripts_unmodified() {
    let client = json!({"id": "c1", "name": "Ada", "phone": "+998901234567", "last_activity": "2026-01-31T12:00:00Z"});
    let mock = json!({
        "clients": {"list": [client], "get": {"id": "c1", "credit_limit": 0}},
        "notifications": {"sendSMS": {"id": "s1", "status": "queued"}},
        "products": {"get": {"id": "p1", "name": "Chair", "stock": 1, "category": "furniture"}},
        "invoices": {"getOutstandingAmount": 0},
        "$templates": {"inactive_client_reminder": "Dear {{ name }}, since {{ lastVisit }}"},
    });
    let (code, reminder) = run_seed("inactive-client-reminder.js", &mock, &[]);
    assert_eq!((code, &reminder["result"]), (0, &json!({"success": true, "processed": 1, "sent": 1})), "{reminder:#}");
    let order = json!({"id": 1, "customer_id": "c1", "total": 10, "items": [{"product_id": "p1", "quantity": 3}]});
    let arguments = ["--function", "validateOrder", "--input", &order.to_string()];
    let (code, verdict) = run_seed("validate-order.js", &mock, &arguments);
    let errors = json!(["Insufficient stock for Chair: requested 3, available 1"]);
    assert_eq!((code, &verdict["result"]["errors"]), (0, &errors), "{verdict:#}");
    let (code, failed) = run_seed("validate-order.js", &mock, &["--function", "validateOrder", "--input", "null"]);
    assert_eq!((code, &failed["fault"]["code"]), (1, &json!("SCRIPT_ERROR")), "{failed:#}");
}

#[test]
fn the_command_line_repeats_runs_and_sets_zone_and_language() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("job.js");
    let source = "function main() {
        console.log('ran');
        return [context.tenant.timezone, (1234.5).toLocaleString(), new Date(0).toLocaleString(), new Date(0).getHours()];
    }";
    std::fs::write(&script, source).expect("the script");
    let run = |more: &[&str]| {
        let mut command = std::process::Command::new(target_folder().join("iota-scripts"));
        let output = command.arg("run").arg(&script).args(more).output().expect("iota-scripts runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let there = ["--timezone", "Asia/Tashkent", "--locale", "de", "--runs", "3"];
    for isolation in ["worker", "in_process"] {
        let arguments = [&there[..], &["--json", "--isolation", isolation]].concat();
        let last: Value = serde_json::from_str(&run(&arguments)).expect("JSON");
        assert_eq!(last["result"], json!(["Asia/Tashkent", "1.234,5", "1.1.1970, 06:00:00", 6]), "{last:#}");
        assert_eq!(last["logs"].as_array().map(Vec::len), Some(1), "{last:#}");
    }
    let shown = run(&there);
    assert!(shown.contains("run 1 of 3") && shown.contains("run 3 of 3"), "{shown}");
    assert_eq!(shown.matches("ran").count(), 3, "{shown}");
}

#[test]
fn the_command_line_previews_the_changes_of_a_dry_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let (script, mocks) = (folder.path().join("job.js"), folder.path().join("services.json"));
    let source = "async function main() {
        console.log('sending', {to: 'x'});
        const sent = await services.mail.send('x');
        await storage.set('last', 7);
        await events.publish('job.done', {n: 1});
        return [sent, await storage.get('last')];
    }";
    std::fs::write(&script, source).expect("the script");
    std::fs::write(&mocks, json!({"mail": {"send": "queued"}}).to_string()).expect("the mocks");
    let run = |more: &[&str]| {
        let mut command = std::process::Command::new(target_folder().join("iota-scripts"));
        let output = command.arg("run").arg(&script).arg("--mock").arg(&mocks).args(more).output();
        let output = output.expect("iota-scripts runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let document = |more: &[&str]| -> Value { serde_json::from_str(&run(more)).expect("JSON") };

    let dry = document(&["--dry-run", "--json"]);
    assert_eq!(dry["result"], json!([null, 7]), "{dry:#}");
    let preview = &dry["would_change"];
    assert_eq!(preview["services"], json!([{"method": "mail.send", "args": ["x"]}]), "{dry:#}");
    assert_eq!(preview["storage"], json!([{"key": "last", "before": null, "after": 7}]), "{dry:#}");
    assert_eq!(preview["events"], json!([{"type": "scripts.custom.job.done", "data": {"n": 1}}]), "{dry:#}");
    assert!(!dry["events"].to_string().contains("job.done"), "{dry:#}");
    assert_eq!(
        (&dry["logs"][0]["message"], &dry["logs"][0]["data"]),
        (&json!("sending {\"to\":\"x\"}"), &json!({"to": "x"}))
    );
    let shown = run(&["--dry-run"]);
    assert!(shown.contains("would change {") && shown.contains("\"mail.send\""), "{shown}");

    let real = document(&["--json"]);
    assert_eq!((&real["result"], &real["would_change"]), (&json!(["queued", 7]), &Value::Null), "{real:#}");
    assert!(real["events"].to_string().contains("job.done"), "{real:#}");
}
