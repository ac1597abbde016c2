//! The begins and ends of runs, written in groups: whatever is asked for while one group is being written is the next.
//!
//! Each caller waits until its own change is committed, so nothing is less sure than one by one; a change that comes
//! alone is written at once. SQLite has one writer anyway, and here nobody queues for it by sleeping.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{Execution, NodeId, RepositoryError};
use parking_lot::Mutex;
use sqlx::types::Uuid;
use tokio::sync::oneshot;

use super::store;
use crate::persistence::{
    config::Dialect,
    db::{BeginWrite as _, Db, on},
    history_usage::{Usage, record},
    rows::SqlTime,
    store_clock::{by_dialect, micros, store_later},
};

/// The most changes in one transaction.
const GROUP: usize = 128;

macro_rules! begin {
    ($dialect:tt) => {
        concat!(
            "INSERT INTO script_executions (id, tenant_id, script_id, script_version, script_name, entry_point, triggered_by, \
             triggered_by_user, input, created_at, status, node, lease_until, started_at, occurrence_id, attempt, dry_run, libraries, truncated_bytes) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, ",
            store_later!($dialect, "$13"),
            ", $14, $15, $16, $17, $18, $19)"
        )
    };
}

const END: &str = "UPDATE script_executions SET status = $1, started_at = $2, completed_at = $3, result = $4, error = $5, output = $6, \
    receipt = $7, dry_run = COALESCE($8, dry_run), http_status = $9, error_lines = $10, truncated_bytes = $13, lease_until = NULL \
    WHERE id = $11 AND tenant_id = $12 AND lease_until IS NOT NULL";

/// One change to the row of a run.
#[derive(Debug)]
pub(super) enum Change {
    Begin(Box<(Execution, NodeId)>),
    End(Box<End>),
}

/// What the end of a run writes.
#[derive(Debug)]
pub(super) struct End {
    pub(super) id: Uuid,
    pub(super) tenant: String,
    pub(super) status: &'static str,
    pub(super) started_at: Option<SqlTime>,
    pub(super) completed_at: SqlTime,
    pub(super) result: Option<String>,
    pub(super) error: Option<String>,
    pub(super) output: Option<String>,
    pub(super) receipt: Option<String>,
    pub(super) dry_run: Option<String>,
    pub(super) truncated_bytes: Option<i64>,
    /// What the row then holds of the tenant's history.
    pub(super) bytes: u64,
    pub(super) http_status: Option<i64>,
    pub(super) error_lines: i64,
}

/// Writes changes. Clones share the line.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    db: Db,
    /// How long the lease of a run lasts that begins.
    lease: Duration,
    line: Arc<Mutex<Line>>,
}

#[derive(Debug, Default)]
struct Line {
    waiting: Vec<Entry>,
    writers: usize,
}

#[derive(Debug)]
struct Entry {
    change: Change,
    written: oneshot::Sender<Result<u64, RepositoryError>>,
}

macro_rules! execute {
    ($self:expr, $change:expr, $on:expr) => {
        match $change {
            Change::Begin(begin) => {
                let (execution, node) = begin.as_ref();
                let head = execution.head();
                sqlx::query(by_dialect!($self.db.dialect(), begin))
                    .bind(head.id.as_uuid())
                    .bind(head.tenant.as_str())
                    .bind(head.script.id.as_uuid())
                    .bind(head.script.version.get())
                    .bind(head.script.name.as_str())
                    .bind(head.entry.as_str())
                    .bind(head.trigger.as_str())
                    .bind(head.user.as_ref().map(|user| user.as_str()))
                    .bind(head.input.as_str())
                    .bind(SqlTime(head.created_at))
                    .bind(execution.status().as_str())
                    .bind(node.as_str())
                    .bind(micros($self.lease))
                    .bind(execution.started_at().map(SqlTime))
                    .bind(head.origin.map(|origin| origin.occurrence.as_uuid()))
                    .bind(head.origin.map(|origin| i64::from(origin.attempt)))
                    // What would change is written with the end.
                    .bind(head.dry_run.then_some("{}"))
                    .bind((!head.libraries.is_empty()).then(|| serde_json::json!(head.libraries).to_string()))
                    .bind(truncated(execution))
                    .execute($on)
                    .await
                    .map(|done| done.rows_affected())
            }
            Change::End(end) => sqlx::query(END)
                .bind(end.status)
                .bind(end.started_at)
                .bind(end.completed_at)
                .bind(end.result.as_deref())
                .bind(end.error.as_deref())
                .bind(end.output.as_deref())
                .bind(end.receipt.as_deref())
                .bind(end.dry_run.as_deref())
                .bind(end.http_status)
                .bind(end.error_lines)
                .bind(end.id)
                .bind(end.tenant.as_str())
                .bind(end.truncated_bytes)
                .execute($on)
                .await
                .map(|done| done.rows_affected()),
        }
    };
}

