//! Scripts that import libraries of their tenant.

use iota_scripts_tests::{Stage, TestDatabase, admin, user};
use serde_json::{Value, json};

use crate::world::{everywhere, page};

async fn library(stage: &Stage, name: &str, content: &str) -> Value {
    let body = json!({"name": name, "type": "embedded", "library": true, "content": content});
    stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_uses_and_records_the_newest_libraries() {
    everywhere(|stage| async move {
        let ann = admin();
        let rates = library(&stage, "rates", "export const RATE = 0.1;").await;
        library(&stage, "tax", "import { RATE } from 'lib:rates';\nlet calls = 0;\nexport const vat = (sum) => [sum * RATE, ++calls];").await;
        let source = "import { vat } from \"lib:tax\";\nfunction main(sum) { return vat(sum); }";
        let id = stage.script(&ann, "report", "one_off", source).await;
        let script = stage.api(&ann, "GET", &format!("/scripts/{id}"), None).await.expect(200);
        assert_eq!(script["imports"], json!(["tax"]), "{script:#}");
        for _ in 0..2 {
            let run = stage.run(&ann, &id, json!(50)).await;
            assert_eq!(run["result"], json!([5, 1]), "{run:#}");
            let used: Vec<_> = run["libraries"].as_array().expect("a list").iter().map(|one| (&one["name"], &one["version"])).collect();
            assert_eq!(used, [(&json!("rates"), &json!(1)), (&json!("tax"), &json!(1))]);
        }
        let changed = json!({"name": "rates", "type": "embedded", "library": true, "content": "export const RATE = 0.2;", "base_version": 1});
        let rates = rates["id"].as_str().expect("an id").to_owned();
        stage.api(&ann, "PUT", &format!("/scripts/{rates}"), Some(changed)).await.expect(200);
        let run = stage.run(&ann, &id, json!(50)).await;
        assert_eq!((&run["result"], &run["libraries"][0]["version"]), (&json!([10, 1]), &json!(2)), "{run:#}");
        let shown = page(&stage, &ann, &format!("/scripts/runs/{}", run["id"].as_str().expect("an id"))).await;
        assert!(shown.text.contains("rates 2") && shown.text.contains("tax 1"), "{}", shown.text);

        // An unsaved source has libraries too.
        let test = json!({"content": "import { vat } from 'lib:tax';\nexport function main() { return vat(1)[0]; }"});
        let test = stage.api(&ann, "POST", &format!("/scripts/{id}/test"), Some(test)).await.expect(202);
        let test = stage.ended(&ann, test["execution_id"].as_str().expect("an id")).await;
        assert_eq!(test["result"], 0.2, "{test:#}");

        let in_use = stage.api(&ann, "DELETE", &format!("/scripts/{rates}"), None).await.expect(409);
        assert_eq!(in_use["error"]["code"], "LIBRARY_IN_USE", "{in_use}");
        assert!(in_use["error"]["message"].as_str().expect("words").contains("tax"), "{in_use}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_import_is_refused_at_the_source() {
    everywhere(|stage| async move {
        let (ann, gus) = (admin(), user("globex", "gus", &iota_scripts_tests::ALL));
        library(&stage, "tax", "export const vat = 1;").await;
        let body = |content: &str| json!({"name": "new", "type": "one_off", "content": content});
        let source = "import { vat } from 'lib:tax';\nfunction main() { return vat }";
        let refused = stage.api(&gus, "POST", "/scripts", Some(body(source))).await.expect(422);
        assert_eq!(refused["error"]["field"], "content", "{refused}");
        assert!(refused["error"]["message"].as_str().expect("words").contains("no library \"tax\""), "{refused}");
        let refused = stage
            .api(&ann, "POST", "/scripts", Some(body("import fs from 'fs';\nfunction main() {}")))
            .await
            .expect(422);
        assert_eq!(refused["error"]["field"], "content", "{refused}");
        let source = "import { vat, rate } from 'lib:tax';\nfunction main() { return vat }";
        let refused = stage.api(&ann, "POST", "/scripts", Some(body(source))).await.expect(422);
        let message = "content: line 1, column 15: the library \"tax\" exports no `rate`";
        assert_eq!(refused["error"]["message"], message, "{refused}");
        let found = stage.api(&ann, "POST", "/check", Some(json!({"content": source}))).await.expect(200);
        let found = &found["diagnostics"][0];
        assert_eq!(
            (&found["line"], &found["column"], &found["end_column"]),
            (&json!(1), &json!(15), &json!(19)),
            "{found}"
        );
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_in_use_cannot_be_removed() {
    everywhere(|stage| async move {
        let ann = admin();
        let tax = library(&stage, "tax", "export const vat = 1, rate = 2;").await;
        let source = "import { vat as v } from 'lib:tax';\nfunction main() { return v }";
        let id = stage.script(&ann, "report", "one_off", source).await;
        let path = format!("/scripts/{}", tax["id"].as_str().expect("an id"));
        let change = |content: &str| json!({"name": "tax", "type": "embedded", "library": true, "content": content, "base_version": 1});
        let refused = stage.api(&ann, "PUT", &path, Some(change("export const rate = 2;"))).await.expect(422);
        assert_eq!(refused["error"]["field"], "content", "{refused}");
        let message = "content: a library keeps the exports that others use: `vat` is imported by \"report\"";
        assert_eq!(refused["error"]["message"], message, "{refused}");
        stage.api(&ann, "PUT", &path, Some(change("export const vat = 3;"))).await.expect(200);
        assert_eq!(stage.run(&ann, &id, json!(null)).await["result"], 3);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_used_by_the_next_run_on_another_node() {
    let database = TestDatabase::postgres().await;
    let (one, other) = (Stage::start(database.url(), &json!({})).await, Stage::start(database.url(), &json!({})).await);
    let ann = admin();
    let rates = library(&one, "rates", "export const RATE = 1;").await;
    let source = "import { RATE } from 'lib:rates';\nfunction main() { return RATE }";
    let id = one.script(&ann, "report", "one_off", source).await;
    assert_eq!(other.run(&ann, &id, json!(null)).await["result"], 1);
    let changed = json!({"name": "rates", "type": "embedded", "library": true, "content": "export const RATE = 2;", "base_version": 1});
    one.api(&ann, "PUT", &format!("/scripts/{}", rates["id"].as_str().expect("an id")), Some(changed))
        .await
        .expect(200);
    assert_eq!(one.run(&ann, &id, json!(null)).await["result"], 2);
    // The notice of the change and the runs travel on separate paths.
    while other.run(&ann, &id, json!(null)).await["result"] != 2 {}
    one.stop().await;
    other.stop().await;
}
