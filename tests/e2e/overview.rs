//! The overview: scripts that need attention, and numbers whose links list exactly the counted entries.

use iota_scripts_host::Event;
use iota_scripts_tests::{Stage, TestDatabase, admin};
use serde_json::{Value, json};

use crate::{
    schedules::{make_due, occurrences, settled},
    world::page,
};

const FAILS: &str = "function main(input) { if (input) throw new Error('no stock for ' + input); return 1; }";

async fn on_both<F: Future<Output = ()>>(test: impl Fn(Stage, TestDatabase) -> F) {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        test(Stage::start(database.url(), &json!({})).await, database).await;
    }
}

async fn created(stage: &Stage, body: Value) -> String {
    let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
    script["id"].as_str().expect("an id").to_owned()
}

/// Moves every existing row of a table into the past.
async fn age(database: &TestDatabase, table: &str, columns: &[&str], hours: u64) {
    let set = columns.iter().map(|column| match database.url().starts_with("sqlite") {
        true => format!("{column} = {column} - {}", hours * 3_600_000_000),
        false => format!("{column} = {column} - interval '{hours} hours'"),
    });
    let set: Vec<String> = set.collect();
    database.tamper(&format!("UPDATE {table} SET {}", set.join(", "))).await;
}

async fn age_runs(database: &TestDatabase, hours: u64) {
    age(database, "script_executions", &["created_at", "started_at", "completed_at"], hours).await;
}

/// A nightly script that failed often after an old success; and one with a failed test, a failed dry run and an old failure.
async fn night(stage: &Stage, database: &TestDatabase) -> (String, String) {
    let (ann, nightly) = (admin(), json!({"name": "Nightly", "type": "one_off", "content": FAILS}));
    let nightly = created(stage, nightly).await;
    let tried = created(stage, json!({"name": "Tried", "type": "one_off", "content": FAILS})).await;
    stage.run(&ann, &nightly, Value::Null).await;
    stage.run(&ann, &tried, json!("paint")).await;
    age_runs(database, 30).await;
    for input in ["nails", "screws", "glue"] {
        stage.run(&ann, &nightly, json!(input)).await;
    }
    let dry = json!({"input": "tape", "dry_run": true});
    let dry = stage.api(&ann, "POST", &format!("/scripts/{tried}/run"), Some(dry)).await.expect(202);
    stage.ended(&ann, dry["execution_id"].as_str().expect("an id")).await;
    let test = json!({"content": FAILS, "input": "rope"});
    let test = stage.api(&ann, "POST", &format!("/scripts/{tried}/test"), Some(test)).await.expect(202);
    stage.ended(&ann, test["execution_id"].as_str().expect("an id")).await;
    (nightly, tried)
}

/// The part of a page between two marks.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}"));
    rest.split_once(to).map_or(rest, |(part, _)| part)
}

/// The links in a piece of markup, each with the first number of its text.
fn numbers(markup: &str) -> Vec<(String, u64)> {
    let links = markup.split("<a ").skip(1).filter_map(|rest| {
        let (open, rest) = rest.split_once('>')?;
        let href = between(open, "href=\"", "\"").replace("&#38;", "&").replace("&amp;", "&");
        let text = rest.split_once("</a>")?.0;
        let plain: String = text.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        let digits: String =
            plain.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        Some((href, digits.parse().ok()?))
    });
    links.collect()
}

