//! The records of runs on their way into the database, in groups.
//!
//! Whoever writes the begin or the end of a run that is on record waits until it is committed; whatever is asked for while one
//! group is being written is the next, and a change that comes alone is written at once. Whole records of runs that changed nothing
//! wait for nobody: they go with the next group, at the latest [`KEPT_WITHIN`] later. SQLite has one writer anyway, and here nobody
//! queues for it by sleeping.

mod checkpoints;
mod kept;
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
use kept::{Kept, Record, Room};
use statements::{Change, END, ROWS, Settled, put_begun, put_ended, put_whole, whole};

/// The most changes in one transaction.
const GROUP: usize = 128;
/// The most groups of begins that are written at a time on PostgreSQL, each on a connection of its own.
const BEGINNERS: usize = 3;
/// The most records in one, which are not left to wait for others.
const ENOUGH: usize = 256;
/// The pause before records are written again that the database did not take, and the longest; each is twice the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// How long whoever asks for the history waits for records that are not written yet.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// Writes changes and records. Clones share the queues.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    db: Db,
    /// How long the lease of a run lasts that begins.
    lease: Duration,
    queues: Arc<Mutex<Queues>>,
    room: Room,
    checkpoints: Checkpoints,
    task: Arc<BackgroundTask>,
    /// The number of the last record that is written, with all before it.
    written: watch::Sender<u64>,
}

/// What one writer writes. SQLite has one for all. On PostgreSQL ends and whole records add to the usage of their tenants, a row for each
/// tenant: two writers of these would wait for each other's commits, one has larger groups instead. Begins have nothing in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    Begins,
    Ends,
}

#[derive(Debug, Default)]
struct Queues {
    begins: Queue,
    /// And whole records; on SQLite begins too.
    ends: Queue,
    kept: Kept,
    /// Somebody waits for the records up to this number.
    wanted: u64,
    /// A timer runs, at whose end the records are looked at.
    timed: bool,
}

/// Changes that wait for a writer of theirs.
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

/// What one writer takes at a time.
struct Group {
    entries: Vec<Entry>,
    records: Vec<Record>,
}

/// What became of a group.
enum Together {
    /// It is written; how many rows each change has changed.
    Yes(Vec<u64>),
    /// Something of it is wrong, or it was not tried as one.
    No,
    /// The database was waited for, in vain.
    Away(RepositoryError),
}

impl From<sqlx::Result<Vec<u64>>> for Together {
    fn from(written: sqlx::Result<Vec<u64>>) -> Self {
        match written {
            Ok(counts) => Self::Yes(counts),
            Err(error) if was_waited_for(&error) => Self::Away(store(error)),
            Err(_) => Self::No,
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

/// Inserts records, and adds to the usage of their tenants what is new of them.
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
    /// A run that ended is history; that of a change which changed nothing is counted already.
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
            room: Room::default(),
            written: watch::Sender::new(0),
        }
    }

    /// Writes that a run has begun, once that is committed.
    pub(super) async fn begin(&self, execution: &Execution, node: &NodeId) -> Result<(), RepositoryError> {
        self.write(Change::Begin(Box::new((execution.clone(), node.clone())))).await.map(drop)
    }

