//! No user gains permissions: through the host's router, on both databases.

use iota_scripts_tests::{Stage, admin, user};
use serde_json::{Value, json};

use crate::world::{form, in_workers, page};

const AUTHOR: [&str; 5] = ["scripts.create", "scripts.read", "scripts.update", "scripts.delete", "scripts.execute"];

async fn create(stage: &Stage, who: &iota_scripts_host::Identity, body: Value) -> Value {
    stage.api(who, "POST", "/scripts", Some(body)).await.expect(201)
}

fn cron(name: &str, content: &str) -> Value {
    json!({"name": name, "type": "cron", "cron_expression": "0 3 * * *", "content": content})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_cannot_change_scripts_that_run_as_an_admin() {
    in_workers(|stage| async move {
        let (ann, bob) = (admin(), user("acme", "bob", &AUTHOR));
        let tax = json!({"name": "tax", "type": "embedded", "library": true, "content": "export const rate = 1;"});
        let tax = create(&stage, &bob, tax).await;
        let tax = tax["id"].as_str().expect("an id");
        let nightly = "import {rate} from 'lib:tax';\nfunction main() { return [context.user.id, rate]; }";
        let mut nightly = cron("Nightly", nightly);
        let unseen = stage.api(&ann, "POST", "/scripts", Some(nightly.clone())).await.expect(422);
        assert_eq!(unseen["error"]["field"], "seen_libraries", "{unseen}");
        assert_eq!(unseen["error"]["details"]["fields"][0]["mistake"]["values"]["seen"], format!("{tax}:1"), "{unseen}");
        nightly["seen_libraries"] = json!([format!("{tax}:1")]);
        let nightly = create(&stage, &ann, nightly).await;
        assert_eq!(nightly["run_as"], "ann", "it is reported");
        let nightly = nightly["id"].as_str().expect("an id");

        let gain = json!({"name": "tax", "type": "embedded", "library": true, "content": "export const rate = 2;", "base_version": 1});
        let refused = stage.api(&bob, "PUT", &format!("/scripts/{tax}"), Some(gain)).await.expect(403);
        assert_eq!(refused["error"]["details"], json!({"permission": "scripts.manage_endpoints", "runs_as": ["ann"]}));
        assert!(refused["error"]["message"].to_string().contains("with the permissions of ann"), "{refused}");
        let fields = "base_version=1&name=tax&type=embedded&library=yes&content=export+const+rate+%3D+2%3B";
        for (path, fields) in [
            (format!("/scripts/{tax}"), fields.to_owned()),
            (format!("/scripts/{tax}/deactivate"), String::new()),
            (format!("/scripts/{nightly}/deactivate"), String::new()),
            (format!("/scripts/{nightly}/delete"), String::new()),
            ("/scripts/bulk".to_owned(), format!("action=deactivate&id={nightly}")),
            ("/scripts/bulk".to_owned(), format!("action=delete&id={nightly}")),
        ] {
            assert_eq!(form(&stage, &bob, &path, &fields).await.status, 403, "{path} {fields}");
        }
        let shown = page(&stage, &ann, &format!("/scripts/{nightly}")).await.text;
        assert!(shown.contains("Libraries: tax 1") && shown.contains(&format!("value=\"{tax}:1\"")), "{shown}");
        let shown = page(&stage, &bob, &format!("/scripts/{tax}")).await.text;
        assert!(shown.contains("data-locked") && shown.contains("runs with the permissions of ann"), "{shown}");
        for shown in [page(&stage, &bob, &format!("/scripts/{nightly}")).await.text, page(&stage, &bob, "/scripts").await.text] {
            assert!(shown.contains("Runs as ann"), "{shown}");
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_s_edit_does_not_lend_their_permissions() {
    in_workers(|stage| async move {
        let (ann, robot) = (admin(), user("acme", "robot", &AUTHOR));
        let nightly = create(&stage, &robot, cron("Nightly", "function main() { return context.user.id; }")).await;
        let id = nightly["id"].as_str().expect("an id");
        let runs_as = async || {
            let script = stage.api(&ann, "GET", &format!("/scripts/{id}"), None).await.expect(200);
            (script["run_as"].clone(), script["version"].clone())
        };
        for (path, fields) in [
            (format!("/scripts/{id}/deactivate"), String::new()),
            (format!("/scripts/{id}/activate"), String::new()),
            ("/scripts/bulk".to_owned(), format!("action=deactivate&id={id}")),
            ("/scripts/bulk".to_owned(), format!("action=activate&confirmed=yes&id={id}")),
            (
                format!("/scripts/{id}"),
                "base_version=5&name=Nightly&type=cron&cron_expression=0+3+*+*+*&content=function+main()+{}&run_as="
                    .to_owned(),
            ),
            (format!("/scripts/{id}/versions/1/restore"), String::new()),
        ] {
            assert_eq!(form(&stage, &ann, &path, &fields).await.status, 303, "{path}");
        }
        assert_eq!(runs_as().await, (json!("robot"), json!(7)));
        let named =
            "base_version=7&name=Nightly&type=cron&cron_expression=0+3+*+*+*&content=function+main()+{}&run_as=ann";
        let saved = form(&stage, &ann, &format!("/scripts/{id}"), named).await;
        assert_eq!(
            (saved.status, saved.header("location")),
            (303, format!("/scripts/{id}?done=saved_as_other").as_str())
        );
        assert_eq!(runs_as().await, (json!("ann"), json!(8)));
        let shown = page(&stage, &ann, &format!("/scripts/{id}?done=saved_as_other")).await.text;
        assert!(shown.contains("now runs as another user"), "{shown}");
        stage.stop().await;
    })
    .await;
}
