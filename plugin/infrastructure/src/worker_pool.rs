//! Runs scripts on warm workers: processes by default, threads if the host trusts its authors.
//!
//! Sources are checked by separate workers, so that no run waits for a compiler. There are few of them, and a tenant gets one at a time.
//! `placement` decides which run gets which worker; the task in `worker` talks to one worker. A worker that died, was killed, has grown or
//! has reached its maximum number of runs is replaced. A run that was waiting on a worker that another run crashed is restarted, unless it
//! has done something that must not be done twice.

mod fair_queue;
mod greeting;
mod link;
mod placement;
mod poison_list;
mod pool_state;
mod process;
mod sandbox_watch;
mod short_runs;
mod spawner;
mod start_failures;
mod template;
mod thread;
mod wire;
mod work;
mod worker;

use std::{
    future::Future,
    path::PathBuf,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_util::FutureExt as _;
use iota_scripts_domain::{Fault, FaultCode, Limits, TenantId};
use iota_scripts_services::{
    Background, BackgroundTask,
    ports::{Check, Checked, Job, RunIo, RunReport, Runtime, RuntimeStatus, ServiceSignature},
};
use parking_lot::RwLock;
use tokio::{sync::oneshot, time::timeout};
use tokio_util::sync::CancellationToken;

use self::{
    placement::{Placement, Sharing},
    poison_list::PoisonList,
    pool_state::{Assignment, Mailbox, PoolState, WorkItem, WorkerPermit},
    short_runs::ShortRuns,
    spawner::Spawner,
    work::{Bindings, CheckWork, CrashRole, RunOutcome, RunWork, WorkKind},
    worker::Worker,
};

/// Workers for checks, for all tenants together; a tenant gets one of them.
const CHECKERS: usize = 2;
/// Time limit of one check.
const CHECK_TIME: Duration = Duration::from_secs(5);
/// Maximum wait of a check for a worker; a few checks of the tenant may be ahead of it.
const CHECK_WAIT: Duration = Duration::from_secs(15);
/// Maximum checks that wait, per tenant and in total.
const CHECKS_WAITING: (usize, usize) = (16, 256);

/// Maximum starts of one run, if other runs crash the workers it waits on.
const ATTEMPTS: u32 = 3;
/// How often a run that a worker returned unstarted is sent to another worker; a correct worker does so once or twice.
const BOUNCES: u32 = 8;

/// How scripts are isolated from the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Isolation {
    /// In worker processes.
    Worker {
        /// Path of the `iota-scripts-worker` program.
        program: PathBuf,
    },
    /// On threads of the host process.
    InProcess,
}

/// Sizes and time limits of a pool.
#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// Kind of worker.
    pub isolation: Isolation,
    /// Maximum workers at a time, not counting idle spare workers.
    pub max_workers: usize,
    /// Spare workers kept ready.
    pub min_idle: usize,
    /// Runs after which a worker is replaced.
    pub max_runs: u64,
    /// Idle time after which an unused worker is stopped.
    pub idle: Duration,
    /// Maximum wait of a run for a worker; then the run fails.
    pub checkout_timeout: Duration,
    /// Maximum memory of any run, in bytes; the kernel enforces it for worker processes.
    pub max_memory_bytes: u64,
    /// Native stack size of a worker process, in bytes; exceeding it ends the process.
    pub stack_bytes: usize,
}

/// The pool.
#[derive(Debug)]
pub struct WorkerPool {
    config: PoolConfig,
    pool_state: Arc<PoolState>,
    checkers: Arc<PoolState>,
    spawner: Arc<Spawner>,
    poison_list: PoisonList,
    short_runs: ShortRuns,
    services: RwLock<Arc<Bindings>>,
    stopping: CancellationToken,
}

