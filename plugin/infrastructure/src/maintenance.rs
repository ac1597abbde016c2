//! Background tasks that remove expired data from the database. Each function runs until its task is dropped.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use iota_scripts_domain::{Clock, HistoryRepository, Pruned, RepositoryError, Retention, StorageRepository, TenantId};
use iota_scripts_services::Background;

use crate::elapsed::ms_since;

/// Interval between removals of expired values.
const PURGE_INTERVAL: Duration = Duration::from_secs(60);
/// Interval between removals of old history.
const PRUNE_INTERVAL: Duration = Duration::from_secs(60 * 60);
/// Rows per batch, so that no statement occupies the database for long.
const BATCH: u32 = 1000;
/// Pause between two batches, which lets other statements run.
const BATCH_PAUSE: Duration = Duration::from_millis(50);

/// Removes expired values from `storage`. Reads ignore them already; this frees their space.
pub async fn purge_expired_storage(storage: Arc<dyn StorageRepository>, clock: Arc<dyn Clock>, background: Background) {
    let task = background.task("storage_purge", Some(PURGE_INTERVAL));
    loop {
        let began = Instant::now();
        let mut values = 0;
        let purged = loop {
            match storage.purge_expired(clock.now(), BATCH).await {
                Ok(removed) => {
                    values += removed;
                    if removed < u64::from(BATCH) {
                        break Ok(());
                    }
                }
                Err(error) => break Err(error),
            }
        };
        task.ended(&purged);
        if let Err(error) = purged {
            tracing::warn!("could not remove expired values: {error}");
        }
        if values > 0 {
            tracing::info!(values, ms = ms_since(began), "removed expired values");
        }
        tokio::time::sleep(PURGE_INTERVAL).await;
    }
}

/// Removes history that is older than its retention. Returns at once if the retention is unlimited.
pub async fn prune_history(
    history: Arc<dyn HistoryRepository>,
    retention: Retention,
    clock: Arc<dyn Clock>,
    background: Background,
) {
    let task = background.task("history_prune", Some(PRUNE_INTERVAL));
    if retention.is_for_ever() {
        return task.off();
    }
    loop {
        let pruned = prune_all(&*history, &retention, &*clock).await;
        task.ended(&pruned);
        if let Err(error) = pruned {
            tracing::warn!("could not remove old history, retrying within the hour: {error}");
        }
        tokio::time::sleep(PRUNE_INTERVAL).await;
    }
}

async fn prune_all(
    history: &dyn HistoryRepository,
    retention: &Retention,
    clock: &dyn Clock,
) -> Result<(), RepositoryError> {
    let mut last: Option<TenantId> = None;
    while let Some(tenant) = history.tenant_after(last.as_ref()).await? {
        if let Some(since) = retention.since(&tenant, clock.now()) {
            let began = Instant::now();
            let mut all = Pruned::default();
            loop {
                let Pruned { runs, occurrences } = history.prune(&tenant, since, BATCH).await?;
                all = Pruned { runs: all.runs + runs, occurrences: all.occurrences + occurrences };
                if runs.max(occurrences) < u64::from(BATCH) {
                    break;
                }
                tokio::time::sleep(BATCH_PAUSE).await;
            }
            if all != Pruned::default() {
                let (runs, occurrences, ms) = (all.runs, all.occurrences, ms_since(began));
                tracing::info!(%tenant, runs, occurrences, ms, "removed history before {since}");
            }
        }
        last = Some(tenant);
    }
    Ok(())
}
