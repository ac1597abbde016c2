//! A host in a process of its own, for tests that kill it or its worker: starts the library on the database of its
//! first argument with the configuration of its second, runs a script that never ends, prints the run's id, and
//! when the run has ended after all, its record.

use std::io::Write as _;

use iota_scripts_tests::{Stage, admin};
use serde_json::Value;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, url, config] = arguments.as_slice() else { anyhow::bail!("a database URL and a configuration, please") };
    let stage = Stage::start(url, &serde_json::from_str::<Value>(config)?).await;
    let source = "async function main() { console.log('here'); await services.echo.same(1); for (;;) {} }";
    let id = stage.script(&admin(), "spin", "one_off", source).await;
    let execution = stage.begin(&admin(), &id, Value::Null).await;
    // The call shows that the run has its worker, and that its line was heard.
    stage.host.called("echo.same", 1).await;
    say(&execution)?;
    say(&stage.ended(&admin(), &execution).await.to_string())
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