impl WorkerPool {
    /// Creates an empty pool; workers are started by the first runs. Must be called within a tokio runtime.
    #[must_use]
    pub fn new(config: PoolConfig, background: &Background) -> Arc<Self> {
        let pool_state = Arc::new(PoolState::new(Placement::new(config.max_workers)));
        let checkers = Arc::new(PoolState::new(Placement::with_share(CHECKERS.min(config.max_workers), 1)));
        let stopping = CancellationToken::new();
        let spawner = Spawner::new(config.clone(), stopping.clone(), background);
        let pools = [Arc::downgrade(&pool_state), Arc::downgrade(&checkers)];
        background.spawn(|background| {
            let retiring = retire_idle(pools, config.idle, background.task("idle_workers", Some(config.idle / 2)));
            stopping.clone().run_until_cancelled_owned(retiring).map(drop)
        });
        let (poison_list, short_runs, services) = (PoisonList::default(), ShortRuns::default(), RwLock::default());
        Arc::new(Self { config, pool_state, checkers, spawner, poison_list, short_runs, services, stopping })
    }

    /// Waits for a worker for the tenant, starting one if needed.
    async fn checkout(
        &self,
        pool_state: &Arc<PoolState>,
        tenant: &TenantId,
        sharing: Sharing,
    ) -> Result<(WorkerPermit, Mailbox), Fault> {
        let assignment = pool_state.request(tenant, sharing).ok_or_else(wire::stopping)?;
        match assignment.await.map_err(|_| wire::stopping())? {
            Assignment::Join(permit, mailbox) => Ok((permit, mailbox)),
            Assignment::Start(mut permit) => {
                let link = self.spawner.start().await?;
                let stopping = self.stopping.clone();
                let mailbox = Worker::spawn(link, permit.slot(), pool_state, stopping, self.config.max_runs);
                permit.assigned();
                Ok((permit, mailbox))
            }
        }
    }

    /// Waits for a worker for a run, at most `checkout_timeout`, and only until the run is cancelled.
    async fn checkout_in_time(
        &self,
        tenant: &TenantId,
        sharing: Sharing,
        cancelled: impl Future<Output = ()>,
    ) -> Result<(WorkerPermit, Mailbox), Fault> {
        let patience = self.config.checkout_timeout;
        tokio::select! {
            biased;
            () = cancelled => Err(wire::cancelled()),
            () = self.stopping.cancelled() => Err(wire::stopping()),
            taken = timeout(patience, self.checkout(&self.pool_state, tenant, sharing)) => {
                taken.unwrap_or_else(|_| Err(exhausted(patience)))
            }
        }
    }

    /// Waits for a worker for a check. It has no runs, so a compiler crash affects no run.
    async fn checker(&self, tenant: &TenantId) -> Result<(WorkerPermit, Mailbox), Fault> {
        let (own, all) = self.checkers.waiting(tenant);
        if own >= CHECKS_WAITING.0 || all >= CHECKS_WAITING.1 {
            return Err(wire::too_many_checks());
        }
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => Err(wire::stopping()),
            taken = timeout(CHECK_WAIT, self.checkout(&self.checkers, tenant, Sharing::Shared)) => {
                taken.unwrap_or_else(|_| Err(wire::too_many_checks()))
            }
        }
    }

    /// Sends work to a worker; it is lost if the worker dies before receiving it.
    fn hand_over(&self, (permit, mailbox): (WorkerPermit, Mailbox), work: WorkKind) {
        let bindings = Arc::clone(&self.services.read());
        // If sending fails, the work is dropped, which the receiver of its result notices.
        let _ = mailbox.send(WorkItem { permit, bindings, work });
    }

    async fn run_once(&self, run: &PendingRun<'_>, sharing: Sharing) -> RunOutcome {
        let taken = self.checkout_in_time(&run.job.tenant, sharing, run.cancel.cancelled()).await;
        let queued_us = micros(run.asked.elapsed());
        let mut ended = match taken {
            Ok(worker) => {
                let (ended, end) = oneshot::channel();
                let (job, io) = (Arc::clone(&run.job), Arc::clone(run.io));
                self.hand_over(worker, WorkKind::Run(RunWork { job, io, cancel: run.cancel.clone(), ended }));
                end.await.unwrap_or_else(|_| RunOutcome::failed(wire::bystander(), CrashRole::Bystander))
            }
            Err(fault) => RunOutcome::failed(fault, CrashRole::Unrelated),
        };
        ended.report.usage.queued_us = queued_us;
        ended
    }
}

