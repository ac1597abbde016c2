//! Starts workers: hands out a spare one and starts its replacement in the background, with a growing delay after failures. Processes are
//! copied from a template, or started directly if there is none.

use std::{sync::Arc, time::Instant};

use futures_util::FutureExt as _;
use iota_scripts_domain::Fault;
use iota_scripts_runtime::protocol::{Limits, ToWorker};
use iota_scripts_services::{Background, BackgroundTask, ports::SandboxStatus};
use parking_lot::Mutex;
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    Isolation, PoolConfig,
    greeting::{READY_TIMEOUT, hello, ready},
    link::Link,
    process::ProcessLink,
    sandbox_watch::SandboxWatch,
    start_failures::StartFailures,
    template::Templates,
    thread::ThreadLink,
    wire,
};
use crate::elapsed::ms_since;

/// Starts the workers of a pool.
#[derive(Debug)]
pub(super) struct Spawner {
    config: PoolConfig,
    templates: Arc<Templates>,
    idle: Mutex<Vec<Link>>,
    failures: Mutex<StartFailures>,
    sandbox: SandboxWatch,
    wanted: Notify,
}

impl Spawner {
    /// Creates a spawner that keeps `min_idle` spare workers until `stopping` is cancelled. Needs a tokio runtime.
    pub(super) fn new(config: PoolConfig, stopping: CancellationToken, background: &Background) -> Arc<Self> {
        let spawner = Arc::new(Self {
            templates: Arc::new(Templates::new(config.clone(), stopping.clone())),
            config,
            idle: Mutex::default(),
            failures: Mutex::default(),
            sandbox: SandboxWatch::default(),
            wanted: Notify::new(),
        });
        let task = background.task("standby_workers", None);
        if spawner.config.min_idle > 0 {
            let kept = keep_idle(Arc::clone(&spawner), task);
            background.spawn(|_| stopping.run_until_cancelled_owned(kept).map(drop));
        } else {
            task.off();
        }
        spawner
    }

    /// Returns a ready worker that has no tenant yet.
    pub(super) async fn start(&self) -> Result<Link, Fault> {
        loop {
            let ready = self.idle.lock().pop();
            self.wanted.notify_one();
            let Some(link) = ready else { return self.start_new().await };
            // A spare worker may have been killed meanwhile.
            if link.is_alive() {
                return Ok(link);
            }
        }
    }

    /// Returns the number of spare workers.
    pub(super) fn idle(&self) -> usize {
        self.idle.lock().len()
    }

    /// Returns the sandbox reported by the workers; `None` before the first has started.
    pub(super) fn sandbox(&self) -> Option<SandboxStatus> {
        self.sandbox.status()
    }

    /// Returns the number of workers copied from a template.
    pub(super) fn copied(&self) -> u64 {
        self.templates.copied()
    }

    /// Stops the spare workers and the template. Call while the pool is stopping.
    pub(super) async fn dismiss(&self) {
        self.templates.dismiss().await;
        self.idle.lock().clear();
    }

    async fn start_new(&self) -> Result<Link, Fault> {
        let pause = self.failures.lock().pause_left();
        tokio::time::sleep(pause).await;
        let started = self.greet().await;
        let mut failures = self.failures.lock();
        match &started {
            Ok(_) => *failures = StartFailures::default(),
            Err(fault) => {
                tracing::error!(in_a_row = failures.add(), "a worker did not start: {}", fault.message);
            }
        }
        started
    }

    async fn greet(&self) -> Result<Link, Fault> {
        let mut link = match &self.config.isolation {
            Isolation::Worker { program } => match self.templates.copy().await {
                Some(copy) => Link::Process(copy),
                None => Link::Process(ProcessLink::spawn(program).await?),
            },
            Isolation::InProcess => Link::Thread(ThreadLink::spawn()?),
        };
        link.send(ToWorker::Hello(hello(&self.config)))?;
        let reply = match timeout(READY_TIMEOUT, link.receive()).await {
            Ok(Some(reply)) => reply,
            Ok(None) => return Err(link.exit_reason(&Limits::default()).await),
            Err(_) => return Err(wire::died("the worker was not ready in time")),
        };
        self.sandbox.note(&ready(reply)?.sandbox);
        Ok(link)
    }
}

/// Starts a worker whenever there are fewer spare ones than `min_idle`.
async fn keep_idle(spawner: Arc<Spawner>, task: BackgroundTask) {
    let mut began = Some(Instant::now());
    loop {
        while spawner.idle() < spawner.config.min_idle {
            // A failure is logged and delays the next start; a run that needs a worker meanwhile gets the error.
            let started = spawner.start_new().await;
            task.ended(&started.as_ref().map_err(|fault| &fault.message));
            if let Ok(link) = started {
                spawner.idle.lock().push(link);
            }
        }
        // Logged once: later workers are replacements.
        if let Some(began) = began.take() {
            tracing::info!(workers = spawner.config.min_idle, ms = ms_since(began), "workers are ready");
        }
        spawner.wanted.notified().await;
    }
}
