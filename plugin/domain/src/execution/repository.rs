//! Where runs are kept. Every question of a user names its tenant; another tenant's run is not found.

use std::time::Duration;

use async_trait::async_trait;

use super::{Activity, Execution, ExecutionQuery, ExecutionSummary, NodeId, Renewal};
use crate::{ExecutionId, Page, RepositoryError, ScriptId, TenantId};

/// Keeps runs. Each that has not ended has a lease, which the store writes and judges by its own clock.
#[async_trait]
pub trait ExecutionRepository: Send + Sync {
    /// Records a run, pending or running, before anything of it happens.
    ///
    /// # Errors
    /// `AttemptTaken` when the same attempt at the same occurrence is recorded already.
    async fn insert(&self, execution: &Execution) -> Result<(), RepositoryError>;

    /// Records that a pending run runs now.
    ///
    /// # Errors
    /// `NotFound`; `WrongState` unless it was pending.
    async fn start(&self, execution: &Execution) -> Result<(), RepositoryError>;

    /// Records the end of a run, once: whoever comes second is told so, and what the first wrote stays.
    ///
    /// # Errors
    /// `NotFound`, `AlreadyFinished`.
    async fn finish(&self, execution: &Execution) -> Result<(), RepositoryError>;

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
