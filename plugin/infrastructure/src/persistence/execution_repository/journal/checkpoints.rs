//! Runs checkpoints of SQLite's write-ahead log in the background, so that writers rarely have to.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
};

use iota_scripts_services::{Background, BackgroundTask};

use crate::persistence::{
    Dialect,
    db::{Db, Pools},
};

/// Number of rows after which a checkpoint runs: two to four megabytes of the log if rows are small.
const ROWS: usize = 4_000;

/// Runs a checkpoint after every few thousand rows. Clones share the count.
#[derive(Debug, Clone)]
pub(super) struct Checkpoints {
    rows: Arc<AtomicUsize>,
    in_flight: Arc<AtomicBool>,
    task: Arc<BackgroundTask>,
}

impl Checkpoints {
    pub(super) fn new(db: &Db, background: &Background) -> Self {
        let task = background.task("checkpoints", None);
        if db.dialect() == Dialect::Postgres {
            task.off();
        }
        Self { rows: Arc::default(), in_flight: Arc::default(), task: Arc::new(task) }
    }

    /// Adds the number of rows written.
    pub(super) fn add_rows(&self, rows: usize, db: &Db) {
        let Pools::Sqlite { readers: pool, .. } = &db.pools else { return };
        if self.rows.fetch_add(rows, Relaxed) + rows < ROWS || self.in_flight.swap(true, Relaxed) {
            return;
        }
        self.rows.store(0, Relaxed);
        let (pool, in_flight, task) = (pool.clone(), Arc::clone(&self.in_flight), Arc::clone(&self.task));
        tokio::spawn(async move {
            // A passive checkpoint copies as much as it can without blocking. The rest, or a failure, is left to the next one.
            let copied = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&pool).await;
            task.ended(&copied);
            if let Err(error) = copied {
                tracing::debug!("the log was not copied into the database: {error}");
            }
            in_flight.store(false, Relaxed);
        });
    }
}
