//! What a worker is asked to do, and what comes back of it.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::Fault;
use iota_scripts_runtime::protocol::{self, ServiceSignature};
use iota_scripts_services::ports::{Checked, Job, Measured, RunIo, RunReport};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// The services that scripts see, numbered so that a worker knows whether it has the latest.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    pub(super) number: u64,
    pub(super) services: Arc<[ServiceSignature]>,
}

/// What is to be done.
pub(super) enum WorkKind {
    Run(RunWork),
    Check(CheckWork),
}

/// A run.
pub(super) struct RunWork {
    pub(super) job: Arc<Job>,
    pub(super) io: Arc<dyn RunIo>,
    pub(super) cancel: CancellationToken,
    pub(super) ended: oneshot::Sender<Ended>,
}

/// How a run ended, and what it has to do with its worker.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) report: RunReport,
    pub(super) role: CrashRole,
}

/// What a run had to do with the end of its worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CrashRole {
    /// The worker is well, or its end has nothing to do with this run's.
    Unrelated,
    /// The worker died of it.
    Culprit,
    /// It was waiting when the worker died of another run.
    Bystander,
    /// It was sent ahead and asked back: nothing of it has happened.
    NotStarted,
}

/// A source to look at.
pub(super) struct CheckWork {
    pub(super) check: protocol::Check,
    pub(super) time: Duration,
    pub(super) checked: oneshot::Sender<Result<Checked, Fault>>,
}

impl WorkKind {
    /// Tells whoever waits for it why it is not done.
    pub(super) fn refuse(self, fault: Fault) {
        match self {
            Self::Run(work) => drop(work.ended.send(Ended::failed(fault, CrashRole::Unrelated))),
            Self::Check(work) => drop(work.checked.send(Err(fault))),
        }
    }
}

impl Ended {
    /// A run that did not get far enough to use anything.
    pub(super) fn failed(fault: Fault, role: CrashRole) -> Self {
        Self { report: RunReport { outcome: Err(fault), usage: Measured::default() }, role }
    }
}
