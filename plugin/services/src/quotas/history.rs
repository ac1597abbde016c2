//! What a tenant's history holds, as this node knows it: asked of the store now and then, and added to with every run that ends here.
//!
//! No run waits for the store's answer. Until it comes a tenant counts as within its quota.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{Execution, HistoryRepository, TenantId};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{BackgroundTask, recent::Recent};

/// How long the store's answer holds: other nodes add to the history too.
const FRESH: Duration = Duration::from_secs(10);
/// Tenants of which it is kept.
const REMEMBERED: usize = 10_000;
/// Bytes of a line of a log beside its text, about.
const LINE: usize = 64;

/// Sizes of histories.
pub(super) struct Histories {
    store: Arc<dyn HistoryRepository>,
    known: Mutex<Recent<TenantId, Known>>,
    task: BackgroundTask,
}

#[derive(Clone, Copy)]
struct Known {
    bytes: u64,
    asked: Instant,
}

impl Histories {
    pub(super) fn new(store: Arc<dyn HistoryRepository>, task: BackgroundTask) -> Arc<Self> {
        Arc::new(Self { store, known: Mutex::new(Recent::of(REMEMBERED)), task })
    }

    pub(super) fn store(&self) -> &dyn HistoryRepository {
        &*self.store
    }

    /// Whether a tenant's history has this many bytes or more, as far as is known.
    pub(super) fn holds(self: &Arc<Self>, tenant: &TenantId, bytes: u64) -> bool {
        let now = Instant::now();
        let known = {
            let mut known = self.known.lock();
            let found = known.get(tenant).copied();
            if found.is_some_and(|known| now.duration_since(known.asked) < FRESH) {
                found
            } else {
                // Asked by whoever comes first.
                let old = Known { bytes: found.map_or(0, |known| known.bytes), asked: now };
                known.insert(tenant.clone(), old);
                tokio::spawn(Arc::clone(self).ask(tenant.clone()));
                found
            }
        };
        known.is_some_and(|known| known.bytes >= bytes)
    }

    /// Adds what the record of a run holds.
    pub(super) fn add(&self, run: &Execution) {
        let bytes = size(run);
        if let Some(known) = self.known.lock().get(run.tenant()) {
            known.bytes += bytes;
        }
    }

    async fn ask(self: Arc<Self>, tenant: TenantId) {
        let bytes = self.store.bytes(&tenant).await;
        self.task.ended(&bytes);
        match bytes {
            Ok(bytes) => self.known.lock().insert(tenant, Known { bytes, asked: Instant::now() }),
            Err(error) => tracing::warn!(%tenant, "the size of a history is not known: {error}"),
        }
    }
}

/// About what a store adds for a run.
fn size(run: &Execution) -> u64 {
    let record = run.record();
    let result = record.and_then(|record| record.outcome.result());
    let would_change = record.and_then(|record| record.would_change.as_ref());
    let texts = [Some(&run.head().input), result, would_change].into_iter().flatten();
    let texts: usize = texts.map(|json| json.as_str().len()).sum();
    let lines = record.map(|record| record.log.lines.as_slice()).unwrap_or_default();
    let data = |line: &iota_scripts_domain::LogLine| line.data.as_ref().map_or(0, |data| data.as_str().len());
    let log: usize = lines.iter().map(|line| line.message.len() + data(line) + LINE).sum();
    (texts + log) as u64
}
