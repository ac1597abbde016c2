//! Events whose handler failed for good: listed, delivered again, dismissed.

use iota_scripts_host::Event;
use iota_scripts_tests::{Stage, admin, user};
use serde_json::{Value, json};

use crate::{
    schedules::{occurrences, settled},
    world::{everywhere, form, page},
};

fn event(id: &str) -> Event {
    let (kind, tenant, at) = ("client.created".into(), "acme".into(), "2026-01-31T09:00:00Z".into());
    Event { id: id.into(), kind, tenant, user: None, at, data: json!({"name": "Ada"}) }
}

/// A handler that fails until the test allows it to succeed, without retries.
async fn handler(stage: &Stage) -> String {
    let content = "async function main(event) {
        if (!await storage.get('mended')) throw new Error('no luck with ' + event.data.name);
        return event.id;
    }";
    let body = json!({"name": "Welcome", "type": "embedded", "event_patterns": ["client.*"], "content": content, "retries": 0});
    let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
    script["id"].as_str().expect("an id").to_owned()
}

async fn letters(stage: &Stage, query: &str) -> Vec<Value> {
    let page = stage.api(&admin(), "GET", &format!("/dead-letters{query}"), None).await.expect(200);
    page["items"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_delivered_again_on_request() {
    everywhere(|stage| async move {
        let (ann, id) = (admin(), handler(&stage).await);
        for one in ["e1", "e2", "e3"] {
            stage.plugin.event(&event(one)).expect("the plugin accepts it");
        }
        occurrences(&stage, &id, |items| items.len() == 3 && settled(items)).await;
        let found = letters(&stage, &format!("?script_id={id}")).await;
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(letters(&stage, "?from=2999-01-01T00:00:00Z").await.is_empty());
        let letter = &found[0];
        assert_eq!(letter["input"][0]["data"]["name"], "Ada");
        assert_eq!(letter["reason"], "SCRIPT_ERROR: no luck with Ada");
        let shown = page(&stage, &ann, "/scripts/dead-letters").await;
        for words in ["client.created", "no luck with Ada", "Redeliver", "Ada"] {
            assert!(shown.text.contains(words), "{words}: {}", shown.text);
        }
        // A user with read permission sees it, and can change nothing; another tenant does not see it.
        let letter = letter["id"].as_str().expect("an id").to_owned();
        let (reader, gus) = (user("acme", "rex", &["scripts.read"]), user("globex", "gus", &iota_scripts_tests::ALL));
        let shown = page(&stage, &reader, "/scripts/dead-letters").await;
        assert!(
            shown.text.contains("client.created") && !shown.text.contains(&format!("{letter}/replay")),
            "{}",
            shown.text
        );
        for action in ["replay", "dismiss"] {
            let path = format!("/dead-letters/{letter}/{action}");
            stage.api(&reader, "POST", &path, None).await.expect(403);
            stage.api(&gus, "POST", &path, None).await.expect(404);
        }

        let mend =
            stage.script(&ann, "mend", "one_off", "async function main() { await storage.set('mended', true) }").await;
        stage.run(&ann, &mend, json!(null)).await;
        let path = format!("/dead-letters/{letter}/replay");
        let replay = stage.api(&ann, "POST", &path, None).await.expect(202);
        assert_eq!(replay["replay_of"], letter);
        let again = stage.api(&ann, "POST", &path, None).await.expect(409);
        assert_eq!(again["error"]["code"], "ALREADY_FINISHED", "{again}");
        let recorded = occurrences(&stage, &id, |items| items.len() == 4 && settled(items)).await;
        let delivered = recorded.iter().find(|item| item["id"] == replay["id"]).expect("it is recorded");
        assert_eq!((&delivered["state"], &delivered["input"][0]["data"]["name"]), (&json!("ran"), &json!("Ada")));
        let old = recorded.iter().find(|item| item["id"] == letter).expect("the old one stays there");
        assert_eq!((&old["handled"]["how"], &old["handled"]["by"]), (&json!("replayed"), &json!("ann")));

        // Several at once; an unknown id is reported and does not affect the others.
        let rest = letters(&stage, "").await;
        assert_eq!(rest.len(), 2);
        let one = rest[0]["id"].clone();
        let answer =
            stage.api(&ann, "POST", "/dead-letters/replay", Some(json!({"ids": [letter, one]}))).await.expect(202);
        assert_eq!(answer["items"][0]["code"], "ALREADY_FINISHED", "{answer}");
        assert_eq!(answer["items"][1]["replay"]["replay_of"], one, "{answer}");
        let other = rest[1]["id"].as_str().expect("an id");
        let sent = form(&stage, &ann, "/scripts/dead-letters/dismiss", &format!("id={other}")).await;
        assert_eq!((sent.status, sent.header("location")), (303, "/scripts/dead-letters?done=dismissed"));
        assert!(letters(&stage, "").await.is_empty());
        assert!(page(&stage, &ann, "/scripts/dead-letters").await.text.contains("No failed events."));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undeliverable_dead_letter_stays_with_its_reason() {
    everywhere(|stage| async move {
        let (ann, id) = (admin(), handler(&stage).await);
        let large = Event { data: json!("x".repeat(2 << 20)), ..event("large") };
        stage.plugin.event(&large).expect("the plugin accepts it");
        stage.plugin.event(&event("e1")).expect("the plugin accepts it");
        occurrences(&stage, &id, |items| items.len() == 2 && settled(items)).await;
        let found = letters(&stage, "").await;
        let (kept, lost): (Vec<_>, Vec<_>) = found.iter().partition(|letter| letter["input"] != json!([]));
        let path = |letter: &Value, action: &str| format!("/dead-letters/{}/{action}", letter["id"].as_str().unwrap());
        let refused = stage.api(&ann, "POST", &path(lost[0], "replay"), None).await.expect(409);
        assert!(refused["error"]["message"].as_str().unwrap().contains("too large to be kept"), "{refused}");
        stage.api(&ann, "POST", &format!("/scripts/{id}/deactivate"), None).await.expect(200);
        let refused = stage.api(&ann, "POST", &path(kept[0], "replay"), None).await.expect(409);
        assert_eq!(refused["error"]["code"], "SCRIPT_INACTIVE", "{refused}");
        assert_eq!(letters(&stage, "").await.len(), 2);
        stage.api(&ann, "POST", &path(lost[0], "dismiss"), None).await.expect(200);
        assert_eq!(letters(&stage, "").await.len(), 1);
        stage.stop().await;
    })
    .await;
}