/// A run that may need more than one worker.
struct PendingRun<'a> {
    job: Arc<Job>,
    io: &'a Arc<dyn RunIo>,
    cancel: &'a CancellationToken,
    asked: Instant,
}

#[async_trait]
impl Runtime for WorkerPool {
    async fn run(&self, job: Job, io: Arc<dyn RunIo>, cancel: CancellationToken) -> RunReport {
        let script = job.script.id;
        let run = PendingRun { job: Arc::new(job), io: &io, cancel: &cancel, asked: Instant::now() };
        let mut sharing = match self.poison_list.contains(script) {
            true => Sharing::Exclusive,
            false if self.short_runs.is_short(&run.job) => Sharing::Pipelined,
            false => Sharing::Shared,
        };
        let (mut attempt, mut bounced) = (1, 0);
        loop {
            let RunOutcome { report, role } = self.run_once(&run, sharing).await;
            match role {
                CrashRole::Bystander if attempt < ATTEMPTS && io.begin_again() => {
                    (sharing, attempt) = (Sharing::Exclusive, attempt + 1)
                }
                CrashRole::NotStarted if bounced < BOUNCES => {
                    bounced += 1;
                    // Do not pipeline it again.
                    sharing = if sharing == Sharing::Pipelined { Sharing::Shared } else { sharing };
                }
                CrashRole::Culprit => {
                    self.poison_list.blame(script);
                    return report;
                }
                CrashRole::Bystander | CrashRole::Unrelated | CrashRole::NotStarted => {
                    self.short_runs.note(&run.job, &report);
                    return report;
                }
            }
        }
    }

    async fn check(&self, tenant: &TenantId, check: &Check, limits: &Limits) -> Result<Checked, Fault> {
        let worker = self.checker(tenant).await?;
        let (checked, found) = oneshot::channel();
        let check = CheckWork { check: wire::check(check, limits), time: CHECK_TIME, checked };
        self.hand_over(worker, WorkKind::Check(check));
        found.await.unwrap_or_else(|_| Err(wire::bystander()))
    }

    fn bind(&self, services: Arc<[ServiceSignature]>) {
        let mut bindings = self.services.write();
        let services = services.iter().map(wire::signature).collect();
        *bindings = Arc::new(Bindings { number: bindings.number + 1, services });
    }

    fn status(&self) -> RuntimeStatus {
        let (isolation, sandbox) = match self.config.isolation {
            Isolation::Worker { .. } => ("worker", self.spawner.sandbox()),
            Isolation::InProcess => ("in_process", None),
        };
        RuntimeStatus {
            isolation,
            sandbox,
            max_workers: self.config.max_workers,
            idle: self.spawner.idle(),
            copied: self.spawner.copied(),
            checkers: self.checkers.status().workers,
            checks_waiting: self.checkers.status().waiting,
            ..self.pool_state.status()
        }
    }

    async fn stop(&self) {
        self.stopping.cancel();
        for pool_state in [&self.pool_state, &self.checkers] {
            pool_state.close();
        }
        self.pool_state.empty().await;
        self.checkers.empty().await;
        self.spawner.dismiss().await;
    }
}

/// Periodically stops workers that have been idle for `idle`.
async fn retire_idle(pools: [Weak<PoolState>; 2], idle: Duration, task: BackgroundTask) {
    loop {
        tokio::time::sleep(idle / 2).await;
        for pool_state in &pools {
            let Some(pool_state) = pool_state.upgrade() else { return };
            pool_state.retire_idle(idle);
        }
        task.succeeded();
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
