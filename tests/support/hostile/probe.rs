//! Queries the host continuously: its health, and one of its scripts over the JSON API.

use std::{sync::Arc, time::Duration};

use iota_scripts_host::Identity;
use tokio::{
    task::{JoinHandle, JoinSet},
    time::{Instant, interval_at},
};
use tokio_util::sync::CancellationToken;

use crate::Stage;

/// Time between two queries.
const EVERY: Duration = Duration::from_millis(50);

/// A probe that runs until it is stopped.
#[derive(Debug)]
pub struct Probe {
    stop: CancellationToken,
    asking: JoinHandle<Answers>,
}

/// The answers to the probe.
#[derive(Debug, Default)]
pub struct Answers {
    /// Time until each pair of answers, from the time when it was due.
    pub took: Vec<Duration>,
    /// Failures.
    pub failures: Vec<String>,
}

impl Answers {
    /// Returns the given percentile in milliseconds.
    #[must_use]
    pub fn percentile(&self, of_hundred: usize) -> f64 {
        let mut sorted = self.took.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * of_hundred / 100).min(sorted.len().saturating_sub(1));
        sorted.get(at).map_or(0.0, |took| took.as_secs_f64() * 1e3)
    }
}

impl Probe {
    /// Starts the probe as this user, for this script.
    #[must_use]
    pub fn start(stage: &Arc<Stage>, who: &Identity, script: &str) -> Self {
        let stop = CancellationToken::new();
        let (stage, who, path) = (Arc::clone(stage), who.clone(), format!("/scripts/{script}"));
        let asking = tokio::spawn(ask_until(stop.clone(), stage, who, path));
        Self { stop, asking }
    }

    /// Stops, and returns the answers.
    ///
    /// # Panics
    /// If a query panicked.
    pub async fn stop(self) -> Answers {
        self.stop.cancel();
        self.asking.await.expect("the probe asks")
    }
}

async fn ask_until(stop: CancellationToken, stage: Arc<Stage>, who: Identity, path: String) -> Answers {
    let mut due = interval_at(Instant::now(), EVERY);
    let mut queries = JoinSet::new();
    // A query does not wait for the previous answer, so that a hang of the host shows at its full length.
    while let Some(at) = stop.run_until_cancelled(due.tick()).await {
        let (stage, who, path) = (Arc::clone(&stage), who.clone(), path.clone());
        queries.spawn(async move {
            let answered = ask(&stage, &who, &path).await;
            (at.elapsed(), answered)
        });
    }
    let mut answers = Answers::default();
    for (took, answered) in queries.join_all().await {
        answers.took.push(took);
        answers.failures.extend(answered.err());
    }
    answers
}

async fn ask(stage: &Stage, who: &Identity, path: &str) -> Result<(), String> {
    stage.plugin.health().await.map_err(|error| format!("health: {error}"))?;
    let answer = stage.api(who, "GET", path, None).await;
    if answer.status == 200 { Ok(()) } else { Err(format!("{path}: {answer:?}")) }
}
