//! When a run goes on record.
//!
//! One that somebody waits for is written down whole when it has ended, unless it lasts, or is about to do something that outlives
//! it: then its begin is on record, with a lease, before that happens. Every other run is on record before it begins.

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

/// A run that lasts so long goes on record while it runs, so that pages show it and its node's death is noticed.
const LASTING: Duration = Duration::from_millis(250);
/// The pause before that is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// What an operator chooses: when the runs of endpoints and of the host's own code go on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Records {
    /// Before their first effect; those without one, in groups after their ends.
    #[default]
    Grouped,
    /// Each before it begins, and its end before anybody is told.
    Each,
}

/// The begin of one run, and whether it is on record.
pub(crate) struct Recording {
    execution: Arc<Execution>,
    lease: Arc<RunLease>,
    terms: Arc<LeaseTerms>,
    begun: OnceCell<()>,
    asked: AtomicBool,
}

impl Recording {
    /// Of a run that is not on record.
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

    /// The run as it began.
    pub(crate) const fn execution(&self) -> &Arc<Execution> {
        &self.execution
    }

    /// Puts the run on record. Given up midway, the run may be on record all the same.
    pub(crate) async fn begin_at_once(&self) -> Result<(), RepositoryError> {
        self.begun.get_or_try_init(|| self.insert()).await.map(drop)
    }

    /// Sees to it that the run is on record.
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<(), RepositoryError> {
        if self.begun.initialized() {
            return Ok(());
        }
        self.asked.store(true, Ordering::Release);
        let recording = Arc::clone(self);
        // A task of its own: whoever asks may go away, and then it would not be known whether the run is on record.
        let begun = tokio::spawn(async move { recording.begin_at_once().await });
        begun.await.unwrap_or_else(|_| Err(RepositoryError::Unavailable("the node is stopping".to_owned())))
    }

    /// The same before an effect, which must not happen if this fails.
    pub(crate) async fn before_an_effect(self: &Arc<Self>) -> Result<(), CallError> {
        self.begin().await.map_err(|error| {
            let message = format!("nothing was done: the run could not be recorded before it ({error}); try again");
            CallError::Refused(CallFailure::new("UNAVAILABLE", message))
        })
    }

    /// Puts the run on record when it has lasted; never comes back.
    pub(crate) async fn begin_when_it_lasts(self: &Arc<Self>) -> std::convert::Infallible {
        sleep(LASTING).await;
        while let Err(error) = self.begin().await {
            tracing::warn!(execution = %self.execution.id(), "a run that lasts is not on record yet: {error}");
            sleep(PAUSE).await;
        }
        std::future::pending().await
    }

    /// Whether the run is on record, once nobody is about to put it there any more.
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
