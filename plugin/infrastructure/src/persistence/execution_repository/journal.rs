//! Writes the records of runs to the database in groups.
//!
//! A caller that writes the begin or the end of a recorded run waits until it is committed. Changes that arrive while a group is being
//! written form the next group, and a single change is written at once. Complete records of runs that changed nothing do not block their
//! callers: they are written with the next group, at the latest [`KEPT_WITHIN`] later. SQLite has a single writer anyway, and this queue
//! avoids waiting for its lock by polling.

mod checkpoints;
mod pending;
mod statements;

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{Execution, KEPT_WITHIN, NodeId, RepositoryError, Settlement, Unwritten};
use iota_scripts_services::{Background, BackgroundTask};
use parking_lot::Mutex;
use sqlx::types::Uuid;
use tokio::{
    sync::{oneshot, watch},
    time::{sleep, sleep_until},
};

use super::store;
use crate::persistence::{
    columns,
    config::Dialect,
    db::{BeginWrite as _, Db, on_writer},
    history_usage::{Usage, record},
    occurrence_repository::settle,
    rows::End,
    store_clock::micros,
};
use checkpoints::Checkpoints;
use pending::{MemoryLimit, PendingRecords, Record};
use statements::{Change, END, ROWS, Settled, put_begun, put_ended, put_whole, whole};

/// Maximum changes per transaction.
const MAX_CHANGES: usize = 128;
/// Maximum groups of begins that are written concurrently on PostgreSQL, each on its own connection.
const MAX_BEGIN_WRITERS: usize = 3;
/// Maximum records per transaction. When this many are pending, they are written at once.
const MAX_RECORDS: usize = 256;
/// How long a reader of the history waits for records that are not written yet.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// Writes changes and records. Clones share the queues.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    db: Db,
    /// Duration of the lease of a new run.
    lease: Duration,
    queues: Arc<Mutex<Queues>>,
    memory: MemoryLimit,
    checkpoints: Checkpoints,
    task: Arc<BackgroundTask>,
    /// Number of the last record up to which all records are written.
    written: watch::Sender<u64>,
}

/// The work of one writer. SQLite has a single lane. On PostgreSQL, ends and complete records update the usage of their tenants, one row
/// per tenant: two writers of these would wait for each other's commits, so there is one with larger groups. Begins have no rows in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    Begins,
    Ends,
}

#[derive(Debug, Default)]
struct Queues {
    begins: Queue,
    /// Ends and complete records; on SQLite also begins.
    ends: Queue,
    pending: PendingRecords,
    /// A caller waits for the records up to this number.
    flush_to: u64,
    /// A timer is running that will check the pending records.
    timer_running: bool,
}

/// Changes that wait for a writer of their lane.
#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Entry>,
    writers: usize,
}

#[derive(Debug)]
struct Entry {
    change: Change,
    written: oneshot::Sender<Result<u64, RepositoryError>>,
}

/// The changes and records that a writer takes at a time.
struct Group {
    entries: Vec<Entry>,
    records: Vec<Record>,
}

/// The result of writing a group.
enum GroupResult {
    /// The group is written; the number of rows that each change affected.
    Written(Vec<u64>),
    /// Part of the group was rejected, or it was not written as a group.
    Individual,
    /// No connection or lock was available in time.
    Unavailable(RepositoryError),
}

impl From<sqlx::Result<Vec<u64>>> for GroupResult {
    fn from(written: sqlx::Result<Vec<u64>>) -> Self {
        match written {
            Ok(counts) => Self::Written(counts),
            Err(error) if is_busy(&error) => Self::Unavailable(store(error)),
            Err(_) => Self::Individual,
        }
    }
}

macro_rules! execute {
    ($self:expr, $change:expr, $on:expr) => {
        match $change {
            Change::Begin(begin) => {
                let (execution, node) = begin.as_ref();
                let sql = statements::begin($self.db.dialect());
                match columns::query(sql, |parameters| put_begun(execution, node, parameters)) {
                    Ok(query) => query.bind(micros($self.lease)).execute($on).await.map(|done| done.rows_affected()),
                    Err(error) => Err(error),
                }
            }
            Change::End(end, settled) => {
                let ended = match columns::query(END.as_str(), |parameters| put_ended(end, parameters)) {
                    Ok(query) => query
                        .bind(end.started_at)
                        .bind(end.truncated_bytes)
                        .bind(end.id)
                        .bind(end.tenant.as_str())
                        .execute($on)
                        .await
                        .map(|done| done.rows_affected()),
                    Err(error) => Err(error),
                };
                match (ended, settled) {
                    (Ok(1), Some(settled)) => {
                        settle!(settled.occurrence, settled.attempt, &settled.settlement).execute($on).await.map(|_| 1)
                    }
                    (ended, _) => ended,
                }
            }
        }
    };
}

