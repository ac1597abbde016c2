//! The size of a tenant's history as this node knows it: queried from the store now and then, and increased by every run that ends here.
//!
//! No run waits for the store's answer. Until it comes, a tenant counts as within its quota.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{Execution, HistoryRepository, TenantId};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{
    BackgroundTask,
    lru::{Lru, lru},
};

/// How long the store's answer is valid: other nodes add to the history too.
const TTL: Duration = Duration::from_secs(10);
/// Number of tenants whose size is cached.
const CACHED_TENANTS: usize = 10_000;
/// Estimated size in bytes of a log line without its text.
const LINE_OVERHEAD: usize = 64;

/// The sizes of histories.
pub(super) struct Histories {
    store: Arc<dyn HistoryRepository>,
    known: Mutex<Lru<TenantId, CachedSize>>,
    task: BackgroundTask,
}

#[derive(Clone, Copy)]
struct CachedSize {
    bytes: u64,
    asked: Instant,
}

impl Histories {
    pub(super) fn new(store: Arc<dyn HistoryRepository>, task: BackgroundTask) -> Arc<Self> {
        Arc::new(Self { store, known: Mutex::new(lru(CACHED_TENANTS)), task })
    }

    pub(super) fn store(&self) -> &dyn HistoryRepository {
        &*self.store
    }

    /// Returns whether a tenant's history is known to have this many bytes or more.
    pub(super) fn holds(self: &Arc<Self>, tenant: &TenantId, bytes: u64) -> bool {
        let now = Instant::now();
        let known = {
            let mut known = self.known.lock();
            let found = known.get(tenant).copied();
            if found.is_some_and(|known| now.duration_since(known.asked) < TTL) {
                found
            } else {
                // The first run to see a stale size queries it.
                let old = CachedSize { bytes: found.map_or(0, |known| known.bytes), asked: now };
                known.insert(tenant.clone(), old);
                tokio::spawn(Arc::clone(self).ask(tenant.clone()));
                found
            }
        };
        known.is_some_and(|known| known.bytes >= bytes)
    }

    /// Adds the size of a run's record.
    pub(super) fn add(&self, run: &Execution) {
        let bytes = size(run);
        if let Some(known) = self.known.lock().get_mut(run.tenant()) {
            known.bytes += bytes;
        }
    }

    async fn ask(self: Arc<Self>, tenant: TenantId) {
        let bytes = self.store.bytes(&tenant).await;
        self.task.ended(&bytes);
        match bytes {
            Ok(bytes) => drop(self.known.lock().insert(tenant, CachedSize { bytes, asked: Instant::now() })),
            Err(error) => tracing::warn!(%tenant, "the size of a history is not known: {error}"),
        }
    }
}

/// Estimates the size of a run's record in the store, in bytes.
fn size(run: &Execution) -> u64 {
    let record = run.record();
    let result = record.and_then(|record| record.outcome.result());
    let would_change = record.and_then(|record| record.would_change.as_ref());
    let texts = [Some(&run.head().input), result, would_change].into_iter().flatten();
    let texts: usize = texts.map(|json| json.as_str().len()).sum();
    let lines = record.map(|record| record.log.lines.as_slice()).unwrap_or_default();
    let data = |line: &iota_scripts_domain::LogLine| line.data.as_ref().map_or(0, |data| data.as_str().len());
    let log: usize = lines.iter().map(|line| line.message.len() + data(line) + LINE_OVERHEAD).sum();
    (texts + log) as u64
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use iota_scripts_domain::{HistoryUsage, ManualClock, Pruned, RepositoryError, Timestamp};

    use super::*;
    use crate::Background;

    /// The size of every tenant's history.
    const BYTES: u64 = 100;

    #[derive(Default)]
    struct Store(AtomicUsize);

    #[async_trait]
    impl HistoryRepository for Store {
        async fn tenant_after(&self, _: Option<&TenantId>) -> Result<Option<TenantId>, RepositoryError> {
            Ok(None)
        }
        async fn prune(&self, _: &TenantId, _: Timestamp, _: u32) -> Result<Pruned, RepositoryError> {
            Ok(Pruned::default())
        }
        async fn bytes(&self, _: &TenantId) -> Result<u64, RepositoryError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(BYTES)
        }
        async fn largest(&self, _: u64) -> Result<Vec<HistoryUsage>, RepositoryError> {
            Ok(Vec::new())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_cache_of_sizes_evicts_one_tenant_only() {
        let store = Arc::new(Store::default());
        let background = Background::new(Arc::new(ManualClock::new(Timestamp::from_micros(0))));
        let histories = Histories::new(store.clone(), background.task("history_usage", None));
        let tenants: Vec<_> =
            (0..=CACHED_TENANTS).map(|number| TenantId::parse(format!("tenant-{number}")).unwrap()).collect();
        for tenant in &tenants {
            assert!(!histories.holds(tenant, BYTES), "not known yet");
            tokio::task::yield_now().await;
        }
        assert!(
            tenants[1..].iter().all(|tenant| histories.holds(tenant, BYTES) && !histories.holds(tenant, BYTES + 1))
        );
        tokio::task::yield_now().await;
        assert_eq!(store.0.load(Ordering::SeqCst), tenants.len());
    }
}
