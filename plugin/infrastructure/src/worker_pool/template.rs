//! The template of a pool's workers: a process that is ready for scripts and has seen none. A copy of it is ready in a
//! fraction of the time that a start takes; it is a child of this process like any other worker.
//!
//! A template that does not start, does not answer or has died costs nobody a run: workers are started by themselves
//! until there is another one.

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

/// How long a copy may take, the start of the template and those in line before it included.
const COPY_WAIT: Duration = Duration::from_secs(2);
/// How long a template may take to make one copy.
const COPY_TIMEOUT: Duration = Duration::from_secs(1);

/// The present template, and what became of those before.
#[derive(Debug)]
pub(super) struct Templates {
    config: PoolConfig,
    present: AsyncMutex<Option<ProcessLink>>,
    failures: Mutex<StartFailures>,
    copied: AtomicU64,
    stopping: CancellationToken,
}

impl Templates {
    /// No template yet: it comes with the first worker.
    pub(super) fn new(config: PoolConfig, stopping: CancellationToken) -> Self {
        let (present, failures, copied) = (AsyncMutex::default(), Mutex::default(), AtomicU64::new(0));
        Self { config, present, failures, copied, stopping }
    }

    /// A worker that waits for its greeting; None when it is to be started by itself.
    pub(super) async fn copy(self: &Arc<Self>) -> Option<ProcessLink> {
        // In a task of its own: a copy that is being made when nobody wants it any more has to be waited for.
        let templates = Arc::clone(self);
        let copying = tokio::spawn(async move { templates.copy_in_turn().await });
        timeout(COPY_WAIT, copying).await.ok()?.ok()?
    }

    /// Workers that were made in this way.
    pub(super) fn copied(&self) -> u64 {
        self.copied.load(Ordering::Relaxed)
    }

    /// Ends the template, after the copy that it is making. No other follows, as the pool is stopping.
    pub(super) async fn dismiss(&self) {
        *self.present.lock().await = None;
    }

    /// One copy at a time, as the template makes no more.
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
        let born = match &mut copy {
            Some(copy) => timeout(COPY_TIMEOUT, copy.born()).await.unwrap_or(false),
            None => false,
        };
        if born {
            *present = Some(template);
            *self.failures.lock() = StartFailures::default();
            self.copied.fetch_add(1, Ordering::Relaxed);
            return copy;
        }
        self.failed("it is gone, or makes no copies");
        drop(template);
        if let Some(mut copy) = copy {
            // It may have been made at the last moment, and has to be waited for then.
            let _ = timeout(COPY_TIMEOUT, copy.born()).await;
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

    /// Says so once, and makes the next one wait: where there can be no template, every worker comes by here.
    fn failed(&self, why: &str) {
        let in_a_row = self.failures.lock().add();
        if in_a_row == 1 {
            tracing::warn!("no template of workers: {why}; they are started by themselves meanwhile");
        } else {
            tracing::debug!(in_a_row, "no template of workers: {why}");
        }
    }
}

async fn greet(program: &Path, config: &PoolConfig) -> Result<ProcessLink, Fault> {
    let mut link = ProcessLink::spawn(program).await?;
    let greeting = ToWorker::Template(hello(config));
    link.send(frame::encode(&greeting).map_err(|error| wire::unsendable(&error))?);
    match timeout(READY_TIMEOUT, link.receive()).await {
        Ok(Some(said)) => ready(said).map(|_| link),
        Ok(None) => Err(link.exit_reason(&Limits::default()).await),
        Err(_) => Err(wire::died("it was not ready in time")),
    }
}
