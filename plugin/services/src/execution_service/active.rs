//! The active runs of this node: follows, cancels, and awaits them.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use iota_scripts_domain::{ExecutionId, TenantId};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    run_feed::RunFeed,
    run_record::{LeaseTerms, RunLease},
};

/// All active runs.
#[derive(Default)]
pub(super) struct ActiveRuns {
    runs: Mutex<HashMap<ExecutionId, ActiveRun>>,
    changed: watch::Sender<()>,
    closed: AtomicBool,
}

struct ActiveRun {
    tenant: TenantId,
    feed: Arc<RunFeed>,
    cancel: CancellationToken,
    lease: Arc<RunLease>,
}

impl ActiveRuns {
    /// Registers a run; returns its cancellation token and its lease, or `None` if no more runs may start.
    pub(super) fn enter(
        &self,
        id: ExecutionId,
        tenant: &TenantId,
        feed: &Arc<RunFeed>,
        terms: &Arc<LeaseTerms>,
    ) -> Option<(CancellationToken, Arc<RunLease>)> {
        let mut runs = self.runs.lock();
        if self.closed.load(Ordering::Acquire) {
            return None;
        }
        let cancel = CancellationToken::new();
        let lease = RunLease::new(terms, id, cancel.clone());
        let (feed, of_run) = (Arc::clone(feed), Arc::clone(&lease));
        runs.insert(id, ActiveRun { tenant: tenant.clone(), feed, cancel: cancel.clone(), lease: of_run });
        Some((cancel, lease))
    }

    pub(super) fn leave(&self, id: ExecutionId) {
        self.runs.lock().remove(&id);
        self.changed.send_replace(());
    }

    pub(super) fn feed(&self, tenant: &TenantId, id: ExecutionId) -> Option<Arc<RunFeed>> {
        self.runs.lock().get(&id).filter(|run| run.tenant == *tenant).map(|run| Arc::clone(&run.feed))
    }

    /// Cancels a run; returns false if it is not active here.
    pub(super) fn cancel(&self, tenant: &TenantId, id: ExecutionId) -> bool {
        let runs = self.runs.lock();
        let run = runs.get(&id).filter(|run| run.tenant == *tenant);
        if let Some(run) = run {
            run.cancel.cancel();
        }
        run.is_some()
    }

    pub(super) fn cancel_all(&self, tenant: Option<&TenantId>) {
        self.runs
            .lock()
            .values()
            .filter(|run| tenant.is_none_or(|t| run.tenant == *t))
            .for_each(|run| run.cancel.cancel());
    }

    pub(super) async fn idle(&self, tenant: Option<&TenantId>) {
        let mut changed = self.changed.subscribe();
        while self.runs.lock().values().any(|run| tenant.is_none_or(|t| run.tenant == *t)) {
            // The sender lives as long as `self`, so this cannot fail.
            let _ = changed.changed().await;
        }
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(super) fn leases(&self) -> Vec<Arc<RunLease>> {
        self.runs.lock().values().map(|run| Arc::clone(&run.lease)).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.runs.lock().len()
    }
}
