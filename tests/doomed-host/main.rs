//! A host in a separate process, for tests that kill it or its worker: starts the library on the database of its first argument with the
//! configuration of its second, runs a script that never ends (after a call with the statements of its third argument, if given), and
//! prints the run's id, and the run's record if the run ends after all.

use std::io::Write as _;

use iota_scripts_tests::{Stage, admin};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, url, config, rest @ ..] = arguments.as_slice() else { anyhow::bail!("usage: DATABASE_URL CONFIG") };
    let stage = Stage::start(url, &serde_json::from_str::<Value>(config)?).await;
    let rest = rest.concat();
    let source =
        format!("async function main() {{ console.log('here'); await services.echo.same(1); {rest} for (;;) {{}} }}");
    let body = json!({"name": "spin", "type": "one_off", "content": source, "timeout_seconds": 20, "database_access": "read_write"});
    let script = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
    let id = script["id"].as_str().unwrap_or_default();
    let execution = stage.begin(&admin(), id, Value::Null).await;
    // The call shows that the run has its worker, and that its log line was received.
    stage.host.called("echo.same", 1).await;
    say(&execution)?;
    say(&stage.ended(&admin(), &execution).await.to_string())
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