/// The number of entries in the list at an address.
async fn listed(stage: &Stage, address: &str) -> u64 {
    let list = page(stage, &admin(), address).await;
    assert_eq!(list.status, 200, "{address}: {}", list.text);
    let Some((_, pager)) = list.text.split_once("<p class=\"is-pager\">") else { return 0 };
    let entries = between(pager, "<span>", "entr");
    entries.rsplit([' ', '/']).find_map(|word| word.trim().parse().ok()).unwrap_or_else(|| panic!("{entries}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_script_that_needs_attention_is_one_row() {
    on_both(async |stage, database| {
        let (nightly, tried) = night(&stage, &database).await;
        let text = page(&stage, &admin(), "/scripts/dashboard").await.text;
        let attention = between(&text, "Needs attention", "</section>");
        assert_eq!(attention.matches(&format!("/scripts/{nightly}\"")).count(), 1, "{attention}");
        assert!(!attention.contains(&tried), "tests, dry runs and the day before do not count: {attention}");
        for said in ["failed 3 times", "no stock for glue", "last success"] {
            assert!(attention.contains(said), "{said}: {attention}");
        }
        let last = stage.api(&admin(), "GET", "/executions?status=failed", None).await.expect(200);
        let glue =
            last["items"].as_array().expect("a list").iter().find(|run| run["error"]["message"] == "no stock for glue");
        let glue = glue.expect("the run")["id"].as_str().expect("an id");
        assert!(attention.contains(&format!("/scripts/runs/{glue}\"")), "{attention}");
        assert!(text.contains("1 script needs attention"), "the summary: {text}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_quarantine_and_missed_times_need_attention() {
    on_both(async |stage, database| {
        let handler = json!({"name": "Welcome", "type": "embedded", "event_patterns": ["client.*"], "content": FAILS, "retries": 0});
        let handler = created(&stage, handler).await;
        for id in ["e1", "e2"] {
            let at = "2026-01-31T09:00:00Z".to_owned();
            let event = Event { id: id.into(), kind: "client.created".into(), tenant: "acme".into(), user: None, at, data: json!({}) };
            stage.plugin.event(&event).expect("the plugin accepts it");
        }
        occurrences(&stage, &handler, |items| items.len() == 2 && settled(items)).await;
        age_runs(&database, 30).await;
        let minutely = json!({"name": "Minutely", "type": "cron", "cron_expression": "* * * * *", "content": "function main() {}"});
        let minutely = created(&stage, minutely).await;
        make_due(&stage, &database, 5).await;
        occurrences(&stage, &minutely, |items| items.len() >= 6 && settled(items)).await;
        let broken = created(&stage, json!({"name": "Broken", "type": "one_off", "content": "function main() {}"})).await;
        let quarantine = r#"{"fault":"TIMEOUT","times":3,"since":"2026-01-31T09:00:00Z","at":"2026-01-31T09:10:00Z"}"#;
        let off = if database.url().starts_with("sqlite") { "0" } else { "FALSE" };
        database.tamper(&format!("UPDATE scripts SET quarantine = '{quarantine}', is_active = {off} WHERE name = 'Broken'")).await;
        let text = page(&stage, &admin(), "/scripts/dashboard").await.text;
        let attention = between(&text, "Needs attention", "</section>");
        for (script, said) in [(&handler, "2 failed events"), (&minutely, "missed 5 times"), (&broken, "In quarantine")] {
            let row = between(attention, &format!("/scripts/{script}\""), "</tr>");
            assert!(row.contains(said), "{said}: {row}");
        }
        for (href, count) in numbers(attention) {
            if href.contains('?') {
                assert_eq!(listed(&stage, &href).await, count, "{href}");
            }
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn success_is_shown_only_if_something_ran() {
    on_both(async |stage, _| {
        let text = page(&stage, &admin(), "/scripts/dashboard").await.text;
        assert!(!text.contains("No problems:"), "nothing ran: {text}");
        assert!(text.contains("No runs in the last 24 hours"), "{text}");
        let id = created(&stage, json!({"name": "Fine", "type": "one_off", "content": FAILS})).await;
        stage.run(&admin(), &id, Value::Null).await;
        let text = page(&stage, &admin(), "/scripts/dashboard").await.text;
        assert!(text.contains("No problems:"), "{text}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_on_a_tile_links_to_exactly_its_list() {
    on_both(async |stage, database| {
        for (name, minutes) in [("Long ago", 5), ("Today", 3)] {
            age(&database, "script_occurrences", &["due_at"], 30).await;
            let body =
                json!({"name": name, "type": "cron", "cron_expression": "* * * * *", "content": "function main() {}"});
            let id = created(&stage, body).await;
            make_due(&stage, &database, minutes).await;
            occurrences(&stage, &id, |items| items.len() as u64 > minutes && settled(items)).await;
            stage.api(&admin(), "POST", &format!("/scripts/{id}/deactivate"), None).await.expect(200);
        }
        night(&stage, &database).await;
        for address in ["/scripts/dashboard", "/scripts/widget"] {
            let text = page(&stage, &admin(), address).await.text;
            let tiles = between(&text, "class=\"is-tiles\"", "\n</div>");
            let found = numbers(tiles);
            assert!(found.len() >= 4, "{tiles}");
            for (href, count) in found {
                assert_eq!(listed(&stage, &href).await, count, "{address}: {href}");
            }
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_activation_confirms_and_skips_broken_scripts() {
    on_both(async |stage, database| {
        let mut ids = Vec::new();
        for (name, content) in
            [("Archive", "function main() {}"), ("Loop", "function main() {}"), ("Draft", "function main( {")]
        {
            let off = json!({"name": name, "type": "one_off", "content": content, "is_active": false});
            ids.push(created(&stage, off).await);
        }
        let quarantine = r#"{"fault":"TIMEOUT","times":3,"since":"2026-01-31T09:00:00Z","at":"2026-01-31T09:10:00Z"}"#;
        database.tamper(&format!("UPDATE scripts SET quarantine = '{quarantine}' WHERE name = 'Loop'")).await;
        let ticked: String = ids.iter().map(|id| format!("&id={id}")).collect();
        let confirmation =
            crate::world::form(&stage, &admin(), "/scripts/bulk", &format!("action=activate{ticked}")).await;
        let on = async || {
            let list = stage.api(&admin(), "GET", "/scripts?is_active=true", None).await.expect(200);
            list["items"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|script| script["name"].as_str().expect("a name").to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(on().await, Vec::<String>::new(), "no script is activated before the confirmation");
        assert_eq!(confirmation.status, 200, "{}", confirmation.text);
        for said in ["Archive", "Loop", "In quarantine", "Draft", "does not compile"] {
            assert!(confirmation.text.contains(said), "{said}: {}", confirmation.text);
        }
        // Whatever the form contains, a script that cannot run stays inactive.
        let confirmed = format!("action=activate&confirmed=yes{ticked}");
        let done = crate::world::form(&stage, &admin(), "/scripts/bulk", &confirmed).await;
        assert_eq!((done.status, done.header("location")), (303, "/scripts?done=bulk_activated&n=1"), "{}", done.text);
        assert_eq!(on().await, ["Archive"]);
        let page_after = page(&stage, &admin(), "/scripts?done=bulk_activated&n=1").await.text;
        assert!(page_after.contains("1 script activated"), "{page_after}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_title_of_the_list_is_not_repeated() {
    on_both(async |stage, _| {
        let list = page(&stage, &admin(), "/scripts").await.text;
        assert!(list.contains("<title>Scripts</title>"), "{}", between(&list, "<title>", "</title>"));
        stage.stop().await;
    })
    .await;
}
