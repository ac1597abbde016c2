//! Runs scripts on warm workers: processes by default, threads when the host trusts its authors.
//!
//! A worker serves one tenant. Who waits is served in turn by tenant, so that one tenant's queue does not hold up
//! another's first run. A worker that died, was killed or has run often enough is replaced; its run gets a fault.

mod fair_queue;
mod link;
mod process;
mod seats;
mod thread;
mod wire;
mod worker;

use std::{
    path::PathBuf,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use iota_scripts_domain::{Fault, FaultCode, Limits, TenantId};
use iota_scripts_runtime::protocol;
use iota_scripts_services::ports::{
    Diagnostic, Job, Measured, RunIo, RunReport, Runtime, RuntimeStatus, ServiceSignature,
};
use parking_lot::RwLock;
use tokio_util::sync::CancellationToken;

use seats::{Checkout, Seats};
use worker::{Ending, Worker};

/// How scripts are kept apart from the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Isolation {
    /// In processes of this program.
    Worker {
        /// The program `iota-scripts-worker`.
        program: PathBuf,
    },
    /// On threads of the host.
    InProcess,
}

/// The size and the patience of a pool.
#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// How workers are made.
    pub isolation: Isolation,
    /// The most workers at a time.
    pub max_workers: usize,
    /// Runs after which a worker is replaced.
    pub max_runs: u64,
    /// An unused worker goes after this.
    pub idle: Duration,
    /// A run that waits longer for a worker fails.
    pub checkout_timeout: Duration,
    /// The most memory that any run may use, in bytes: the kernel holds a worker process to it.
    pub max_memory_bytes: u64,
}

/// The pool.
#[derive(Debug)]
pub struct WorkerPool {
    config: PoolConfig,
    seats: Arc<Seats>,
    services: RwLock<Arc<Bindings>>,
    stopping: CancellationToken,
}

/// The services that scripts see, numbered so that a worker knows whether it has the latest.
#[derive(Debug, Default)]
struct Bindings {
    number: u64,
    services: Arc<[protocol::ServiceSignature]>,
}

impl WorkerPool {
    /// An empty pool; workers come with the first runs. Must be called within a tokio runtime.
    #[must_use]
    pub fn new(config: PoolConfig) -> Arc<Self> {
        let seats = Arc::new(Seats::new(config.max_workers));
        tokio::spawn(retire_idle(Arc::downgrade(&seats), config.idle));
        Arc::new(Self { config, seats, services: RwLock::default(), stopping: CancellationToken::new() })
    }

    /// A ready worker of the tenant.
    async fn checkout(&self, tenant: &TenantId) -> Result<Worker, Fault> {
        let mut worker = match self.seats.take(tenant, self.config.checkout_timeout).await? {
            Checkout::Warm(worker) => *worker,
            Checkout::Empty(seat) => Worker::start(&self.config, tenant.clone(), seat).await?,
        };
        let bindings = Arc::clone(&self.services.read());
        worker.bind(bindings.number, &bindings.services).await;
        Ok(worker)
    }

    fn give_back(&self, worker: Worker, ending: Ending) {
        let used_up = worker.runs() >= self.config.max_runs;
        if ending == Ending::Healthy && !used_up && !self.stopping.is_cancelled() {
            self.seats.give_back(worker);
        } else {
            if ending == Ending::Died {
                self.seats.count_death();
            }
            worker.retire();
        }
    }

    async fn run_checked_out(&self, job: Job, io: Arc<dyn RunIo>, cancel: &CancellationToken) -> RunReport {
        let queued = Instant::now();
        let taken = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(wire::cancelled()),
            () = self.stopping.cancelled() => Err(wire::stopping()),
            taken = self.checkout(&job.tenant) => taken,
        };
        let queued_us = micros(queued.elapsed());
        match taken {
            Ok(mut worker) => {
                let began = Instant::now();
                let (mut report, ending) = worker.run(job, io, cancel, &self.stopping).await;
                report.usage.queued_us = queued_us;
                report.usage.wall_us = micros(began.elapsed());
                self.give_back(worker, ending);
                report
            }
            Err(fault) => RunReport { outcome: Err(fault), usage: Measured { queued_us, ..Measured::default() } },
        }
    }
}

#[async_trait]
impl Runtime for WorkerPool {
    async fn run(&self, job: Job, io: Arc<dyn RunIo>, cancel: CancellationToken) -> RunReport {
        self.run_checked_out(job, io, &cancel).await
    }

    async fn check(&self, tenant: &TenantId, source: &str, limits: &Limits) -> Result<Vec<Diagnostic>, Fault> {
        let mut worker = self.checkout(tenant).await?;
        let (checked, ending) = worker.check(source, limits, self.config.checkout_timeout).await;
        self.give_back(worker, ending);
        checked
    }

    fn bind(&self, services: Arc<[ServiceSignature]>) {
        let mut bindings = self.services.write();
        let services = services.iter().map(wire::signature).collect();
        *bindings = Arc::new(Bindings { number: bindings.number + 1, services });
    }

    fn status(&self) -> RuntimeStatus {
        let (isolation, sandbox) = match self.config.isolation {
            Isolation::Worker { .. } => ("worker", vec!["process".to_owned(), "rlimits".to_owned()]),
            Isolation::InProcess => ("in_process", Vec::new()),
        };
        RuntimeStatus { isolation, sandbox, max_workers: self.config.max_workers, ..self.seats.status() }
    }

    async fn stop(&self) {
        self.stopping.cancel();
        self.seats.close();
        self.seats.empty().await;
    }
}

/// Ends workers that nobody has used for a while.
async fn retire_idle(seats: Weak<Seats>, idle: Duration) {
    loop {
        tokio::time::sleep(idle / 2).await;
        let Some(seats) = seats.upgrade() else { return };
        seats.retire_unused_since(idle);
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn exhausted(timeout: Duration) -> Fault {
    let message =
        format!("no worker became free within {} ms; try again, or raise worker.max_workers", timeout.as_millis());
    Fault::new(FaultCode::PoolExhausted, message)
}
