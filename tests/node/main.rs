//! A host in a separate process that only runs due work, for tests with several nodes on one database: starts the library on the database
//! of its first argument with the configuration of its second, reports that it is ready, and runs until it is killed.

use std::io::Write as _;

use iota_scripts_tests::Stage;
use serde_json::Value;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, url, config] = arguments.as_slice() else { anyhow::bail!("usage: DATABASE_URL CONFIG") };
    let _stage = Stage::start(url, &serde_json::from_str::<Value>(config)?).await;
    let mut out = std::io::stdout().lock();
    writeln!(out, "ready")?;
    out.flush()?;
    std::future::pending().await
}
