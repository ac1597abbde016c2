//! Runs the scripts of the corpus through the library, several at a time, and reports how each ended.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::stream::{self, StreamExt as _};
use iota_scripts_host::Identity;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::HostileScript;
use crate::Stage;

/// Runs at a time.
const LANES: usize = 4;
/// Wall time limit of each run.
const WALL_SECONDS: u64 = 1;
/// Memory limit of each run.
const MEMORY_MB: u64 = 64;
/// Limit for any run, however busy the machine is; a longer one hangs.
const HANG_LIMIT: Duration = Duration::from_secs(120);

/// Saved scripts, ready to run.
#[derive(Debug)]
pub struct Gauntlet {
    stage: Arc<Stage>,
    who: Identity,
    scripts: Vec<(HostileScript, SaveResult)>,
}

/// The result of saving.
#[derive(Debug)]
enum SaveResult {
    /// Saved, with this id.
    As(String),
    /// The source was rejected with this response.
    Refused(Value),
}

/// The end of one run.
#[derive(Debug)]
pub struct Ended {
    pub script: String,
    /// `success`, the type of the fault, or another observation.
    pub end: String,
    /// Whether the script may end like this.
    pub allowed: bool,
    /// Time that the run took beyond its limit of wall time.
    pub overrun: Duration,
    why: Value,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ends in {} after {:?} too much: {}", self.script, self.end, self.overrun, self.why)
    }
}

impl Gauntlet {
    /// The configuration for the gauntlet: a worker for each lane, of this isolation, and no script deactivated for its
    /// strikes.
    #[must_use]
    pub fn config(isolation: &str) -> Value {
        json!({"isolation": isolation, "worker": {"max_workers": LANES, "checkout_timeout_ms": 600_000}, "quarantine": {"strikes": 0},
               "quotas": {"cpu_seconds_per_hour": 10_000_000, "runs_per_minute": 100_000_000}})
    }

    /// Saves every script as a one-off script of this user's tenant.
    ///
    /// # Panics
    /// If the API fails other than by rejecting the source.
    pub async fn prepare(stage: &Arc<Stage>, who: Identity, corpus: Vec<HostileScript>) -> Self {
        let mut scripts = Vec::new();
        for script in corpus {
            let saved = save(stage, &who, &script).await;
            scripts.push((script, saved));
        }
        Self { stage: Arc::clone(stage), who, scripts }
    }

    /// Runs every script once.
    pub async fn pass(&self) -> Vec<Ended> {
        stream::iter(0..self.scripts.len()).map(|number| self.run(number)).buffer_unordered(LANES).collect().await
    }

    /// The number of scripts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.scripts.len()
    }

    /// Whether there are no scripts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scripts.is_empty()
    }

    /// Runs one script.
    pub async fn run(&self, number: usize) -> Ended {
        let (script, saved) = &self.scripts[number % self.scripts.len()];
        let (end, why, overrun_ms) = match saved {
            SaveResult::Refused(answer) => ("compile".to_owned(), answer.clone(), 0),
            SaveResult::As(id) => match timeout(HANG_LIMIT, self.stage.run(&self.who, id, Value::Null)).await {
                Ok(record) => (end_of(&record), record["error"].clone(), overrun_ms(&record)),
                Err(_) => ("nothing: it hangs".to_owned(), Value::Null, 0),
            },
        };
        let allowed = script.ends.contains(&end);
        Ended { script: script.name.clone(), end, allowed, overrun: Duration::from_millis(overrun_ms), why }
    }
}

async fn save(stage: &Stage, who: &Identity, script: &HostileScript) -> SaveResult {
    let body = json!({"name": script.name, "type": "one_off", "content": script.source,
                      "timeout_seconds": WALL_SECONDS, "max_memory_mb": MEMORY_MB});
    let answer = stage.api(who, "POST", "/scripts", Some(body)).await;
    match (answer.status, answer.json["id"].as_str()) {
        (201, Some(id)) => SaveResult::As(id.to_owned()),
        (400..=499, _) => SaveResult::Refused(answer.json),
        _ => panic!("{} is not saved: {answer:?}", script.name),
    }
}

fn end_of(record: &Value) -> String {
    let status = record["status"].as_str().unwrap_or_default();
    let end = if status == "success" { status } else { record["error"]["type"].as_str().unwrap_or(status) };
    end.to_owned()
}

fn overrun_ms(record: &Value) -> u64 {
    record["receipt"]["wall_ms"]["used"].as_u64().unwrap_or_default().saturating_sub(WALL_SECONDS * 1000)
}
