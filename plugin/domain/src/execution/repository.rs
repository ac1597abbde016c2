//! Where runs are kept. Every question of a user names its tenant; another tenant's run is not found.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::Serialize;

use super::{Activity, Execution, ExecutionQuery, ExecutionSummary, NodeId, Renewal};
use crate::{ExecutionId, Page, RepositoryError, ScriptId, Settlement, TenantId};

/// How long a record that was kept may wait to be written, while the store answers.
pub const KEPT_WITHIN: Duration = Duration::from_millis(20);

/// Records that wait to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Unwritten {
    /// How many.
    pub records: usize,
    /// Whether there is no room for more: whoever has a record waits.
    pub full: bool,
    /// Whether the last attempt to write failed.
    pub failing: bool,
}

/// Keeps runs. Each that has not ended has a lease, which the store writes and judges by its own clock.
#[async_trait]
pub trait ExecutionRepository: Send + Sync {
    /// Records a run that begins, before anything of it happens.
    ///
    /// # Errors
    /// `AttemptTaken` when the same attempt at the same occurrence is recorded already.
    async fn insert(&self, execution: &Execution) -> Result<(), RepositoryError>;

    /// Records the end of a run, once: whoever comes second is told so, and what the first wrote stays.
    ///
    /// # Errors
    /// `NotFound`, `AlreadyFinished`.
    async fn finish(&self, execution: &Execution) -> Result<(), RepositoryError>;

    /// The same for an attempt at an occurrence, which is settled in the same transaction. False where the store keeps the two apart:
    /// then the run has ended, and the occurrence is not settled.
    ///
    /// # Errors
    /// As for [`Self::finish`].
    async fn finish_attempt(&self, execution: &Execution, settlement: &Settlement) -> Result<bool, RepositoryError> {
        let _ = settlement;
        self.finish(execution).await.map(|()| false)
    }

    /// Takes the whole record of a run that ended and was not on record before: it is written with others within
    /// [`KEPT_WITHIN`], and what is asked of this store meanwhile is answered as if it were written already. Comes back when the
    /// store has room for it, which is at once unless it cannot keep up. The node is the one that ran it.
    ///
    /// # Errors
    /// `WrongState` unless the run has ended.
    async fn keep(&self, finished: Arc<Execution>, node: &NodeId) -> Result<(), RepositoryError>;

    /// Waits until everything that was kept is written, or cannot be written any more.
    async fn settle(&self);

    /// What was kept and is not written yet.
    fn unwritten(&self) -> Unwritten;

    /// A run with all that it left behind.
    ///
    /// # Errors
    /// `NotFound`.
    async fn get(&self, tenant: &TenantId, id: ExecutionId) -> Result<Execution, RepositoryError>;

    /// A page of runs, newest first.
    ///
    /// # Errors
    /// Only those of the store.
    async fn list(&self, tenant: &TenantId, query: &ExecutionQuery) -> Result<Page<ExecutionSummary>, RepositoryError>;

    /// The newest runs that a query lets through, at most a page of them, and nothing counted.
    ///
    /// # Errors
    /// Only those of the store.
    async fn newest(&self, tenant: &TenantId, query: &ExecutionQuery)
    -> Result<Vec<ExecutionSummary>, RepositoryError>;

    /// How many runs of the tenant have not ended.
    ///
    /// # Errors
    /// Only those of the store.
    async fn unfinished(&self, tenant: &TenantId) -> Result<u64, RepositoryError>;

    /// The newest run of each of the scripts, trials left out; scripts that never ran are missing.
    ///
    /// # Errors
    /// Only those of the store.
    async fn latest(&self, tenant: &TenantId, scripts: &[ScriptId]) -> Result<Vec<ExecutionSummary>, RepositoryError>;

    /// How many runs a query lets through, whatever its page, by stretches of time and status; stretches without a run are missing.
    ///
    /// # Errors
    /// Only those of the store.
    async fn activity(
        &self,
        tenant: &TenantId,
        query: &ExecutionQuery,
        width: Duration,
    ) -> Result<Vec<Activity>, RepositoryError>;

    /// Asks the node that has the run to end it. False when no other node can be asked; whether one hears it is not known.
    ///
    /// # Errors
    /// Only those of the store.
    async fn ask_to_cancel(&self, tenant: &TenantId, id: ExecutionId) -> Result<bool, RepositoryError>;

    /// Takes a node's word that it is alive, and extends the lease of those of the runs that are its own and have not ended.
    /// A run that is missing from the answer has ended, or was ended by someone else.
    ///
    /// # Errors
    /// Only those of the store.
    async fn renew_lease(&self, node: &NodeId, ids: &[ExecutionId]) -> Result<Renewal, RepositoryError>;

    /// Ends as `lost` at most `limit` runs of all tenants whose lease has passed, and returns them. A run is returned to one caller only.
    ///
    /// # Errors
    /// Only those of the store.
    async fn recover_lost(&self, limit: u32) -> Result<Vec<Execution>, RepositoryError>;
}
