//! `start`: runs a script of a running application through its JSON API, and shows its log as it arrives.
//!
//! Ctrl-C asks the application to cancel the run; a second one only stops watching. Nothing runs in this process.

use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde_json::{Map, Value, json};

use super::{
    Verdict,
    application::{Client, Followed},
    output, parse_json,
    report::{LogTime, Report},
};

/// Number of reconnections after a broken connection, and the pause before each.
const RECONNECTS: u32 = 5;
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// Arguments of `start`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Name or id of the script
    script: String,
    /// Address of the application: https://erp.example.com
    #[arg(long)]
    url: reqwest::Url,
    /// Access token of the application; better in the environment than on the command line
    #[arg(long, env = "IOTA_SCRIPTS_TOKEN", hide_env_values = true)]
    token: String,
    /// Argument of `main`, as JSON
    #[arg(long, value_parser = parse_json)]
    input: Option<Value>,
    /// Call this function instead of the default one
    #[arg(long)]
    function: Option<String>,
    /// Time limit of the run in milliseconds, if less than the script's own
    #[arg(long, value_name = "MS")]
    timeout_ms: Option<u64>,
    /// Run later, at this time: 2027-01-31T09:00:00+05:00
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// One JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
}

impl Options {
    fn wish(&self) -> Value {
        let mut wish = Map::new();
        let mut put = |name: &str, value: Option<Value>| value.map(|value| wish.insert(name.to_owned(), value));
        put("input", self.input.clone());
        put("function", self.function.as_deref().map(Value::from));
        put("timeout_ms", self.timeout_ms.map(Value::from));
        put("at", self.at.as_deref().map(Value::from));
        Value::Object(wish)
    }
}

pub(crate) fn start(options: &Options) -> anyhow::Result<Verdict> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(options))
}

async fn run(options: &Options) -> anyhow::Result<Verdict> {
    let client = Client::new(&options.url, &options.token)?;
    let script = client.find(&options.script).await?;
    let started = client.start(&script, &options.wish()).await?;
    let Some(run) = started["execution_id"].as_str() else {
        // Scheduled for later: the application's response contains the time.
        output::line(&serde_json::to_string_pretty(&started)?);
        return Ok(Verdict::Good);
    };
    follow(&client, run, options).await
}

/// Shows the lines until the run ends, across broken connections.
async fn follow(client: &Client, run: &str, options: &Options) -> anyhow::Result<Verdict> {
    let mut report = Report::new(options.script.clone(), String::new(), options.json);
    let mut shown = 0;
    let mut interrupts = 0;
    let mut attempts = 0;
    let mut events = client.follow(run).await?;
    loop {
        let heard = tokio::select! {
            heard = events.next() => heard,
            interrupted = tokio::signal::ctrl_c() => {
                interrupted?;
                interrupts += 1;
                if interrupts > 1 {
                    bail!("no longer watched; the run {run} may still go on");
                }
                output::error("cancelling; Ctrl-C again stops watching");
                client.cancel(run).await?;
                continue;
            }
        };
        match heard {
            Followed::Log { number, line } if number >= shown => {
                let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
                let data = line.get("data").cloned();
                report.log(&text("level"), &text("message"), data, &LogTime::At(text("at")));
                shown = number + 1;
            }
            // Sent again after a reconnection.
            Followed::Log { .. } => {}
            Followed::Finished(execution) => return report.finished(execution, &[]),
            Followed::Broken(reason) if attempts < RECONNECTS => {
                attempts += 1;
                output::error(&format!("the connection broke ({reason}); trying again"));
                tokio::time::sleep(RECONNECT_PAUSE).await;
                if let Ok(again) = client.follow(run).await {
                    events = again;
                }
            }
            Followed::Broken(reason) => {
                let record = json!({"execution_id": run});
                bail!("the application no longer answers ({reason}); the run continues: {record}");
            }
        }
    }
}
