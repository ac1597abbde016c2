//! The template of a pool's workers: a process that is ready for scripts and has not seen one. A copy is ready in a fraction of the time of
//! a start, and is a child of this process like any other worker.
//!
//! A template that does not start, does not respond or has died fails no run: workers are started directly until there is another template.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use iota_scripts_domain::Fault;
use iota_scripts_runtime::protocol::{Limits, ToWorker, frame};
use parking_lot::Mutex;
use tokio::{sync::Mutex as AsyncMutex, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    Isolation, PoolConfig,
    greeting::{READY_TIMEOUT, hello, ready},
    process::ProcessLink,
    start_failures::StartFailures,
    wire,
};

/// Maximum time for a copy, including the template's start and the copies queued before it.
const COPY_WAIT: Duration = Duration::from_secs(2);
/// Maximum time for a template to make one copy.
const COPY_TIMEOUT: Duration = Duration::from_secs(1);

/// The current template, and the failures of earlier ones.
#[derive(Debug)]
pub(super) struct Templates {
    config: PoolConfig,
    present: AsyncMutex<Option<ProcessLink>>,
    failures: Mutex<StartFailures>,
    copied: AtomicU64,
    stopping: CancellationToken,
}

impl Templates {
    /// Creates an empty state; the template is started with the first worker.
    pub(super) fn new(config: PoolConfig, stopping: CancellationToken) -> Self {
        let (present, failures, copied) = (AsyncMutex::default(), Mutex::default(), AtomicU64::new(0));
        Self { config, present, failures, copied, stopping }
    }

    /// Returns a copy that waits for its greeting; `None` if the worker must be started directly.
    pub(super) async fn copy(self: &Arc<Self>) -> Option<ProcessLink> {
        // In a separate task: a copy in progress must be awaited even if the caller gave up.
        let templates = Arc::clone(self);
        let copying = tokio::spawn(async move { templates.copy_in_turn().await });
        timeout(COPY_WAIT, copying).await.ok()?.ok()?
    }

    /// Returns the number of workers copied.
    pub(super) fn copied(&self) -> u64 {
        self.copied.load(Ordering::Relaxed)
    }

    /// Stops the template, after the copy in progress. No other follows, because the pool is stopping.
    pub(super) async fn dismiss(&self) {
        *self.present.lock().await = None;
    }

    /// Makes one copy at a time, because the template can make only one.
    async fn copy_in_turn(&self) -> Option<ProcessLink> {
        let mut present = self.present.lock().await;
        if self.stopping.is_cancelled() {
            return None;
        }
        if present.is_none() {
            *present = self.start().await;
        }
        let template = present.take()?;
        let mut copy = template.copy().ok();
        let forked = match &mut copy {
            Some(copy) => timeout(COPY_TIMEOUT, copy.wait_until_forked()).await.unwrap_or(false),
            None => false,
        };
        if forked {
            *present = Some(template);
            *self.failures.lock() = StartFailures::default();
            self.copied.fetch_add(1, Ordering::Relaxed);
            return copy;
        }
        self.failed("it exited or could not make a copy");
        drop(template);
        if let Some(mut copy) = copy {
            // The copy may still have been made, and must then be awaited.
            let _ = timeout(COPY_TIMEOUT, copy.wait_until_forked()).await;
        }
        None
    }

    async fn start(&self) -> Option<ProcessLink> {
        let Isolation::Worker { program } = &self.config.isolation else { return None };
        if !self.failures.lock().pause_left().is_zero() {
            return None;
        }
        let started = tokio::select! {
            started = greet(program, &self.config) => started,
            () = self.stopping.cancelled() => return None,
        };
        match started {
            Ok(template) => Some(template),
            Err(fault) => {
                self.failed(&fault.message);
                None
            }
        }
    }

    /// Logs a failure as a warning once, and delays the next template: if none can start, every new worker tries.
    fn failed(&self, why: &str) {
        let in_a_row = self.failures.lock().add();
        if in_a_row == 1 {
            tracing::warn!("no worker template: {why}; workers are started directly instead");
        } else {
            tracing::debug!(in_a_row, "no worker template: {why}");
        }
    }
}

async fn greet(program: &Path, config: &PoolConfig) -> Result<ProcessLink, Fault> {
    let mut link = ProcessLink::spawn(program).await?;
    let greeting = ToWorker::Template(hello(config));
    link.send(frame::encode(&greeting).map_err(|error| wire::unsendable(&error))?);
    match timeout(READY_TIMEOUT, link.receive()).await {
        Ok(Some(reply)) => ready(reply).map(|_| link),
        Ok(None) => Err(link.exit_reason(&Limits::default()).await),
        Err(_) => Err(wire::died("it was not ready in time")),
    }
}