/// Inserts records, and adds those that are new to the usage of their tenants.
macro_rules! insert {
    ($dialect:expr, $records:expr, $usage:expr, $on:expr) => {{
        let (mut left, mut inserted) = ($records, Ok(()));
        while let Some(size) = ROWS.into_iter().find(|size| *size <= left.len())
            && inserted.is_ok()
        {
            let (some, others) = left.split_at(size);
            let query = columns::query_scalar(whole($dialect, size), |parameters| {
                some.iter().try_for_each(|record| put_whole(record, parameters))
            });
            let ids: sqlx::Result<Vec<Uuid>> = match query {
                Ok(query) => query.fetch_all($on).await,
                Err(error) => Err(error),
            };
            inserted = ids.map(|ids| {
                let is_new = |record: &&Record| ids.contains(&record.end.id);
                some.iter().filter(is_new).for_each(|record| $usage.add(record.kind(), record.end.bytes));
            });
            left = others;
        }
        inserted
    }};
}

impl Usage {
    /// Adds a run that has ended. If the change affected no row, the run is counted already.
    fn add_change(&mut self, change: &Change, count: u64) {
        if let (Change::End(end, _), 1..) = (change, count) {
            self.add(end.kind.clone(), end.bytes);
        }
    }
}

impl Journal {
    pub(super) fn new(db: Db, lease: Duration, background: &Background) -> Self {
        Self {
            checkpoints: Checkpoints::new(&db, background),
            task: Arc::new(background.task("records", None)),
            db,
            lease,
            queues: Arc::default(),
            memory: MemoryLimit::default(),
            written: watch::Sender::new(0),
        }
    }

    /// Writes the begin of a run. Returns when it is committed.
    pub(super) async fn begin(&self, execution: &Execution, node: &NodeId) -> Result<(), RepositoryError> {
        self.write(Change::Begin(Box::new((execution.clone(), node.clone())))).await.map(drop)
    }

    /// Writes the end of a recorded run and settles the occurrence that it is an attempt of. Returns, after the commit, whether the run was
    /// still open.
    pub(super) async fn end(
        &self,
        finished: &Execution,
        settlement: Option<&Settlement>,
    ) -> Result<bool, RepositoryError> {
        let settled = settlement.and_then(|settlement| Settled::with(finished, settlement));
        Ok(self.write(Change::End(Box::new(End::of(finished)?), settled.map(Box::new))).await? == 1)
    }

    async fn write(&self, change: Change) -> Result<u64, RepositoryError> {
        let (written, answer) = oneshot::channel();
        {
            let lane = match (self.db.dialect(), &change) {
                (Dialect::Postgres, Change::Begin(_)) => Lane::Begins,
                (Dialect::Postgres | Dialect::Sqlite, _) => Lane::Ends,
            };
            let mut queues = self.queues.lock();
            queues.queue(lane).waiting.push(Entry { change, written });
            self.spawn_writer(&mut queues, lane);
        }
        answer.await.unwrap_or_else(|_| Err(RepositoryError::Unavailable("the node is stopping".to_owned())))
    }

    /// Queues the complete record of a run. Waits if too many records are pending.
    pub(super) async fn keep(&self, finished: Arc<Execution>, node: &NodeId) -> Result<(), RepositoryError> {
        let end = End::of(&finished)?;
        let permit = self.memory.take(end.bytes).await;
        let mut queues = self.queues.lock();
        queues.pending.push(finished, node, end, permit);
        if queues.pending.len() >= MAX_RECORDS {
            self.spawn_writer(&mut queues, Lane::Ends);
        } else {
            self.start_timer(&mut queues);
        }
        Ok(())
    }

    /// Waits for the records that were queued before this call.
    pub(super) async fn settle(&self) {
        let last = {
            let mut queues = self.queues.lock();
            queues.flush_to = queues.pending.last();
            if !queues.pending.is_empty() {
                self.spawn_writer(&mut queues, Lane::Ends);
            }
            queues.pending.last()
        };
        if *self.written.borrow() < last {
            let mut written = self.written.subscribe();
            let _ = tokio::time::timeout(WRITE_TIMEOUT, written.wait_for(|written| *written >= last)).await;
        }
    }

