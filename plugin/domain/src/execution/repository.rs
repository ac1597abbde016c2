//! The store of runs. Every query of a user names its tenant; runs of other tenants are not found.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::Serialize;

use super::{Activity, Execution, ExecutionQuery, ExecutionSummary, NodeId, Renewal};
use crate::{ExecutionId, Page, RepositoryError, ScriptId, Settlement, TenantId};

/// Maximum delay before a record passed to [`ExecutionRepository::keep`] is written, while the store responds.
pub const KEPT_WITHIN: Duration = Duration::from_millis(20);

/// The records that are not written yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Unwritten {
    /// Number of records.
    pub records: usize,
    /// Whether the buffer is full. [`ExecutionRepository::keep`] waits while it is.
    pub full: bool,
    /// Whether the last attempt to write failed.
    pub failing: bool,
}

/// Stores runs. Each unfinished run has a lease, which the store writes and checks by its own clock.
#[async_trait]
pub trait ExecutionRepository: Send + Sync {
    /// Records a run before it starts.
    ///
    /// # Errors
    /// `AttemptTaken` if the same attempt at the same occurrence is already recorded.
    async fn insert(&self, execution: &Execution) -> Result<(), RepositoryError>;

    /// Records the end of a run. Only the first call has an effect; later ones return `AlreadyFinished`.
    ///
    /// # Errors
    /// `NotFound`, `AlreadyFinished`.
    async fn finish(&self, execution: &Execution) -> Result<(), RepositoryError>;

    /// Records the end of an attempt, and settles its occurrence in the same transaction. Returns false if the store cannot do both in one
    /// transaction: then the end is recorded, but the occurrence is not settled.
    ///
    /// # Errors
    /// See [`Self::finish`].
    async fn finish_attempt(&self, execution: &Execution, settlement: &Settlement) -> Result<bool, RepositoryError> {
        let _ = settlement;
        self.finish(execution).await.map(|()| false)
    }

    /// Queues the record of an ended run that was not recorded before. The store writes it in a batch within [`KEPT_WITHIN`]. Until then,
    /// queries of this store return it as if it were written. Returns when the queue has room, which is immediately unless the store
    /// cannot keep up. `node` is the node that ran it.
    ///
    /// # Errors
    /// `InvalidState` unless the run has ended.
    async fn keep(&self, finished: Arc<Execution>, node: &NodeId) -> Result<(), RepositoryError>;

    /// Waits until all queued records are written or can no longer be written.
    async fn settle(&self);

    /// Returns the number and state of the queued records.
    fn unwritten(&self) -> Unwritten;

    /// Returns a run with its record.
    ///
    /// # Errors
    /// `NotFound`.
    async fn get(&self, tenant: &TenantId, id: ExecutionId) -> Result<Execution, RepositoryError>;

    /// Returns a page of runs, newest first.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn list(&self, tenant: &TenantId, query: &ExecutionQuery) -> Result<Page<ExecutionSummary>, RepositoryError>;

    /// Returns the newest runs that match a query, at most one page, without counting all.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn newest(&self, tenant: &TenantId, query: &ExecutionQuery)
    -> Result<Vec<ExecutionSummary>, RepositoryError>;

    /// Returns the number of unfinished runs of a tenant.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn unfinished(&self, tenant: &TenantId) -> Result<u64, RepositoryError>;

    /// Returns the newest run of each script, without trials. Scripts that never ran are missing.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn latest(&self, tenant: &TenantId, scripts: &[ScriptId]) -> Result<Vec<ExecutionSummary>, RepositoryError>;

    /// Counts the runs that match a query, on all pages, by period and status. Periods without runs are missing.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn activity(
        &self,
        tenant: &TenantId,
        query: &ExecutionQuery,
        width: Duration,
    ) -> Result<Vec<Activity>, RepositoryError>;

    /// Asks the node that runs a run to cancel it. Returns false if no other node can be asked. True does not mean that a node received the
    /// request.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn ask_to_cancel(&self, tenant: &TenantId, id: ExecutionId) -> Result<bool, RepositoryError>;

    /// Renews the lease of a node, and extends the leases of those of the runs that are its own and have not ended. A run that is missing
    /// from the result has ended, or was ended by another node.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn renew_lease(&self, node: &NodeId, ids: &[ExecutionId]) -> Result<Renewal, RepositoryError>;

    /// Ends as `lost` at most `limit` runs of all tenants whose lease has expired, and returns them. Each run is returned to one caller
    /// only.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn recover_lost(&self, limit: u32) -> Result<Vec<Execution>, RepositoryError>;
}
