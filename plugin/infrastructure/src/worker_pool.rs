//! Runs scripts on warm workers: processes by default, threads when the host trusts its authors.
//!
//! Texts are looked at by workers of their own, so that no run waits for a compiler; they are few, and a tenant has one.
//! Which run gets which worker is the roster's to say; the conversation with a worker is the worker's task. A worker
//! that died, was killed, has grown or has run often enough is replaced. A run that waited on a worker that died of
//! another one begins again, if it has done nothing yet that cannot be done twice.

mod fair_queue;
mod link;
mod paces;
mod placement;
mod poison_list;
mod pool_state;
mod process;
mod sandbox_watch;
mod spawner;
mod template;
mod thread;
mod wire;
mod work_item;
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
    paces::RunPaces,
    placement::{Placement, Sharing},
    poison_list::PoisonList,
    pool_state::{Assignment, Mailbox, PoolState, WorkerPermit},
    spawner::Spawner,
    work_item::{Bindings, CheckWork, CrashRole, Ended, RunWork, WorkItem, WorkKind},
    worker::Worker,
};

/// Workers that look at texts, for all tenants together; a tenant gets one of them.
const CHECKERS: usize = 2;
/// How long a worker may look at one text.
const CHECK_TIME: Duration = Duration::from_secs(5);
/// How long a text may wait for a worker: a few others of the tenant may be before it.
const CHECK_WAIT: Duration = Duration::from_secs(15);
/// Texts that wait at a time, of one tenant and of all.
const CHECKS_WAITING: (usize, usize) = (16, 256);

/// How often a run is begun, at the most, when the workers it waits on die of others.
const ATTEMPTS: u32 = 3;
/// How often a run is handed to another worker that no worker has begun: an honest one says so once or twice.
const BOUNCES: u32 = 8;

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
    /// The most workers at a time, beside those that stand by.
    pub max_workers: usize,
    /// Workers that are ready before anybody needs them.
    pub min_idle: usize,
    /// Runs after which a worker is replaced.
    pub max_runs: u64,
    /// An unused worker goes after this.
    pub idle: Duration,
    /// A run that waits longer for a worker fails.
    pub checkout_timeout: Duration,
    /// The most memory that any run may use, in bytes: the kernel holds a worker process to it.
    pub max_memory_bytes: u64,
    /// Bytes of the native stack of a worker process; what a script needs beyond ends it.
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
    paces: RunPaces,
    services: RwLock<Arc<Bindings>>,
    stopping: CancellationToken,
}

impl WorkerPool {
    /// A pool without a worker at work; workers come with the first runs. Must be called within a tokio runtime.
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
        let (poison_list, paces, services) = (PoisonList::default(), RunPaces::default(), RwLock::default());
        Arc::new(Self { config, pool_state, checkers, spawner, poison_list, paces, services, stopping })
    }

    /// Waits for a worker of the tenant, and starts it if need be.
    async fn checkout(
        &self,
        pool_state: &Arc<PoolState>,
        tenant: &TenantId,
        sharing: Sharing,
    ) -> Result<(WorkerPermit, Mailbox), Fault> {
        let assignment = pool_state.ask(tenant, sharing).ok_or_else(wire::stopping)?;
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

    /// The same for a run, but no longer than the patience of the pool, and only while nobody calls it off.
    async fn checkout_in_time(
        &self,
        tenant: &TenantId,
        sharing: Sharing,
        called_off: impl Future<Output = ()>,
    ) -> Result<(WorkerPermit, Mailbox), Fault> {
        let patience = self.config.checkout_timeout;
        tokio::select! {
            biased;
            () = called_off => Err(wire::cancelled()),
            () = self.stopping.cancelled() => Err(wire::stopping()),
            taken = timeout(patience, self.checkout(&self.pool_state, tenant, sharing)) => {
                taken.unwrap_or_else(|_| Err(exhausted(patience)))
            }
        }
    }

    /// The same for a text. Its worker has no runs, so that one which the compiler dies of takes none with it.
    async fn checker(&self, tenant: &TenantId) -> Result<(WorkerPermit, Mailbox), Fault> {
        let (own, all) = self.checkers.waiting(tenant);
        if own >= CHECKS_WAITING.0 || all >= CHECKS_WAITING.1 {
            return Err(wire::too_many_checks());
        }
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => Err(wire::stopping()),
            taken = timeout(CHECK_WAIT, self.checkout(&self.checkers, tenant, Sharing::Default)) => {
                taken.unwrap_or_else(|_| Err(wire::too_many_checks()))
            }
        }
    }

    /// Hands work over; it is lost if the worker dies before it hears of it.
    fn hand_over(&self, (permit, mailbox): (WorkerPermit, Mailbox), work: WorkKind) {
        let bindings = Arc::clone(&self.services.read());
        // The work that comes back is dropped, and whoever waits for its end hears that.
        let _ = mailbox.send(WorkItem { permit, bindings, work });
    }

    async fn run_once(&self, run: &RunOf<'_>, sharing: Sharing) -> Ended {
        let taken = self.checkout_in_time(&run.job.tenant, sharing, run.cancel.cancelled()).await;
        let queued_us = micros(run.asked.elapsed());
        let mut ended = match taken {
            Ok(worker) => {
                let (ended, end) = oneshot::channel();
                let (job, io) = (Arc::clone(&run.job), Arc::clone(run.io));
                self.hand_over(worker, WorkKind::Run(RunWork { job, io, cancel: run.cancel.clone(), ended }));
                end.await.unwrap_or_else(|_| Ended::failed(wire::bystander(), CrashRole::Bystander))
            }
            Err(fault) => Ended::failed(fault, CrashRole::Unrelated),
        };
        ended.report.usage.queued_us = queued_us;
        ended
    }
}

/// A run that may take more than one worker.
struct RunOf<'a> {
    job: Arc<Job>,
    io: &'a Arc<dyn RunIo>,
    cancel: &'a CancellationToken,
    asked: Instant,
}

#[async_trait]
impl Runtime for WorkerPool {
    async fn run(&self, job: Job, io: Arc<dyn RunIo>, cancel: CancellationToken) -> RunReport {
        let script = job.script.id;
        let run = RunOf { job: Arc::new(job), io: &io, cancel: &cancel, asked: Instant::now() };
        let mut sharing = match self.poison_list.poison_list(script) {
            true => Sharing::Alone,
            false if self.paces.is_quick(&run.job) => Sharing::Quick,
            false => Sharing::Default,
        };
        let (mut attempt, mut bounced) = (1, 0);
        loop {
            let Ended { report, role } = self.run_once(&run, sharing).await;
            match role {
                CrashRole::Bystander if attempt < ATTEMPTS && io.begin_again() => {
                    (sharing, attempt) = (Sharing::Alone, attempt + 1)
                }
                CrashRole::NotStarted if bounced < BOUNCES => {
                    bounced += 1;
                    // Not sent ahead again.
                    sharing = if sharing == Sharing::Quick { Sharing::Default } else { sharing };
                }
                CrashRole::Culprit => {
                    self.poison_list.blame(script);
                    return report;
                }
                CrashRole::Bystander | CrashRole::Unrelated | CrashRole::NotStarted => {
                    self.paces.note(&run.job, &report);
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
            standing_by: self.spawner.idle(),
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

/// Ends workers that nobody has used for a while.
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
