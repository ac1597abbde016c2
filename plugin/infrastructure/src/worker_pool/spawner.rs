//! Starts workers: hands out one that stands by, starts another meanwhile, and waits longer after each failure. Processes
//! are copied from a template, and started by themselves where there is none.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;
use iota_scripts_domain::Fault;
use iota_scripts_runtime::{
    protocol::{self, FromWorker, Hello, Ready, ToWorker},
    sandbox,
};
use iota_scripts_services::{Background, BackgroundTask, ports::SandboxStatus};
use parking_lot::Mutex;
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    Isolation, PoolConfig, link::Link, process::ProcessLink, sandbox_watch::SandboxWatch, template::Templates,
    thread::ThreadLink, wire,
};
use crate::elapsed::ms_since;

/// How long a new worker may take until it is ready.
pub(super) const READY_TIMEOUT: Duration = Duration::from_secs(10);
/// The pause after the first failed start; each later one is twice as long, up to the longest.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Starts the workers of a pool.
#[derive(Debug)]
pub(super) struct Spawner {
    config: PoolConfig,
    templates: Arc<Templates>,
    idle: Mutex<Vec<Link>>,
    failures: Mutex<Failures>,
    sandbox: SandboxWatch,
    wanted: Notify,
}

#[derive(Debug, Default)]
pub(super) struct Failures {
    in_a_row: u32,
    last: Option<Instant>,
}

impl Spawner {
    /// A starter that keeps as many workers standing by as the configuration says, until it is `stopping`. Needs a
    /// tokio runtime.
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

    /// A worker that is ready and belongs to nobody yet.
    pub(super) async fn start(&self) -> Result<Link, Fault> {
        loop {
            let ready = self.idle.lock().pop();
            self.wanted.notify_one();
            let Some(link) = ready else { return self.start_new().await };
            // It may have been killed while it stood by.
            if link.is_alive() {
                return Ok(link);
            }
        }
    }

    /// Workers that stand by.
    pub(super) fn idle(&self) -> usize {
        self.idle.lock().len()
    }

    /// What the workers have said of their sandbox; None before the first has started.
    pub(super) fn sandbox(&self) -> Option<SandboxStatus> {
        self.sandbox.status()
    }

    /// Workers that were copied from a template.
    pub(super) fn copied(&self) -> u64 {
        self.templates.copied()
    }

    /// Sends those away that stand by, and the template. To be called when the pool is stopping.
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
            Ok(_) => *failures = Failures::default(),
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
        let said = match timeout(READY_TIMEOUT, link.receive()).await {
            Ok(Some(said)) => said,
            Ok(None) => return Err(link.exit_reason(&protocol::Limits::default()).await),
            Err(_) => return Err(wire::died("the worker was not ready in time")),
        };
        self.sandbox.note(&ready(said)?.sandbox);
        Ok(link)
    }
}

/// What every worker of a pool is greeted with, and the template of them too.
pub(super) fn hello(config: &PoolConfig) -> Hello {
    Hello {
        protocol: protocol::PROTOCOL,
        address_space_bytes: Some(sandbox::IDLE_ADDRESS_SPACE + config.max_memory_bytes),
        stack_bytes: config.stack_bytes,
    }
}

/// What a worker answers to the greeting.
pub(super) fn ready(said: FromWorker) -> Result<Ready, Fault> {
    match said {
        FromWorker::Ready(ready) if ready.protocol == protocol::PROTOCOL => Ok(ready),
        FromWorker::Ready(ready) => Err(wire::died(&format!(
            "the worker program speaks protocol {}, this library {}: they are of different builds",
            ready.protocol,
            protocol::PROTOCOL
        ))),
        _ => Err(wire::died("the worker program did not say that it is ready")),
    }
}

impl Failures {
    /// How long the next start has to wait.
    pub(super) fn pause_left(&self) -> Duration {
        let Some(last) = self.last else { return Duration::ZERO };
        let doubled = PAUSE.saturating_mul(1 << self.in_a_row.saturating_sub(1).min(16));
        doubled.min(LONGEST_PAUSE).saturating_sub(last.elapsed())
    }

    /// One more; how many there were in a row.
    pub(super) fn add(&mut self) -> u32 {
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.last = Some(Instant::now());
        self.in_a_row
    }
}

/// Starts a worker whenever fewer stand by than should.
async fn keep_idle(spawner: Arc<Spawner>, task: BackgroundTask) {
    let mut began = Some(Instant::now());
    loop {
        while spawner.idle() < spawner.config.min_idle {
            // A failure is logged and paused for; whoever needs a worker then is told.
            let started = spawner.start_new().await;
            task.ended(&started.as_ref().map_err(|fault| &fault.message));
            if let Ok(link) = started {
                spawner.idle.lock().push(link);
            }
        }
        // The first time only: later workers take the place of others.
        if let Some(began) = began.take() {
            tracing::info!(workers = spawner.config.min_idle, ms = ms_since(began), "workers are ready");
        }
        spawner.wanted.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_makes_the_next_start_wait_longer() {
        let pause = |in_a_row| Failures { in_a_row, last: Some(Instant::now()) }.pause_left();
        assert_eq!(Failures::default().pause_left(), Duration::ZERO);
        assert!(pause(1) <= PAUSE && pause(3) > PAUSE * 3);
        assert!(pause(100) > PAUSE && pause(100) <= LONGEST_PAUSE);
    }
}