    pub(super) fn unwritten(&self) -> Unwritten {
        let queues = self.queues.lock();
        let records = usize::try_from(queues.pending.last() - *self.written.borrow()).unwrap_or(usize::MAX);
        Unwritten { records, full: self.memory.is_full(), failing: queues.pending.is_failing() }
    }

    /// Spawns a writer unless the lane has its maximum.
    fn spawn_writer(&self, queues: &mut Queues, lane: Lane) {
        let most = match lane {
            Lane::Begins => MAX_BEGIN_WRITERS,
            Lane::Ends => 1,
        };
        let queue = queues.queue(lane);
        if queue.writers < most {
            queue.writers += 1;
            // A separate task, since other callers wait for its writes even if this caller is cancelled.
            tokio::spawn(self.clone().write_all(lane));
        }
    }

    /// Starts a timer so that the pending records are written in time.
    fn start_timer(&self, queues: &mut Queues) {
        if queues.timer_running {
            return;
        }
        let Some(since) = queues.pending.since() else { return };
        queues.timer_running = true;
        let journal = self.clone();
        tokio::spawn(async move {
            sleep_until(since + KEPT_WITHIN).await;
            let mut queues = journal.queues.lock();
            queues.timer_running = false;
            if queues.is_due() {
                journal.spawn_writer(&mut queues, Lane::Ends);
            } else {
                journal.start_timer(&mut queues);
            }
        });
    }

    /// Writes groups until the lane is empty.
    async fn write_all(self, lane: Lane) {
        while let Some(group) = self.next_group(lane) {
            let result = if group.is_single_begin() {
                GroupResult::Individual
            } else {
                self.write_together(&group).await.into()
            };
            match &result {
                GroupResult::Written(_) => self.task.succeeded(),
                GroupResult::Unavailable(error) => self.task.failed(error),
                // Each change reports its own result.
                GroupResult::Individual => {}
            }
            let Group { entries, records } = group;
            for (at, entry) in entries.into_iter().enumerate() {
                let written = match &result {
                    GroupResult::Written(counts) => Ok(counts.get(at).copied().unwrap_or_default()),
                    // Each change alone would wait as long and then fail too.
                    GroupResult::Unavailable(error) => Err(error.clone()),
                    // Each change is written alone, so that each caller gets its own error.
                    GroupResult::Individual => self.write_alone(&entry.change).await,
                };
                let _ = entry.written.send(written);
            }
            if !records.is_empty() {
                let left = match result {
                    GroupResult::Written(_) => Vec::new(),
                    GroupResult::Unavailable(error) => {
                        tracing::warn!(
                            "cannot write the records of runs, retrying: the database is not available: {error}"
                        );
                        records
                    }
                    GroupResult::Individual => self.insert_each(records).await,
                };
                self.finish_records(left);
            }
        }
    }

    fn next_group(&self, lane: Lane) -> Option<Group> {
        let mut queues = self.queues.lock();
        // Records that arrived while the last group was written wait for their own time or for the next end, which saves transactions.
        let takes_records = lane == Lane::Ends && (queues.is_due() || !queues.ends.waiting.is_empty());
        let records = if takes_records { queues.pending.take(MAX_RECORDS) } else { Vec::new() };
        let queue = queues.queue(lane);
        if queue.waiting.is_empty() && records.is_empty() {
            queue.writers -= 1;
            self.start_timer(&mut queues);
            return None;
        }
        let size = queue.waiting.len().min(MAX_CHANGES);
        let mut entries: Vec<Entry> = queue.waiting.drain(..size).collect();
        // PostgreSQL locks the rows one by one; renewals of leases lock them in this order too.
        entries.sort_by_key(|entry| entry.change.id());
        Some(Group { entries, records })
    }

    /// Puts records that could not be written back at the front of the queue and retries after a pause.
    fn finish_records(&self, left: Vec<Record>) {
        let mut queues = self.queues.lock();
        let pause = queues.pending.finish(left);
        self.written.send_replace(queues.pending.written_to());
        if let Some(pause) = pause {
            let journal = self.clone();
            tokio::spawn(async move {
                sleep(pause).await;
                let mut queues = journal.queues.lock();
                queues.pending.end_backoff();
                journal.spawn_writer(&mut queues, Lane::Ends);
            });
        }
    }