/// What was left out of the row, if anything.
pub(super) fn truncated(execution: &Execution) -> Option<i64> {
    i64::try_from(execution.truncated_bytes()).ok().filter(|bytes| *bytes > 0)
}

impl Usage {
    /// A run that ended is history; that of a change which changed nothing is counted already.
    fn add(&mut self, change: &Change, count: u64) {
        if let (Change::End(end), 1..) = (change, count) {
            self.add_bytes(&end.tenant, end.bytes);
        }
    }
}

impl Journal {
    pub(super) fn new(db: Db, lease: Duration) -> Self {
        Self { db, lease, line: Arc::default() }
    }

    /// Writes a change; how many rows it changed, once that is committed.
    pub(super) async fn write(&self, change: Change) -> Result<u64, RepositoryError> {
        let (written, answer) = oneshot::channel();
        let lead = {
            let mut line = self.line.lock();
            line.waiting.push(Entry { change, written });
            let lead = line.writers < self.writers();
            if lead {
                line.writers += 1;
            }
            lead
        };
        if lead {
            // A task of its own: others wait for what it writes, whatever becomes of this caller.
            tokio::spawn(self.clone().write_all());
        }
        answer.await.unwrap_or_else(|_| Err(RepositoryError::Unavailable("the node is stopping".to_owned())))
    }

    const fn writers(&self) -> usize {
        match self.db.dialect() {
            Dialect::Sqlite => 1,
            Dialect::Postgres => 4,
        }
    }

    /// Writes until nobody waits.
    async fn write_all(self) {
        while let Some(group) = self.next_group() {
            // One by one when the group fails, so that each hears its own reason.
            let alone = matches!(group.as_slice(), [Entry { change: Change::Begin(_), .. }]);
            let counts = if alone { None } else { self.write_together(&group).await.ok() };
            for (at, entry) in group.into_iter().enumerate() {
                let written = match counts.as_ref().and_then(|counts| counts.get(at)) {
                    Some(count) => Ok(*count),
                    None => self.write_alone(&entry.change).await,
                };
                let _ = entry.written.send(written);
            }
        }
    }

    fn next_group(&self) -> Option<Vec<Entry>> {
        let mut line = self.line.lock();
        if line.waiting.is_empty() {
            line.writers -= 1;
            return None;
        }
        let size = line.waiting.len().min(GROUP);
        Some(line.waiting.drain(..size).collect())
    }

    async fn write_alone(&self, change: &Change) -> Result<u64, RepositoryError> {
        on!(self.db, |pool| {
            if matches!(change, Change::Begin(_)) {
                return execute!(self, change, pool).map_err(store);
            }
            let mut tx = pool.begin_write().await.map_err(store)?;
            let count = execute!(self, change, &mut *tx).map_err(store)?;
            let mut usage = Usage::default();
            usage.add(change, count);
            record!(usage, tx).map_err(store)?;
            tx.commit().await.map_err(store)?;
            Ok(count)
        })
    }

    async fn write_together(&self, group: &[Entry]) -> sqlx::Result<Vec<u64>> {
        on!(self.db, |pool| {
            let mut tx = pool.begin_write().await?;
            let mut counts = Vec::with_capacity(group.len());
            let mut usage = Usage::default();
            for entry in group {
                let count = execute!(self, &entry.change, &mut *tx)?;
                usage.add(&entry.change, count);
                counts.push(count);
            }
            record!(usage, tx)?;
            tx.commit().await?;
            Ok(counts)
        })
    }
}
