//! Every function of the JavaScript API on the real system: `tests/cases/<function>/{main.js or main.ts, expected.json}`, on both
//! databases and in both isolations, which must not differ. `BLESS=1` writes the actual results instead, to be read before they are
//! committed.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use iota_scripts_tests::{Stage, TestDatabase, admin, tables};
use serde_json::{Value, json};

use crate::{
    db::{with_tables_and, writer},
    http::partner,
};

struct Case {
    name: String,
    source: String,
    expected: PathBuf,
}

/// All cases, sorted by name.
fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut found: Vec<Case> = fs::read_dir(folder)
        .expect("the cases are there")
        .map(|entry| {
            let path = entry.expect("a readable folder").path();
            let source = ["main.js", "main.ts"].iter().find_map(|file| fs::read_to_string(path.join(file)).ok());
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            Case { name, source: source.expect("a script"), expected: path.join("expected.json") }
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// Result or fault, without the text of a stack.
async fn outcome(stage: &Stage, source: &str, partner: &str) -> Value {
    let ann = admin();
    let script = writer(stage, &ann, source).await;
    let run = stage.run(&ann, &script, json!(partner)).await;
    let deleted = stage.api(&ann, "DELETE", &format!("/scripts/{script}"), None).await;
    assert_eq!(deleted.status, 204, "{:?}", deleted.json);
    let shown: Vec<Value> = run["logs"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|line| json!([line["level"], timeless(&line["message"])]))
        .collect();
    match run["status"].as_str() {
        Some("success") => json!({"result": run["result"], "logs": shown}),
        _ => json!({"error": run["error"]["code"], "message": run["error"]["message"], "logs": shown}),
    }
}

/// A line without its duration.
fn timeless(message: &Value) -> String {
    let mut words: Vec<&str> = message.as_str().expect("a text").split(' ').collect();
    for at in 1..words.len() {
        if words[at] == "ms" {
            words[at - 1] = "…";
        }
    }
    words.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_of_the_api_matches_its_case() {
    let cases = cases();
    assert!(cases.len() >= 20, "the cases are missing");
    let port = partner().await;
    let config = json!({"http": {"ports": [port], "allow_addresses": ["127.0.0.1"]}});
    with_tables_and(&config, async |stage, host| {
        stage.api(&admin(), "PUT", "/http-hosts/127.0.0.1", None).await.expect(200);
        let untested_functions = untested_functions(&stage, &cases).await;
        assert!(untested_functions.is_empty(), "no case calls {}", untested_functions.join(", "));
        let wrong = differences(&stage, &host, &cases, &format!("http://127.0.0.1:{port}")).await;
        assert!(wrong.is_empty(), "{}: {} cases differ:\n{}", host.url(), wrong.len(), wrong.join("\n"));
        stage.stop().await;
    })
    .await;
}

/// The script functions that no case calls.
async fn untested_functions(stage: &Stage, cases: &[Case]) -> Vec<String> {
    const LIST: &str = "function main() {
        const found = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'structuredClone', 'atob', 'btoa', 'queueMicrotask',
            'fetch', 'performance.now'];
        const walk = (path, value) => {
            if (typeof value === 'function') found.push(path);
            else if (typeof value === 'object') for (const key of Object.getOwnPropertyNames(value)) walk(`${path}.${key}`, value[key]);
        };
        walk('db', db), walk('http', http), walk('storage', storage), walk('events', events), walk('console', console);
        walk('utils', utils), walk('crypto', crypto);
        return found;
    }";
    let script = writer(stage, &admin(), LIST).await;
    let run = stage.run(&admin(), &script, json!(null)).await;
    let found = run["result"].as_array().expect("the functions").iter().map(|name| name.as_str().expect("a name"));
    let called = |name: &str| cases.iter().any(|case| case.source.contains(&format!("{name}(")));
    found.filter(|name| !called(name)).map(str::to_owned).collect()
}

/// Cases with unexpected results. The host's tables are restored before each case.
async fn differences(stage: &Stage, host: &TestDatabase, cases: &[Case], partner: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for Case { name, source, expected } in cases {
        host.tamper(&tables::refill(host.url().starts_with("sqlite"))).await;
        let came = outcome(stage, source, partner).await;
        if env::var_os("BLESS").is_some() {
            let text = serde_json::to_string_pretty(&came).expect("JSON");
            fs::write(expected, text + "\n").expect("written");
            continue;
        }
        let text = fs::read_to_string(expected).unwrap_or_else(|error| panic!("{}: {error}", expected.display()));
        let wanted: Value = serde_json::from_str(&text).expect("JSON");
        if came != wanted {
            wrong.push(format!("{name}\n  came    {came}\n  wanted  {wanted}"));
        }
    }
    wrong
}