    async fn write_alone(&self, change: &Change) -> Result<u64, RepositoryError> {
        on_writer!(self.db, |pool| {
            if matches!(change, Change::Begin(_)) {
                return execute!(self, change, pool).map_err(store);
            }
            let mut tx = pool.begin_write().await.map_err(store)?;
            let count = execute!(self, change, &mut *tx).map_err(store)?;
            let mut usage = Usage::default();
            usage.add_change(change, count);
            record!(self.db.dialect(), usage, tx).map_err(store)?;
            tx.commit().await.map_err(store)?;
            Ok(count)
        })
    }

    async fn write_together(&self, group: &Group) -> sqlx::Result<Vec<u64>> {
        on_writer!(self.db, |pool| {
            let mut tx = pool.begin_write().await?;
            let mut counts = Vec::with_capacity(group.entries.len());
            let mut usage = Usage::default();
            for entry in &group.entries {
                let count = execute!(self, &entry.change, &mut *tx)?;
                usage.add_change(&entry.change, count);
                counts.push(count);
            }
            insert!(self.db.dialect(), group.records.as_slice(), usage, &mut *tx)?;
            record!(self.db.dialect(), usage, tx)?;
            tx.commit().await?;
            self.checkpoints.add_rows(group.records.len() + counts.len(), &self.db);
            Ok(counts)
        })
    }

    /// Inserts records one by one. Returns those that the database could not write; one that it rejects is logged.
    async fn insert_each(&self, records: Vec<Record>) -> Vec<Record> {
        let mut records = records.into_iter();
        let mut left = Vec::new();
        for record in records.by_ref() {
            match self.insert_alone(&record).await {
                Ok(()) => {}
                Err(error @ sqlx::Error::Database(_)) if !is_transient(&error) => {
                    tracing::error!(execution = %record.execution.id(), "the database rejected the record of a run: {error}");
                }
                Err(error) => {
                    tracing::warn!("cannot write the records of runs, retrying: {error}");
                    self.task.failed(&error);
                    left.push(record);
                    break;
                }
            }
        }
        left.extend(records);
        left
    }

    async fn insert_alone(&self, record: &Record) -> sqlx::Result<()> {
        on_writer!(self.db, |pool| {
            let mut tx = pool.begin_write().await?;
            let mut usage = Usage::default();
            insert!(self.db.dialect(), std::slice::from_ref(record), usage, &mut *tx)?;
            record!(self.db.dialect(), usage, tx)?;
            tx.commit().await
        })
    }
}

impl Queues {
    const fn queue(&mut self, lane: Lane) -> &mut Queue {
        match lane {
            Lane::Begins => &mut self.begins,
            Lane::Ends => &mut self.ends,
        }
    }

    /// Returns whether records are to be written now.
    fn is_due(&self) -> bool {
        self.pending.len() >= MAX_RECORDS
            || self.flush_to > self.pending.written_to()
            || self.pending.since().is_some_and(|since| since.elapsed() >= KEPT_WITHIN)
    }
}

impl Group {
    /// A single begin needs no transaction.
    fn is_single_begin(&self) -> bool {
        self.records.is_empty() && matches!(self.entries.as_slice(), [Entry { change: Change::Begin(_), .. }])
    }
}

/// Returns whether no connection was available in time, or another connection holds the lock on SQLite's file.
fn is_busy(error: &sqlx::Error) -> bool {
    /// The primary codes of `SQLITE_BUSY` and `SQLITE_LOCKED`, which are in the lowest byte of the extended codes.
    const BUSY_CODES: [i32; 2] = [5, 6];
    match error {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(cause) => cause
            .try_downcast_ref::<sqlx::sqlite::SqliteError>()
            .and_then(sqlx::error::DatabaseError::code)
            .and_then(|code| code.parse::<i32>().ok())
            .is_some_and(|code| BUSY_CODES.contains(&(code & 0xff))),
        _ => false,
    }
}

/// Returns whether the statement may succeed later: it violates no constraint.
fn is_transient(error: &sqlx::Error) -> bool {
    use sqlx::error::ErrorKind;
    error.as_database_error().is_none_or(|cause| {
        !matches!(
            cause.kind(),
            ErrorKind::UniqueViolation
                | ErrorKind::ForeignKeyViolation
                | ErrorKind::NotNullViolation
                | ErrorKind::CheckViolation
        )
    })
}
