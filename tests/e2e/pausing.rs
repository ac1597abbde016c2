//! Schedules of a tenant are paused and resumed: scripts stay active, no schedule fires, and every page shows it.

use iota_scripts_domain::{Clock as _, SystemClock};
use iota_scripts_tests::{Stage, TestDatabase, admin, user};
use serde_json::{Value, json};

use crate::{
    schedules::{make_due, occurrences, settled},
    world::{form, page},
};

async fn on_both<F: Future<Output = ()>>(test: impl Fn(Stage, TestDatabase) -> F) {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        test(Stage::start(database.url(), &json!({})).await, database).await;
    }
}

async fn cron(stage: &Stage, name: &str, expression: &str) -> String {
    let body = json!({"name": name, "type": "cron", "cron_expression": expression, "content": "function main() {}"});
    let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
    script["id"].as_str().expect("an id").to_owned()
}

fn from_now(seconds: u64) -> String {
    SystemClock.now().plus(std::time::Duration::from_secs(seconds)).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn paused_schedules_do_not_fire_and_one_row_shows_why() {
    on_both(async |stage, database| {
        let (id, before) =
            (cron(&stage, "Minutely", "* * * * *").await, stage.api(&admin(), "GET", "/scripts", None).await.json);
        let pause = json!({"reason": "moving the warehouse", "until": from_now(3600)});
        let paused = stage.api(&admin(), "PUT", "/schedules/pause", Some(pause)).await.expect(200);
        assert_eq!(
            (&paused["paused"], &paused["by"], &paused["reason"]),
            (&json!(true), &json!("ann"), &json!("moving the warehouse"))
        );
        make_due(&stage, &database, 0).await;
        let found = occurrences(&stage, &id, settled).await;
        assert_eq!(
            (found.len(), &found[0]["state"], &found[0]["times"]),
            (1, &json!("skipped"), &json!(1)),
            "{found:?}"
        );
        assert_eq!(
            found[0]["reason"],
            format!("paused by {}: moving the warehouse", paused["by_name"].as_str().expect("a name"))
        );
        // Times skipped later are added to that row, and manual runs go on.
        make_due(&stage, &database, 0).await;
        let found = occurrences(&stage, &id, |items| items[0]["times"].as_u64() > Some(1)).await;
        assert_eq!(found.len(), 1, "{found:?}");
        let skipped_page = page(&stage, &admin(), "/scripts/occurrences?state=skipped").await.text;
        assert!(skipped_page.contains(" times – 20"), "{skipped_page}");
        assert_eq!(stage.run(&admin(), &id, Value::Null).await["status"], "success");
        let later = json!({"at": from_now(0)});
        stage.api(&admin(), "POST", &format!("/scripts/{id}/run"), Some(later)).await.expect(202);
        let ran = |items: &[Value]| items.iter().any(|item| item["cause"] == "later" && item["state"] == "ran");
        occurrences(&stage, &id, ran).await;
        let after = stage.api(&admin(), "GET", "/scripts?search=Minutely", None).await.json;
        assert_eq!(after["items"][0], before["items"][0], "no script has changed");

        stage.api(&admin(), "DELETE", "/schedules/pause", None).await.expect(204);
        stage.api(&admin(), "DELETE", "/schedules/pause", None).await.expect(204);
        assert_eq!(stage.api(&admin(), "GET", "/schedules/pause", None).await.expect(200), json!({"paused": false}));
        make_due(&stage, &database, 0).await;
        let fired = |items: &[Value]| items.iter().any(|item| item["cause"] == "schedule" && item["state"] == "ran");
        occurrences(&stage, &id, fired).await;
        let told: Vec<String> =
            stage.host.event_types().into_iter().filter(|kind| kind.contains("schedules")).collect();
        assert_eq!(told, ["scripts.schedules_paused", "scripts.schedules_resumed"]);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_requires_an_admin_and_can_expire() {
    on_both(async |stage, database| {
        let id = cron(&stage, "Minutely", "* * * * *").await;
        let author = user("acme", "rex", &["scripts.read", "scripts.update", "scripts.execute"]);
        let pause = |until: Value| json!({"reason": "stocktaking", "until": until});
        stage.api(&author, "PUT", "/schedules/pause", Some(pause(Value::Null))).await.expect(403);
        stage.api(&author, "DELETE", "/schedules/pause", None).await.expect(403);
        for (body, field) in [
            (json!({"reason": " "}), "reason"),
            (json!({"reason": "x".repeat(501)}), "reason"),
            (pause(json!("2020-01-01T00:00:00Z")), "until"),
            (pause(json!("tomorrow")), "until"),
        ] {
            let refused = stage.api(&admin(), "PUT", "/schedules/pause", Some(body.clone())).await.expect(422);
            assert_eq!(refused["error"]["field"], field, "{body}");
        }
        stage.api(&admin(), "PUT", "/schedules/pause", Some(pause(Value::Null))).await.expect(200);
        let gus = user("globex", "gus", &iota_scripts_tests::ALL);
        assert_eq!(stage.api(&gus, "GET", "/schedules/pause", None).await.expect(200), json!({"paused": false}));
        // A second request changes the first: the end changes, the beginning stays.
        let first = stage.api(&author, "GET", "/schedules/pause", None).await.expect(200);
        let second = stage.api(&admin(), "PUT", "/schedules/pause", Some(pause(json!(from_now(1))))).await.expect(200);
        assert_eq!(second["since"], first["since"]);
        while stage.api(&admin(), "GET", "/schedules/pause", None).await.json["paused"] == true {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        make_due(&stage, &database, 0).await;
        let fired = |items: &[Value]| items.iter().any(|item| item["state"] == "ran");
        occurrences(&stage, &id, fired).await;
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_shows_the_pause_and_a_way_to_resume() {
    on_both(async |stage, _| {
        let id = cron(&stage, "Nightly", "0 3 * * *").await;
        let run = stage.run(&admin(), &id, Value::Null).await;
        let run = run["id"].as_str().expect("an id");
        let refused = form(&stage, &admin(), "/scripts/pause", "reason=&until=2020-01-01T00:00").await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let paused =
            form(&stage, &admin(), "/scripts/pause", "reason=counting+%3Cstock%3E&until=2999-01-01T00:00").await;
        assert_eq!(
            (paused.status, paused.header("location")),
            (303, "/scripts/dashboard?done=paused"),
            "{}",
            paused.text
        );
        let viewer = user("acme", "rex", &["scripts.read"]);
        for address in [
            "/scripts".to_owned(),
            "/scripts/dashboard".to_owned(),
            "/scripts/widget".to_owned(),
            "/scripts/runs".to_owned(),
            format!("/scripts/runs/{run}"),
            "/scripts/occurrences".to_owned(),
            "/scripts/dead-letters".to_owned(),
            "/scripts/http-hosts".to_owned(),
            "/scripts/templates".to_owned(),
            "/scripts/templates/edit".to_owned(),
            "/scripts/pause".to_owned(),
            "/scripts/new".to_owned(),
            format!("/scripts/{id}"),
            "/scripts/00000000-0000-0000-0000-000000000000".to_owned(),
        ] {
            let shown = page(&stage, &admin(), &address).await.text;
            for said in ["Schedules paused by", "counting &#60;stock&#62;", "2999-01-01 00:00", "/scripts/resume"] {
                assert!(shown.contains(said), "{address} does not contain {said}: {shown}");
            }
            let shown = page(&stage, &viewer, &address).await.text;
            assert!(!shown.contains("/scripts/resume"), "{address}");
        }
        let resumed = form(&stage, &admin(), "/scripts/resume", "").await;
        assert_eq!((resumed.status, resumed.header("location")), (303, "/scripts/dashboard?done=resumed"));
        assert!(!page(&stage, &admin(), "/scripts").await.text.contains("Schedules paused by"));
        stage.stop().await;
    })
    .await;
}
