//! Runs scripts on warm workers: processes by default, threads when the host trusts its authors.
//!
//! Texts are looked at by workers of their own, so that no run waits for a compiler; they are few, and a tenant has one.
//! Which run gets which worker is the roster's to say; the conversation with a worker is the worker's task. A worker
//! that died, was killed, has grown or has run often enough is replaced. A run that waited on a worker that died of
//! another one begins again, if it has done nothing yet that cannot be done twice.

mod errand;
mod fair_queue;
mod link;
mod paces;
mod process;
mod roster;
mod sandbox_watch;
mod staff;
mod starter;
mod suspects;
mod template;
mod thread;
mod wire;
mod worker;

use std::{
    future::Future,
    path::PathBuf,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use iota_scripts_domain::{Fault, FaultCode, Limits, TenantId};
use iota_scripts_services::ports::{Check, Checked, Job, RunIo, RunReport, Runtime, RuntimeStatus, ServiceSignature};
use parking_lot::RwLock;
use tokio::{sync::oneshot, time::timeout};
use tokio_util::sync::CancellationToken;

use self::{
    errand::{Bindings, CheckWork, Ended, Errand, Fate, RunWork, Work},
    paces::Paces,
    roster::{Manner, Roster},
    staff::{Grant, Hold, Mailbox, Staff},
    starter::Starter,
    suspects::Suspects,
    worker::Worker,
};

/// Workers that look at texts, for all tenants together; a tenant gets one of them.
const CHECKERS: usize = 2;
/// How long a worker may look at one text.
const CHECK_TIME: Duration = Duration::from_secs(5);
/// How long a text may wait for a worker: a few others of the tenant may be before it.
const CHECK_PATIENCE: Duration = Duration::from_secs(15);
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
    pub standing_by: usize,
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
    staff: Arc<Staff>,
    checkers: Arc<Staff>,
    starter: Arc<Starter>,
    suspects: Suspects,
    paces: Paces,
    services: RwLock<Arc<Bindings>>,
    stopping: CancellationToken,
}

impl WorkerPool {
    /// A pool without a worker at work; workers come with the first runs. Must be called within a tokio runtime.
    #[must_use]
    pub fn new(config: PoolConfig) -> Arc<Self> {
        let staff = Arc::new(Staff::new(Roster::new(config.max_workers)));
        let checkers = Arc::new(Staff::new(Roster::with_share(CHECKERS.min(config.max_workers), 1)));
        let stopping = CancellationToken::new();
        let starter = Starter::new(config.clone(), stopping.clone());
        for staff in [&staff, &checkers] {
            let retiring = retire_idle(Arc::downgrade(staff), config.idle);
            tokio::spawn(stopping.clone().run_until_cancelled_owned(retiring));
        }
        let (suspects, paces, services) = (Suspects::default(), Paces::default(), RwLock::default());
        Arc::new(Self { config, staff, checkers, starter, suspects, paces, services, stopping })
    }

    /// Waits for a worker of the tenant, and starts it if need be.
    async fn checkout(&self, staff: &Arc<Staff>, tenant: &TenantId, manner: Manner) -> Result<(Hold, Mailbox), Fault> {
        let grant = staff.ask(tenant, manner).ok_or_else(wire::stopping)?;
        match grant.await.map_err(|_| wire::stopping())? {
            Grant::Join(hold, mailbox) => Ok((hold, mailbox)),
            Grant::Start(mut hold) => {
                let link = self.starter.start().await?;
                let stopping = self.stopping.clone();
                let mailbox = Worker::employ(link, hold.post(), staff, stopping, self.config.max_runs);
                hold.granted();
                Ok((hold, mailbox))
            }
        }
    }

    /// The same for a run, but no longer than the patience of the pool, and only while nobody calls it off.
    async fn checkout_in_time(
        &self,
        tenant: &TenantId,
        manner: Manner,
        called_off: impl Future<Output = ()>,
    ) -> Result<(Hold, Mailbox), Fault> {
        let patience = self.config.checkout_timeout;
        tokio::select! {
            biased;
            () = called_off => Err(wire::cancelled()),
            () = self.stopping.cancelled() => Err(wire::stopping()),
            taken = timeout(patience, self.checkout(&self.staff, tenant, manner)) => {
                taken.unwrap_or_else(|_| Err(exhausted(patience)))
            }
        }
    }

