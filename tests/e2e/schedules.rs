//! Automatic runs: schedules, later runs, events, and their failures.

use std::{future::Future, time::Duration};

use iota_scripts_domain::{Clock as _, SystemClock};
use iota_scripts_host::{Event, RequestError};
use iota_scripts_tests::{Stage, TestDatabase, admin, user};
use serde_json::{Value, json};

/// Runs a test on both databases.
async fn on_both<F: Future<Output = ()>>(test: impl Fn(Stage, TestDatabase) -> F) {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        test(Stage::start(database.url(), &json!({"lease_seconds": 2})).await, database).await;
    }
}

/// Polls until the occurrences of a script match.
pub(crate) async fn occurrences(stage: &Stage, script: &str, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    loop {
        let page = stage.api(&admin(), "GET", &format!("/occurrences?script_id={script}"), None).await;
        assert_eq!(page.status, 200, "{}", stage.host.log_text());
        let page = page.json;
        let items = page["items"].as_array().expect("a list").clone();
        if enough(&items) {
            return items;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) fn settled(items: &[Value]) -> bool {
    !items.is_empty() && items.iter().all(|item| !matches!(item["state"].as_str(), Some("due" | "running")))
}

async fn cron(stage: &Stage, name: &str, content: &str, more: Value) -> String {
    let mut body = json!({"name": name, "type": "cron", "cron_expression": "0 3 * * *", "content": content});
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
    script["id"].as_str().expect("an id").to_owned()
}

/// Makes every schedule due now, or the given minutes ago, and wakes the scheduler.
pub(crate) async fn make_due(stage: &Stage, database: &TestDatabase, minutes_ago: u64) {
    let due = SystemClock.now().minus(Duration::from_secs(60 * minutes_ago));
    let sqlite = database.url().starts_with("sqlite");
    let moment = if sqlite { due.as_micros().to_string() } else { format!("'{due}'") };
    database.tamper(&format!("UPDATE script_schedules SET next_due_at = {moment}")).await;
    // Any change of a script wakes the scheduler.
    let name = uuid::Uuid::now_v7().to_string();
    stage.script(&admin(), &name, "one_off", "function main() {}").await;
}

fn event(id: &str, kind: &str) -> Event {
    let at = "2026-01-31T09:00:00Z".to_owned();
    Event { id: id.into(), kind: kind.into(), tenant: "acme".into(), user: None, at, data: json!({"id": 7}) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_fires_and_records_its_run() {
    on_both(async |stage, database| {
        let source =
            "async function main() { return [context.execution.triggeredBy, context.tenant.id, context.user.id]; }";
        let id = cron(&stage, "Nightly", source, json!({})).await;
        make_due(&stage, &database, 0).await;
        let found = occurrences(&stage, &id, settled).await;
        assert_eq!((found.len(), &found[0]["state"], &found[0]["cause"]), (1, &json!("ran"), &json!("schedule")));
        let run = found[0]["execution_id"].as_str().expect("its run");
        let run = stage.api(&admin(), "GET", &format!("/executions/{run}"), None).await.expect(200);
        // As the user who activated the script.
        assert_eq!(run["result"], json!(["cron", "acme", "ann"]));
        assert_eq!((&run["occurrence_id"], &run["attempt"]), (&found[0]["id"], &json!(1)));
        // The next time is again computed from the expression.
        let schedule = stage.api(&admin(), "GET", &format!("/scripts/{id}/schedule"), None).await.expect(200);
        assert_eq!(
            (schedule["next"].as_array().map(Vec::len), &schedule["timezone"]),
            (Some(10), &json!("Asia/Tashkent"))
        );
        assert!(schedule["next"][0].as_str().expect("a time").ends_with("T22:00:00Z"), "{schedule}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_of_a_deleted_user_fails_until_changed() {
    on_both(async |stage, database| {
        let gone = user("acme", "bob", &iota_scripts_tests::ALL);
        let mut body = json!({"name": "Nightly", "type": "cron", "cron_expression": "0 3 * * *",
                              "content": "function main() { return context.user.id; }"});
        let script = stage.api(&gone, "POST", "/scripts", Some(body.clone())).await.expect(201);
        let id = script["id"].as_str().expect("an id");
        make_due(&stage, &database, 0).await;
        let found = occurrences(&stage, id, settled).await;
        assert_eq!((&found[0]["state"], &found[0]["reason"]), (&json!("failed"), &json!("user bob no longer exists")));
        body["run_as"] = json!("ann");
        body["base_version"] = json!(1);
        stage.api(&admin(), "PUT", &format!("/scripts/{id}"), Some(body)).await.expect(200);
        make_due(&stage, &database, 0).await;
        let found = occurrences(&stage, id, |items| items.len() == 2 && settled(items)).await;
        assert!(found.iter().any(|item| item["state"] == "ran"), "{found:?}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schedules_and_handlers_run_as_the_configured_user() {
    on_both(async |stage, database| {
        let source = "function main() { return context.user.id; }\nasync function handleEvent() { return context.user.id; }";
        let id = cron(&stage, "Nightly", source, json!({"run_as": "robot"})).await;
        let handler = json!({"name": "Handler", "type": "embedded", "event_patterns": ["order.*"], "content": source, "run_as": "robot"});
        let handler = stage.api(&admin(), "POST", "/scripts", Some(handler)).await.expect(201);
        assert_eq!(handler["run_as"], "robot");
        make_due(&stage, &database, 0).await;
        stage.plugin.event(&event("e-1", "order.paid")).expect("the plugin accepts it");
        for script in [id.as_str(), handler["id"].as_str().expect("an id")] {
            let found = occurrences(&stage, script, |items| !items.is_empty() && settled(items)).await;
            let run = found[0]["execution_id"].as_str().expect("its run");
            let run = stage.api(&admin(), "GET", &format!("/executions/{run}"), None).await.expect(200);
            assert_eq!((&run["status"], &run["result"]), (&json!("success"), &json!("robot")));
        }
        // A manual run runs as the user who starts it.
        assert_eq!(stage.run(&admin(), &id, json!({})).await["result"], "ann");

        let unknown_user = json!({"name": "Other", "type": "cron", "cron_expression": "0 3 * * *", "content": source, "run_as": "bob"});
        let refused = stage.api(&admin(), "POST", "/scripts", Some(unknown_user)).await.expect(422);
        assert_eq!(refused["error"]["details"]["fields"][0]["field"], "run_as", "{refused}");
        let author = user("acme", "cat", &["scripts.create", "scripts.read", "scripts.update"]);
        let edit = json!({"name": "Nightly", "type": "cron", "cron_expression": "0 3 * * *", "content": "function main() {}",
                          "run_as": "robot", "base_version": 1});
        stage.api(&author, "PUT", &format!("/scripts/{id}"), Some(edit)).await.expect(403);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_run_uses_the_versions_at_its_request() {
    on_both(async |stage, database| {
        let author = user("acme", "bob", &["scripts.create", "scripts.read", "scripts.update", "scripts.execute"]);
        let tax = |word: &str, base: u32| {
            json!({"name": "tax", "type": "embedded", "library": true, "content": format!("export const rate = '{word}';"),
                   "base_version": base})
        };
        let report = |word: &str, base: u32| {
            let main = format!("function main() {{ return ['{word}', rate, context.user.id]; }}");
            json!({"name": "Report", "type": "one_off", "content": format!("import {{rate}} from 'lib:tax';\n{main}"),
                   "base_version": base})
        };
        let created = async |body| {
            let script = stage.api(&author, "POST", "/scripts", Some(body)).await.expect(201);
            script["id"].as_str().expect("an id").to_owned()
        };
        let mut first = [tax("old", 1), report("old", 1)];
        first.iter_mut().for_each(|body| drop(body.as_object_mut().and_then(|body| body.remove("base_version"))));
        let [library, script] = first;
        let (library, script) = (created(library).await, created(script).await);
        let at = SystemClock.now().plus(Duration::from_secs(3600)).to_string();
        stage.api(&admin(), "POST", &format!("/scripts/{script}/run"), Some(json!({"at": at}))).await.expect(202);
        for (id, body) in [(&library, tax("new", 1)), (&script, report("new", 1))] {
            stage.api(&author, "PUT", &format!("/scripts/{id}"), Some(body)).await.expect(200);
        }
        let due = SystemClock.now();
        let sqlite = database.url().starts_with("sqlite");
        let moment = if sqlite { due.as_micros().to_string() } else { format!("'{due}'") };
        database.tamper(&format!("UPDATE script_occurrences SET next_attempt_at = {moment}")).await;
        stage.script(&admin(), "Waker", "one_off", "function main() {}").await;
        let found = occurrences(&stage, &script, settled).await;
        let run = found[0]["execution_id"].as_str().expect("its run");
        let run = stage.api(&admin(), "GET", &format!("/executions/{run}"), None).await.expect(200);
        assert_eq!((&run["result"], &run["script_version"]), (&json!(["old", "old", "ann"]), &json!(1)), "{run:#}");
        // A request made now uses the current version.
        assert_eq!(stage.run(&admin(), &script, json!({})).await["result"], json!(["new", "new", "ann"]));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_without_nodes_is_reported_as_missed() {
    on_both(async |stage, database| {
        let id = cron(&stage, "Nightly", "function main() {}", json!({})).await;
        make_due(&stage, &database, 5).await;
        let found = occurrences(&stage, &id, settled).await;
        assert_eq!(
            (&found[0]["state"], &found[0]["reason"], &found[0]["reason_code"]),
            (&json!("missed"), &json!("no node was running at that time"), &json!("missed_no_node"))
        );
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_is_skipped_while_the_previous_run_continues() {
    on_both(async |stage, database| {
        let id = cron(&stage, "Slow", "async function main() { return services.echo.wait(); }", json!({})).await;
        make_due(&stage, &database, 0).await;
        stage.host.called("echo.wait", 1).await;
        make_due(&stage, &database, 0).await;
        let found = occurrences(&stage, &id, |items| items.len() == 2).await;
        let skipped = found.iter().find(|item| item["state"] == "skipped").expect("one of them");
        assert_eq!(skipped["reason_code"], "skipped_running", "{found:?}");
        stage.host.release();
        let found = occurrences(&stage, &id, settled).await;
        assert!(found.iter().any(|item| item["state"] == "ran"), "{found:?}");
        stage.stop().await;
    })
    .await;
}

/// Waiting runs do not occupy a worker, in worker processes and in the host's process alike.
#[tokio::test(flavor = "multi_thread")]
async fn sleeping_runs_do_not_delay_other_tenants_schedules() {
    for (database, isolation) in [(TestDatabase::sqlite(), "in_process"), (TestDatabase::postgres().await, "worker")] {
        let config = json!({"isolation": isolation, "schedule": {"concurrency": 10}, "worker": {"max_workers": 4}});
        let stage = Stage::start(database.url(), &config).await;
        let gus = user("globex", "ann", &iota_scripts_tests::ALL);
        let source = "async function main() { await new Promise(done => setTimeout(done, 600_000)); }";
        let sleeper = json!({"name": "Sleeper", "type": "one_off", "content": source, "timeout_seconds": 900});
        let sleeper = stage.api(&admin(), "POST", "/scripts", Some(sleeper)).await.expect(201);
        let sleeper = sleeper["id"].as_str().expect("an id");
        let at = SystemClock.now().to_string();
        for _ in 0..100 {
            stage.api(&admin(), "POST", &format!("/scripts/{sleeper}/run"), Some(json!({"at": at}))).await.expect(202);
        }
        let ten =
            occurrences(&stage, sleeper, |items| items.iter().filter(|item| item["state"] == "running").count() >= 10);
        ten.await;
        let minutely = json!({"name": "Minutely", "type": "cron", "cron_expression": "0 3 * * *", "content": "function main() {}"});
        let minutely = stage.api(&gus, "POST", "/scripts", Some(minutely)).await.expect(201);
        make_due(&stage, &database, 0).await;
        let path = format!("/occurrences?script_id={}", minutely["id"].as_str().expect("an id"));
        let found = loop {
            let page = stage.api(&gus, "GET", &path, None).await.expect(200);
            let items = page["items"].as_array().expect("a list").clone();
            if settled(&items) {
                break items;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        assert_eq!(found[0]["state"], "ran", "{found:?}");
        let asleep = occurrences(&stage, sleeper, |_| true).await;
        assert!(asleep.iter().all(|item| matches!(item["state"].as_str(), Some("due" | "running"))), "{asleep:?}");
        let theirs = stage.api(&gus, "GET", "/occurrences/backlog", None).await.expect(200);
        assert_eq!(theirs, json!({"waiting": 0}));
        let health = stage.plugin.health().await.expect("health");
        assert_eq!(health.counters["schedule"]["places"], 10, "{health:?}");
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_is_retried_up_to_its_limit() {
    on_both(async |stage, database| {
        let source = "async function main() {
            const tries = ((await storage.get('tries')) ?? 0) + 1;
            await storage.set('tries', tries);
            throw new Error('try ' + tries);
        }";
        let id = cron(&stage, "Flaky", source, json!({"retries": 1, "retry_delay_seconds": 1})).await;
        make_due(&stage, &database, 0).await;
        let found = occurrences(&stage, &id, settled).await;
        assert_eq!((&found[0]["state"], &found[0]["attempt"]), (&json!("failed"), &json!(2)));
        assert_eq!(found[0]["reason"], "SCRIPT_ERROR: try 2");
        let runs = stage.api(&admin(), "GET", &format!("/executions?script_id={id}"), None).await.expect(200);
        assert_eq!((&runs["total"], &runs["items"][0]["status"]), (&json!(2), &json!("failed")));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_run_can_be_requested_and_cancelled() {
    on_both(async |stage, _database| {
        let ann = admin();
        let id =
            stage.script(&ann, "Once", "one_off", "function main(input) { return [input, context.user.id]; }").await;
        let run = |at: String| {
            let body = json!({"input": {"n": 1}, "at": at});
            let (stage, path, ann) = (&stage, format!("/scripts/{id}/run"), &ann);
            async move { stage.api(ann, "POST", &path, Some(body)).await }
        };
        let refused = run("2020-01-01T00:00:00Z".into()).await.expect(422);
        assert_eq!(
            (&refused["error"]["field"], &refused["error"]["message"]),
            (&json!("at"), &json!("at: this time has passed"))
        );
        assert_eq!(run("tomorrow".into()).await.expect(422)["error"]["field"], "at");

        let tomorrow = SystemClock.now().plus(Duration::from_secs(86_400)).to_string();
        let later = run(tomorrow).await.expect(202)["occurrence"].clone();
        assert_eq!((&later["state"], &later["cause"]), (&json!("due"), &json!("later")));
        let cancel = format!("/occurrences/{}/cancel", later["id"].as_str().expect("an id"));
        stage.api(&user("globex", "eve", &iota_scripts_tests::ALL), "POST", &cancel, None).await.expect(404);
        let cancelled = stage.api(&ann, "POST", &cancel, None).await.expect(200);
        assert_eq!((&cancelled["state"], &cancelled["reason"]), (&json!("cancelled"), &json!("cancelled by ann")));
        stage.api(&ann, "POST", &cancel, None).await.expect(409);

        run(SystemClock.now().to_string()).await.expect(202);
        let found = occurrences(&stage, &id, |items| items.len() == 2 && settled(items)).await;
        let done = found.iter().find(|item| item["state"] != "cancelled").expect("the other one");
        assert_eq!(done["state"], "ran", "{done}");
        let path = format!("/executions/{}", done["execution_id"].as_str().expect("its run"));
        let record = stage.api(&ann, "GET", &path, None).await.expect(200);
        assert_eq!((&record["result"], &record["triggered_by"]), (&json!([{"n": 1}, "ann"]), &json!("manual")));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_handled_once_by_each_subscribed_script() {
    on_both(async |stage, _database| {
        let body = json!({"name": "Welcome", "type": "embedded", "event_patterns": ["client.*"],
                          "content": "function main(event) { return [event.type, event.data.id, context.execution.triggeredBy]; }"});
        let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
        let id = script["id"].as_str().expect("an id");
        assert_eq!(script["retries"], 3);
        for one in [event("e1", "client.created"), event("e1", "client.created"), event("e2", "order.created")] {
            stage.plugin.event(&one).expect("the plugin accepts it");
        }
        stage.plugin.event(&event("e3", "client.deleted")).expect("the plugin accepts it");
        let found = occurrences(&stage, id, |items| items.len() == 2 && settled(items)).await;
        assert!(found.iter().all(|item| item["state"] == "ran" && item["cause"] == "event"), "{found:?}");
        let runs = stage.api(&admin(), "GET", &format!("/executions?script_id={id}"), None).await.expect(200);
        assert_eq!(runs["total"], 2);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accepted_events_are_recorded_refused_ones_can_be_resent() {
    on_both(async |stage, database| {
        let body = json!({"name": "Welcome", "type": "embedded", "event_patterns": ["client.*"],
                          "content": "function main(event) { return event.id; }"});
        let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
        let id = script["id"].as_str().expect("an id");
        let delivered = stage.plugin.deliver(&event("e1", "client.created")).await;
        assert_eq!(delivered, Ok(1));
        let recorded = stage.api(&admin(), "GET", &format!("/occurrences?script_id={id}"), None).await.expect(200);
        assert_eq!(recorded["total"], 1, "it is recorded when the answer arrives");
        assert_eq!(stage.plugin.deliver(&event("e1", "client.created")).await, Ok(0), "delivered again");
        assert_eq!(stage.plugin.deliver(&event("e2", "order.created")).await, Ok(0), "no script subscribes to it");
        occurrences(&stage, id, settled).await;

        database.tamper("ALTER TABLE script_occurrences RENAME TO elsewhere").await;
        let refused = stage.plugin.deliver(&event("e3", "client.created")).await.expect_err("a refusal");
        assert!(matches!(refused, RequestError::Refused(error) if error.code == "UNAVAILABLE"));
        database.tamper("ALTER TABLE elsewhere RENAME TO script_occurrences").await;
        assert_eq!(stage.plugin.deliver(&event("e3", "client.created")).await, Ok(1));
        let found = occurrences(&stage, id, |items| items.len() == 2 && settled(items)).await;
        assert!(found.iter().all(|item| item["state"] == "ran"), "{found:?}");

        let wrong = Event { at: "yesterday".into(), ..event("e4", "client.created") };
        let refused = stage.plugin.deliver(&wrong).await.expect_err("a refusal");
        let RequestError::Refused(error) = refused else { panic!("{refused:?}") };
        assert_eq!((error.code.as_str(), error.field.as_deref()), ("VALIDATION", Some("at")));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn event_loops_between_scripts_are_cut_off() {
    on_both(async |stage, _database| {
        let body = json!({"name": "Echo", "type": "embedded", "event_patterns": ["scripts.custom.*", "start"],
                          "content": "async function main(event) { await events.publish('again', event.data); }"});
        let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
        let id = script["id"].as_str().expect("an id");
        stage.plugin.event(&event("e1", "start")).expect("the plugin accepts it");
        // The host delivers the plugin's own events to it too, as any bus does.
        for depth in 1..=8 {
            let custom_event = stage.host.nth_event("scripts.custom.again", depth).await;
            stage.plugin.event(&custom_event).expect("the plugin accepts it");
        }
        stage.host.logged("cut off at depth 8").await;
        let found = occurrences(&stage, id, settled).await;
        assert_eq!(found.len(), 8);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_schedule_is_refused_at_its_field() {
    let database = TestDatabase::sqlite();
    let stage = Stage::start(database.url(), &json!({})).await;
    let preview = async |body: Value| stage.api(&admin(), "POST", "/schedule/preview", Some(body)).await;
    let never = preview(json!({"cron_expression": "0 0 30 2 *"})).await.expect(422);
    assert_eq!(never["error"]["field"], "cron_expression");
    assert!(never["error"]["message"].as_str().expect("words").contains("never fires"), "{never}");
    let nowhere = preview(json!({"cron_expression": "0 9 * * *", "timezone": "Mars/Olympus"})).await.expect(422);
    assert_eq!(nowhere["error"]["field"], "timezone");
    let good = preview(json!({"cron_expression": "0 9 * * *", "timezone": "UTC"})).await.expect(200);
    assert!(good["next"][0].as_str().expect("a time").ends_with("T09:00:00Z"));
    stage.stop().await;
}
