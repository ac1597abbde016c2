//! No Russian or Uzbek page has English text: texts stored as data are shown in the reader's language.

use iota_scripts_host::{Event, Identity, Who};
use iota_scripts_tests::{Stage, TestDatabase, admin};
use serde_json::json;

use crate::{
    endpoints::{call, endpoint},
    schedules::{occurrences, settled},
    world::{form, page},
};

/// English texts for the data that [`tell`] creates.
const ENGLISH: [&str; 25] = [
    "no node was",
    "its retry",
    "in progress",
    "had not ended",
    "still queued",
    "jumped past",
    "set forward",
    "did not respond",
    "was inactive",
    "was deleted",
    "in quarantine",
    "is not active",
    "no longer",
    "cancelled by",
    "its node died",
    "Created",
    "Edited",
    "Activated",
    "Deactivated",
    "Restored version",
    "Quarantined",
    "the endpoint answered",
    "the run took",
    "times since",
    ">system<",
];

fn speaking(locale: &str) -> Identity {
    let mut who = Who::clone(&admin());
    who.user = who.user.map(|user| user.speaking(locale));
    who.into()
}

/// Creates one of everything that has a reason, a summary or a fault. Returns the pages that show them.
async fn tell(stage: &Stage, database: &TestDatabase) -> Vec<String> {
    let ann = admin();
    let handler = json!({"name": "Handler", "type": "embedded", "event_patterns": ["client.*"], "retries": 0,
                         "content": "function main() { for (;;) {} }", "timeout_seconds": 1});
    let handler = stage.api(&ann, "POST", "/scripts", Some(handler)).await.expect(201);
    let id = handler["id"].as_str().expect("an id").to_owned();
    let (kind, tenant, at) = ("client.created".into(), "acme".into(), "2026-01-31T09:00:00Z".into());
    let event = Event { id: "e1".into(), kind, tenant, user: None, at, data: json!({}) };
    stage.plugin.event(&event).expect("taken");
    occurrences(stage, &id, settled).await;

    // Every change of a script.
    let worker = stage.draft(&ann, "Worker", "one_off", "function main() { return 1 }").await;
    for step in ["activate", "deactivate"] {
        stage.api(&ann, "POST", &format!("/scripts/{worker}/{step}"), None).await.expect(200);
    }
    let edit =
        json!({"name": "Worker", "type": "one_off", "content": "function main() { return 2 }", "base_version": 3});
    stage.api(&ann, "PUT", &format!("/scripts/{worker}"), Some(edit)).await.expect(200);
    stage.api(&ann, "POST", &format!("/scripts/{worker}/versions/1/restore"), None).await.expect(200);
    let quarantined = r#"'{"code":"quarantined","fault":"TIMEOUT","times":5,"since":"2026-11-29T12:38:50.604936Z"}'"#;
    let summary = "'Quarantined: TIMEOUT, 5 times since 2026-11-29T12:38:50.604936Z'";
    // By a node of this release, and by one of the previous release, which wrote only a sentence.
    let tamper = [
        format!(
            "UPDATE script_versions SET change_summary = {summary}, change_data = {quarantined}, created_by = 'system' WHERE version = 2"
        ),
        format!("UPDATE script_versions SET change_summary = {summary}, change_data = NULL WHERE version = 3"),
        "UPDATE script_versions SET change_data = NULL WHERE version = 4".to_owned(),
    ];
    for sql in tamper {
        database.tamper(&sql).await;
    }

    // Every reason of an occurrence, on later runs that are cancelled.
    let later = stage.script(&ann, "Later", "one_off", "function main() {}").await;
    let reasons = [
        ("missed_no_node", "no node was running at that time"),
        ("missed_no_node", "no node was up at that time"),
        ("missed_clock", "the system clock jumped past this time, or the machine was suspended"),
        ("missed_clock", "the clock was set forward past this time, or the machine was suspended"),
        ("missed_database", "the database did not respond at that time"),
        ("skipped_running", "the previous run was still in progress"),
        ("skipped_running", "the one before had not ended"),
        ("skipped_waiting", "the previous run was still queued"),
        ("skipped_retrying", "the previous run had failed and was waiting for its retry"),
        ("script_deleted", "the script was deleted"),
        ("script_off", "the script was inactive"),
        ("script_quarantined", "the script was in quarantine"),
        ("tenant_inactive", "the tenant is not active"),
        ("node_died", "its node died before the run started"),
    ];
    for (number, (code, sentence)) in reasons.iter().enumerate() {
        let request = json!({"at": "2027-01-31T09:00:00Z"});
        let reply = stage.api(&ann, "POST", &format!("/scripts/{later}/run"), Some(request)).await.expect(202);
        let occurrence = reply["occurrence"]["id"].as_str().expect("an id").to_owned();
        stage.api(&ann, "POST", &format!("/occurrences/{occurrence}/cancel"), None).await.expect(200);
        let stored = if number % 2 == 0 { format!("'{code}'") } else { "NULL".to_owned() };
        // Those that were already shown now have another reason.
        database
            .tamper(&format!(
                "UPDATE script_occurrences SET reason = '{sentence}', reason_code = {stored} WHERE reason = 'cancelled by ann'"
            ))
            .await;
        let item_now = stage.api(&ann, "GET", &format!("/occurrences?script_id={later}"), None).await.expect(200);
        let item_now = item_now["items"].as_array().expect("a list").iter().find(|item| item["id"] == *occurrence);
        let item_now = item_now.expect("it is recorded");
        assert_eq!(item_now["reason_code"], *code, "{item_now:#}");
    }
    let request = json!({"at": "2027-01-31T09:00:00Z"});
    let reply = stage.api(&ann, "POST", &format!("/scripts/{later}/run"), Some(request)).await.expect(202);
    let occurrence = reply["occurrence"]["id"].as_str().expect("an id");
    stage.api(&ann, "POST", &format!("/occurrences/{occurrence}/cancel"), None).await.expect(200);

    // Faults with the plugin's own messages.
    let answers = "function handleRequest(req) { return {status: Number(req.query.status)} }";
    endpoint(stage, "GET", "/say", json!({}), answers).await;
    for status in [401, 503] {
        assert_eq!(call(stage, Some(&ann), "GET", &format!("/say?status={status}"), "").await.status, status);
    }
    let runs = stage.api(&ann, "GET", "/executions?status=failed,timeout", None).await.expect(200);
    let runs = runs["items"].as_array().expect("a list").iter();
    let runs = runs.map(|run| format!("/scripts/runs/{}", run["id"].as_str().expect("an id")));
    let mut pages: Vec<String> = runs.collect();
    assert_eq!(pages.len(), 2, "a timeout and an answer");
    pages.extend(
        ["", "/dashboard", "/widget", "/runs", "/occurrences", "/dead-letters"].map(|path| format!("/scripts{path}")),
    );
    pages.extend([&id, &worker, &later].map(|id| format!("/scripts/{id}")));
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn russian_and_uzbek_pages_have_no_english_text() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        let stage = Stage::start(database.url(), &json!({})).await;
        let pages = tell(&stage, &database).await;
        let mut english = String::new();
        for path in &pages {
            english.push_str(&page(&stage, &speaking("en"), path).await.text);
        }
        for words in
            ["no node was running", "still queued", "Quarantined", "the endpoint answered 503", "cancelled by ann"]
        {
            assert!(english.contains(words), "the pages show it: {words}");
        }
        for locale in ["ru", "uz"] {
            let who = speaking(locale);
            for path in &pages {
                let shown = page(&stage, &who, path).await;
                assert_eq!(shown.status, 200, "{path}");
                // The original message for programs can be shown, marked as English.
                let text: String = shown
                    .text
                    .split("lang=\"en\">")
                    .enumerate()
                    .map(|(at, part)| match at {
                        0 => part,
                        _ => part.split_once("</pre>").map_or("", |(_, rest)| rest),
                    })
                    .collect();
                for words in ENGLISH {
                    assert!(!text.contains(words), "{locale} {path}: {words}: {text}");
                }
                assert!(!text.contains("reason.") && !text.contains("change."), "{locale} {path} shows a key: {text}");
            }
            let gone = page(&stage, &who, "/scripts/00000000-0000-0000-0000-000000000000").await;
            assert!(gone.status == 404 && !gone.text.contains("not found"), "{}", gone.text);
            let broken = "name=Nightly&type=cron&cron_expression=0+25+*+*+*&content=x&base_version=1";
            let refused = form(&stage, &who, &pages[pages.len() - 1], broken).await;
            assert!(refused.status == 422 && refused.text.contains("25"), "{}", refused.text);
            assert!(!refused.text.contains("is not within"), "{}", refused.text);
        }
        stage.stop().await;
    }
}