    /// The same for a text. Its worker has no runs, so that one which the compiler dies of takes none with it.
    async fn checker(&self, tenant: &TenantId) -> Result<(Hold, Mailbox), Fault> {
        let (own, all) = self.checkers.waiting(tenant);
        if own >= CHECKS_WAITING.0 || all >= CHECKS_WAITING.1 {
            return Err(wire::too_many_checks());
        }
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => Err(wire::stopping()),
            taken = timeout(CHECK_PATIENCE, self.checkout(&self.checkers, tenant, Manner::Usual)) => {
                taken.unwrap_or_else(|_| Err(wire::too_many_checks()))
            }
        }
    }

    /// Hands work over; it is lost if the worker dies before it hears of it.
    fn hand_over(&self, (hold, mailbox): (Hold, Mailbox), work: Work) {
        let bindings = Arc::clone(&self.services.read());
        // The work that comes back is dropped, and whoever waits for its end hears that.
        let _ = mailbox.send(Errand { hold, bindings, work });
    }

    async fn run_once(&self, run: &RunOf<'_>, manner: Manner) -> Ended {
        let taken = self.checkout_in_time(&run.job.tenant, manner, run.cancel.cancelled()).await;
        let queued_us = micros(run.asked.elapsed());
        let mut ended = match taken {
            Ok(worker) => {
                let (ended, end) = oneshot::channel();
                let (job, io) = (Arc::clone(&run.job), Arc::clone(run.io));
                self.hand_over(worker, Work::Run(RunWork { job, io, cancel: run.cancel.clone(), ended }));
                end.await.unwrap_or_else(|_| Ended::failed(wire::victim(), Fate::Victim))
            }
            Err(fault) => Ended::failed(fault, Fate::Apart),
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
        let mut manner = match self.suspects.suspects(script) {
            true => Manner::Alone,
            false if self.paces.is_quick(&run.job) => Manner::Quick,
            false => Manner::Usual,
        };
        let (mut attempt, mut bounced) = (1, 0);
        loop {
            let Ended { report, fate } = self.run_once(&run, manner).await;
            match fate {
                Fate::Victim if attempt < ATTEMPTS && io.begin_again() => {
                    (manner, attempt) = (Manner::Alone, attempt + 1)
                }
                Fate::NotBegun if bounced < BOUNCES => {
                    bounced += 1;
                    // Not sent ahead again.
                    manner = if manner == Manner::Quick { Manner::Usual } else { manner };
                }
                Fate::Killer => {
                    self.suspects.accuse(script);
                    return report;
                }
                Fate::Victim | Fate::Apart | Fate::NotBegun => {
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
        self.hand_over(worker, Work::Check(check));
        found.await.unwrap_or_else(|_| Err(wire::victim()))
    }

    fn bind(&self, services: Arc<[ServiceSignature]>) {
        let mut bindings = self.services.write();
        let services = services.iter().map(wire::signature).collect();
        *bindings = Arc::new(Bindings { number: bindings.number + 1, services });
    }

    fn status(&self) -> RuntimeStatus {
        let (isolation, sandbox) = match self.config.isolation {
            Isolation::Worker { .. } => ("worker", self.starter.sandbox()),
            Isolation::InProcess => ("in_process", None),
        };
        RuntimeStatus {
            isolation,
            sandbox,
            max_workers: self.config.max_workers,
            standing_by: self.starter.standing_by(),
            copied: self.starter.copied(),
            checkers: self.checkers.status().workers,
            checks_waiting: self.checkers.status().waiting,
            ..self.staff.status()
        }
    }

    async fn stop(&self) {
        self.stopping.cancel();
        for staff in [&self.staff, &self.checkers] {
            staff.close();
        }
        self.staff.empty().await;
        self.checkers.empty().await;
        self.starter.dismiss().await;
    }
}

/// Ends workers that nobody has used for a while.
async fn retire_idle(staff: Weak<Staff>, idle: Duration) {
    loop {
        tokio::time::sleep(idle / 2).await;
        let Some(staff) = staff.upgrade() else { return };
        staff.retire_idle(idle);
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
