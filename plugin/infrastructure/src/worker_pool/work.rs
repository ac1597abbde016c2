//! Work for a worker, and its result.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::Fault;
use iota_scripts_runtime::protocol::{self, ServiceSignature};
use iota_scripts_services::ports::{Checked, Job, Measured, RunIo, RunReport};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// The services available to scripts, numbered so that a worker can tell whether it has the latest.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    pub(super) number: u64,
    pub(super) services: Arc<[ServiceSignature]>,
}

/// A run or a check.
pub(super) enum WorkKind {
    Run(RunWork),
    Check(CheckWork),
}

/// A run.
pub(super) struct RunWork {
    pub(super) job: Arc<Job>,
    pub(super) io: Arc<dyn RunIo>,
    pub(super) cancel: CancellationToken,
    pub(super) ended: oneshot::Sender<RunOutcome>,
}

/// The result of a run, and its role if the worker crashed.
#[derive(Debug)]
pub(super) struct RunOutcome {
    pub(super) report: RunReport,
    pub(super) role: CrashRole,
}

/// The role of a run in the end of its worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CrashRole {
    /// The worker did not crash, or for a reason unrelated to this run.
    Unrelated,
    /// The run crashed the worker.
    Culprit,
    /// The run was waiting when another run crashed the worker.
    Bystander,
    /// The run was pipelined and returned unstarted.
    NotStarted,
}

/// A source to check.
pub(super) struct CheckWork {
    pub(super) check: protocol::Check,
    pub(super) time: Duration,
    pub(super) checked: oneshot::Sender<Result<Checked, Fault>>,
}

impl WorkKind {
    /// Reports to the caller why the work is not done.
    pub(super) fn refuse(self, fault: Fault) {
        match self {
            Self::Run(work) => drop(work.ended.send(RunOutcome::failed(fault, CrashRole::Unrelated))),
            Self::Check(work) => drop(work.checked.send(Err(fault))),
        }
    }
}

impl RunOutcome {
    /// Creates the result of a run that used no resources.
    pub(super) fn failed(fault: Fault, role: CrashRole) -> Self {
        Self { report: RunReport { outcome: Err(fault), usage: Measured::default() }, role }
    }
}