    /// Writes the end of a run that is on record, and settles what it is an attempt at; whether it was still open, once that is
    /// committed.
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
            self.lead(&mut queues, lane);
        }
        answer.await.unwrap_or_else(|_| Err(RepositoryError::Unavailable("the node is stopping".to_owned())))
    }

    /// Takes the whole record of a run; comes back when there is room for it.
    pub(super) async fn keep(&self, finished: Arc<Execution>, node: &NodeId) -> Result<(), RepositoryError> {
        let end = End::of(&finished)?;
        let place = self.room.take(end.bytes).await;
        let mut queues = self.queues.lock();
        queues.kept.push(finished, node, end, place);
        if queues.kept.len() >= ENOUGH {
            self.lead(&mut queues, Lane::Ends);
        } else {
            self.write_in_time(&mut queues);
        }
        Ok(())
    }

    /// Waits for the records that were kept before now.
    pub(super) async fn settle(&self) {
        let last = {
            let mut queues = self.queues.lock();
            queues.wanted = queues.kept.last();
            if !queues.kept.is_empty() {
                self.lead(&mut queues, Lane::Ends);
            }
            queues.kept.last()
        };
        if *self.written.borrow() < last {
            let mut written = self.written.subscribe();
            let _ = tokio::time::timeout(WRITE_TIMEOUT, written.wait_for(|written| *written >= last)).await;
        }
    }

    pub(super) fn unwritten(&self) -> Unwritten {
        let queues = self.queues.lock();
        let records = usize::try_from(queues.kept.last() - *self.written.borrow()).unwrap_or(usize::MAX);
        Unwritten { records, full: self.room.is_full(), failing: queues.kept.is_failing() }
    }

    /// Has somebody write, unless as many do as may.
    fn lead(&self, queues: &mut Queues, lane: Lane) {
        let most = match lane {
            Lane::Begins => BEGINNERS,
            Lane::Ends => 1,
        };
        let queue = queues.queue(lane);
        if queue.writers < most {
            queue.writers += 1;
            // A task of its own: others wait for what it writes, whatever becomes of this caller.
            tokio::spawn(self.clone().write_all(lane));
        }
    }

    /// Sees to it that the records that are kept now are written in time.
    fn write_in_time(&self, queues: &mut Queues) {
        if queues.timed {
            return;
        }
        let Some(since) = queues.kept.since() else { return };
        queues.timed = true;
        let journal = self.clone();
        tokio::spawn(async move {
            sleep_until(since + KEPT_WITHIN).await;
            let mut queues = journal.queues.lock();
            queues.timed = false;
            if queues.is_due() {
                journal.lead(&mut queues, Lane::Ends);
            } else {
                journal.write_in_time(&mut queues);
            }
        });
    }

    /// Writes until nobody waits.
    async fn write_all(self, lane: Lane) {
        while let Some(group) = self.next_group(lane) {
            let together =
                if group.is_a_begin_alone() { Together::No } else { self.write_together(&group).await.into() };
            match &together {
                Together::Yes(_) => self.task.succeeded(),
                Together::Away(error) => self.task.failed(error),
                // Each of them has its own result.
                Together::No => {}
            }
            let Group { entries, records } = group;
            for (at, entry) in entries.into_iter().enumerate() {
                let written = match &together {
                    Together::Yes(counts) => Ok(counts.get(at).copied().unwrap_or_default()),
                    // Each would wait as long for the same answer, one after the other.
                    Together::Away(error) => Err(error.clone()),
                    // One by one, so that each hears its own reason.
                    Together::No => self.write_alone(&entry.change).await,
                };
                let _ = entry.written.send(written);
            }
            if !records.is_empty() {
                let left = match together {
                    Together::Yes(_) => Vec::new(),
                    Together::Away(error) => {
                        tracing::warn!("the records of runs wait, because the database is not there: {error}");
                        records
                    }
                    Together::No => self.insert_each(records).await,
                };
                self.kept_is_written(left);
            }
        }
    }

    fn next_group(&self, lane: Lane) -> Option<Group> {
        let mut queues = self.queues.lock();
        // A group is paid for once: records that came while the last one was written wait for their own time, or for an end.
        let takes_records = lane == Lane::Ends && (queues.is_due() || !queues.ends.waiting.is_empty());
        let records = if takes_records { queues.kept.take(ENOUGH) } else { Vec::new() };
        let queue = queues.queue(lane);
        if queue.waiting.is_empty() && records.is_empty() {
            queue.writers -= 1;
            self.write_in_time(&mut queues);
            return None;
        }
        let size = queue.waiting.len().min(GROUP);
        let mut entries: Vec<Entry> = queue.waiting.drain(..size).collect();
        // PostgreSQL locks their rows one after another, and those of leases that are renewed in this order.
        entries.sort_by_key(|entry| entry.change.id());
        Some(Group { entries, records })
    }

    /// Those that the database did not take come back first, after a pause.
    fn kept_is_written(&self, left: Vec<Record>) {
        let mut queues = self.queues.lock();
        let pause = queues.kept.written(left);
        self.written.send_replace(queues.kept.all_before());
        if let Some(pause) = pause {
            let journal = self.clone();
            tokio::spawn(async move {
                sleep(pause).await;
                let mut queues = journal.queues.lock();
                queues.kept.try_again();
                journal.lead(&mut queues, Lane::Ends);
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
            self.checkpoints.wrote(group.records.len() + counts.len(), &self.db);
            Ok(counts)
        })
    }

    /// Inserts records one by one; gives those that the database did not answer for. One that it refuses is told to the log.
    async fn insert_each(&self, records: Vec<Record>) -> Vec<Record> {
        let mut records = records.into_iter();
        let mut left = Vec::new();
        for record in records.by_ref() {
            match self.insert_alone(&record).await {
                Ok(()) => {}
                Err(error @ sqlx::Error::Database(_)) if !is_passing(&error) => {
                    tracing::error!(execution = %record.execution.id(), "a run is not on record: {error}");
                }
                Err(error) => {
                    tracing::warn!("the records of runs wait, because the database does not take them: {error}");
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

    /// Whether records are to be written now.
    fn is_due(&self) -> bool {
        self.kept.len() >= ENOUGH
            || self.wanted > self.kept.all_before()
            || self.kept.since().is_some_and(|since| since.elapsed() >= KEPT_WITHIN)
    }
}

impl Group {
    /// A begin by itself needs no transaction.
    fn is_a_begin_alone(&self) -> bool {
        self.records.is_empty() && matches!(self.entries.as_slice(), [Entry { change: Change::Begin(_), .. }])
    }
}

/// Whether nobody could write within the patience of one: no connection was to be had, or another holds SQLite's file.
fn was_waited_for(error: &sqlx::Error) -> bool {
    /// The primary codes of `SQLITE_BUSY` and `SQLITE_LOCKED`, which the extended ones have in their last byte.
    const HELD: [i32; 2] = [5, 6];
    match error {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(cause) => cause
            .try_downcast_ref::<sqlx::sqlite::SqliteError>()
            .and_then(sqlx::error::DatabaseError::code)
            .and_then(|code| code.parse::<i32>().ok())
            .is_some_and(|code| HELD.contains(&(code & 0xff))),
        _ => false,
    }
}

/// Whether the same statement may well be taken later: it breaks no rule of the table.
fn is_passing(error: &sqlx::Error) -> bool {
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
