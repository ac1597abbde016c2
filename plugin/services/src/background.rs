//! The background tasks of an instance, and their health.
//!
//! A loop registers under a name and reports the result of each round; the operation `health` lists all tasks. A failing task keeps its
//! error and the time of its first failure; its recovery is logged with the duration.

#[cfg(test)]
mod tests;

use std::{fmt::Display, future::Future, sync::Arc, time::Duration};

use iota_scripts_domain::{Clock, Timestamp};
use parking_lot::Mutex;
use serde::Serialize;
use tokio::task::JoinSet;

/// All background tasks of an instance. Clones share them.
#[derive(Debug, Clone)]
pub struct Background {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    clock: Arc<dyn Clock>,
    tasks: Mutex<Vec<Arc<Mutex<TaskStatus>>>>,
    running: Mutex<JoinSet<()>>,
}

/// The state of one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskStatus {
    /// Its name, unique within the instance.
    pub name: &'static str,
    /// False if the task has no work with this configuration.
    pub on: bool,
    /// Milliseconds between two rounds; absent when rounds begin on demand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_ms: Option<u64>,
    /// When the last round ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_run: Option<Timestamp>,
    /// `ok`, or the error of the last round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// When the first of the current series of failed rounds ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
}

/// A registered task, held by its loop.
#[derive(Debug)]
pub struct BackgroundTask {
    clock: Arc<dyn Clock>,
    status: Arc<Mutex<TaskStatus>>,
}

impl Background {
    /// Creates an empty registry.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { clock, tasks: Mutex::default(), running: Mutex::default() }) }
    }

    /// Registers a task with a round in each period, or without a period when its rounds begin on demand.
    #[must_use]
    pub fn task(&self, name: &'static str, period: Option<Duration>) -> BackgroundTask {
        let period_ms = period.map(|period| u64::try_from(period.as_millis()).unwrap_or(u64::MAX));
        let status = TaskStatus { name, on: true, period_ms, last_run: None, result: None, failing_since: None };
        let status = Arc::new(Mutex::new(status));
        self.inner.tasks.lock().push(Arc::clone(&status));
        BackgroundTask { clock: Arc::clone(&self.inner.clock), status }
    }

    /// Runs a loop until [`Self::stop`]. The loop gets this registry, to register in it. Needs a tokio runtime.
    pub fn spawn<F: Future<Output = ()> + Send + 'static>(&self, run: impl FnOnce(Self) -> F) {
        let task = run(self.clone());
        self.inner.running.lock().spawn(task);
    }

    /// Returns the state of all tasks, in the order of their registration.
    #[must_use]
    pub fn report(&self) -> Vec<TaskStatus> {
        self.inner.tasks.lock().iter().map(|task| task.lock().clone()).collect()
    }

    /// Ends every spawned loop and waits until they have ended.
    pub async fn stop(&self) {
        let mut running = std::mem::take(&mut *self.inner.running.lock());
        running.shutdown().await;
    }
}

impl BackgroundTask {
    /// Marks the task as off: it has no work with this configuration.
    pub fn off(&self) {
        self.status.lock().on = false;
    }

    /// Reports a round that succeeded.
    pub fn succeeded(&self) {
        let now = self.clock.now();
        let recovered = {
            let mut status = self.status.lock();
            status.last_run = Some(now);
            // Avoids an allocation in every successful round.
            if status.result.as_deref() != Some("ok") {
                status.result = Some("ok".to_owned());
            }
            status.failing_since.take().map(|since| (status.name, since))
        };
        if let Some((task, since)) = recovered {
            let ms = u64::try_from(now.since(since).as_millis()).unwrap_or(u64::MAX);
            tracing::info!(task, ms, "recovered after failures");
        }
    }

    /// Reports a round that failed; the caller logs the error.
    pub fn failed(&self, error: &dyn Display) {
        let now = self.clock.now();
        let mut status = self.status.lock();
        status.last_run = Some(now);
        status.result = Some(error.to_string());
        status.failing_since.get_or_insert(now);
    }

    /// Reports the result of a round.
    pub fn ended<T, E: Display>(&self, result: &Result<T, E>) {
        match result {
            Ok(_) => self.succeeded(),
            Err(error) => self.failed(error),
        }
    }
}

impl Drop for BackgroundTask {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.failed(&"the task panicked and has ended");
        }
    }
}
