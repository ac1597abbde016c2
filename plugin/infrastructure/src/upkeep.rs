//! Background work that keeps the database tidy; each function runs until its task is dropped.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{Clock, StorageRepository};

/// How often expired values are looked for.
const EVERY: Duration = Duration::from_secs(60);
/// Rows removed at a time, so that no statement holds the database for long.
const BATCH: u32 = 1000;

/// Removes values of `storage` whose time is over. Nobody can read them by then; this frees their space.
pub async fn purge_expired_storage(storage: Arc<dyn StorageRepository>, clock: Arc<dyn Clock>) {
    loop {
        match storage.purge_expired(clock.now(), BATCH).await {
            Ok(removed) if removed == u64::from(BATCH) => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!("expired values were not removed: {error}"),
        }
        tokio::time::sleep(EVERY).await;
    }
}
