//! Decides when a run is recorded.
//!
//! A run with a waiting caller is recorded as a whole when it has ended, unless it takes long or is about to have a lasting effect: then
//! its start is recorded first, with a lease. Every other run is recorded before it begins.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use iota_scripts_domain::{Execution, RepositoryError};
use tokio::{sync::OnceCell, time::sleep};

use super::{LeaseTerms, RunLease};
use crate::ports::{CallError, CallFailure};

/// Duration after which a run is recorded while it runs, so that pages show it and the death of its node is noticed.
const RECORD_AFTER: Duration = Duration::from_millis(250);
/// Pause before a failed attempt is repeated.
const PAUSE: Duration = Duration::from_secs(1);

/// The operator's choice of when runs of endpoints and of the host's own code are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Records {
    /// Before their first effect; those without one, in groups after their ends.
    #[default]
    Grouped,
    /// Each before it begins, and its end before the caller is told.
    Each,
}

/// The start of one run, and whether it is on record.
pub(crate) struct Recording {
    execution: Arc<Execution>,
    lease: Arc<RunLease>,
    terms: Arc<LeaseTerms>,
    begun: OnceCell<()>,
    asked: AtomicBool,
}

impl Recording {
    /// Creates the recording of a run that is not on record.
    pub(crate) fn of(execution: Execution, lease: &Arc<RunLease>, terms: &Arc<LeaseTerms>) -> Arc<Self> {
        let (lease, terms) = (Arc::clone(lease), Arc::clone(terms));
        Arc::new(Self {
            execution: Arc::new(execution),
            lease,
            terms,
            begun: OnceCell::new(),
            asked: AtomicBool::new(false),
        })
    }

    /// Returns the run as it began.
    pub(crate) const fn execution(&self) -> &Arc<Execution> {
        &self.execution
    }

    /// Records the run. If the future is dropped midway, the run may be on record anyway.
    pub(crate) async fn begin_at_once(&self) -> Result<(), RepositoryError> {
        self.begun.get_or_try_init(|| self.insert()).await.map(drop)
    }

    /// Ensures that the run is on record.
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<(), RepositoryError> {
        if self.begun.initialized() {
            return Ok(());
        }
        self.asked.store(true, Ordering::Release);
        let recording = Arc::clone(self);
        // Spawned, because the caller may go away, and then it would be unknown whether the run is on record.
        let begun = tokio::spawn(async move { recording.begin_at_once().await });
        begun.await.unwrap_or_else(|_| Err(RepositoryError::Unavailable("the node is stopping".to_owned())))
    }

    /// Like [`Self::begin`], before an effect that must not happen if this fails.
    pub(crate) async fn before_effect(self: &Arc<Self>) -> Result<(), CallError> {
        self.begin().await.map_err(|error| {
            let message = format!("the call was not made: the run could not be recorded first ({error}); try again");
            CallError::Refused(CallFailure::new("UNAVAILABLE", message))
        })
    }

    /// Records the run when it takes long; never returns.
    pub(crate) async fn begin_if_long(self: &Arc<Self>) -> std::convert::Infallible {
        sleep(RECORD_AFTER).await;
        while let Err(error) = self.begin().await {
            tracing::warn!(execution = %self.execution.id(), "a long run is not on record yet: {error}");
            sleep(PAUSE).await;
        }
        std::future::pending().await
    }

    /// Returns whether the run is on record, after any attempt in progress.
    pub(crate) async fn is_begun(self: &Arc<Self>) -> bool {
        self.begun.initialized() || (self.asked.load(Ordering::Acquire) && self.begin().await.is_ok())
    }

    async fn insert(&self) -> Result<(), RepositoryError> {
        let asked = self.terms.clock.monotonic();
        self.terms.executions.insert(&self.execution).await?;
        self.lease.renewed(asked);
        Ok(())
    }
}
