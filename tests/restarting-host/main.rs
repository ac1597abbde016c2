//! A host in a separate process that starts and stops the library repeatedly: on the database of its first argument, with the
//! configuration of its second, as many times as its third says. Each time a script queries the host's tables; at the end it prints the
//! remaining resources.

use std::io::Write as _;

use iota_scripts_tests::{Stage, admin, hostile::Footprint};
use serde_json::Value;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, url, config, times] = arguments.as_slice() else {
        anyhow::bail!("a database URL, a configuration and a number, please")
    };
    let config: Value = serde_json::from_str(config)?;
    let before = Footprint::of_this_host().await;
    for time in 0..times.parse()? {
        let stage = Stage::start(url, &config).await;
        let source = "async function main() { return (await db.findMany('orders', {})).length }";
        let script = stage.script(&admin(), &format!("count {time}"), "one_off", source).await;
        let run = stage.run(&admin(), &script, Value::Null).await;
        anyhow::ensure!(run["status"] == "success", "{run:#}");
        stage.stop().await;
    }
    match before.left_over().await {
        None => writeln!(std::io::stdout(), "nothing")?,
        Some(left) => writeln!(std::io::stdout(), "{left:?}, and before {before:?}")?,
    }
    Ok(())
}
