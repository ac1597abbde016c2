//! Every starter script, in a tenant without any setup: it works, or reports clearly which setup is missing.

use iota_scripts_tests::http_client;
use serde_json::{Value, json};

use crate::command::Erp;

/// A request of the admin, as made by a browser on the pages.
async fn ask(erp: &Erp, method: &str, path: &str, body: Option<Value>) -> String {
    let request = http_client().request(method.parse().expect("a method"), format!("{}{path}", erp.url));
    let request = request.bearer_auth("acme-admin");
    let request = if let Some(body) = body { request.json(&body) } else { request };
    let answer = request.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{method} {path}: {}", answer.status());
    answer.text().await.expect("a text")
}

/// The content of a text field of a page.
fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("<textarea name=\"{name}\"")).expect("the field is on the page");
    let (_, rest) = rest.split_once(">\n").expect("its text");
    let text = rest.split("</textarea>").next().unwrap_or_default();
    let signs = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
    ];
    signs
        .iter()
        .fold(text.to_owned(), |text, (escaped, sign)| text.replace(escaped, sign))
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_starter_works_or_reports_missing_setup() {
    let erp = Erp::start();
    let choices = ask(&erp, "GET", "/scripts/new", None).await;
    let starters: Vec<&str> =
        choices.split("name=\"starter\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(starters.len() >= 8, "{choices}");
    let mut ended = Vec::new();
    for starter in starters {
        let (_, rest) = choices.split_once("name=\"id\" value=\"").expect("the id to be");
        let taken = rest.split('"').next().expect("an id");
        // A distinct id for each: the page proposes one.
        let id = format!("{}{:012x}", &taken[..24], ended.len() + 1);
        let form = [("id", id.as_str()), ("starter", starter), ("name", starter)];
        let sent = http_client().post(format!("{}/scripts/new", erp.url)).bearer_auth("acme-admin").form(&form);
        let page = sent.send().await.expect("an answer");
        assert!(page.status().is_success() || page.status().is_redirection(), "{starter}: {}", page.status());
        let page = ask(&erp, "GET", &format!("/scripts/{id}"), None).await;
        let mut test = json!({"content": field(&page, "content")});
        let sample = field(&page, "test_input");
        if !sample.trim().is_empty() {
            test["input"] = serde_json::from_str(sample.trim()).expect("JSON");
        }
        let started = ask(&erp, "POST", &format!("/scripts/api/v1/scripts/{id}/test"), Some(test)).await;
        let started: Value = serde_json::from_str(&started).expect("JSON");
        let path = format!("/scripts/api/v1/executions/{}", started["execution_id"].as_str().expect("an id"));
        let run = loop {
            let run: Value = serde_json::from_str(&ask(&erp, "GET", &path, None).await).expect("JSON");
            if !matches!(run["status"].as_str(), Some("pending" | "running")) {
                break run;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        };
        let logged = run["logs"].as_array().expect("lines").iter().filter(|line| line["level"] == "error").count();
        assert_eq!(logged, 0, "{starter}: {run:#}");
        let message = run["error"]["message"].as_str().unwrap_or_default();
        match run["status"].as_str() {
            Some("success" | "refused") => assert_eq!(message, "", "{starter}: {run:#}"),
            Some("failed") => assert!(message.len() > 10, "{starter} reports what is missing: {run:#}"),
            other => panic!("{starter}: {other:?}: {run:#}"),
        }
        ended.push((starter, run["status"].clone()));
    }
    assert_eq!(ended[0].1, "success", "the first starter must work: {ended:?}");
}
