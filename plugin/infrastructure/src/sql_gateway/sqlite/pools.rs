//! Connections to the file: values are bound, and a handler that SQLite asks as it goes ends what takes too long.
//!
//! Connections that read are opened so that they cannot write, whatever they are asked.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use iota_scripts_domain::SqlValue;
use iota_scripts_services::ports::{ScopedSql, SqlEffect, SqlError, SqlFailure, SqlRows};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection, SqlitePoolOptions};
use sqlx::{
    Arguments as _, AssertSqlSafe, ConnectOptions as _, Either, Executor as _, Sqlite, SqlitePool, Transaction,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    super::{
        Caps,
        failure::Failure,
        rows::{Gathered, sqlite_row},
        scope::instant,
    },
    limits,
    protocol::Open,
};
use crate::pool_checks;

/// Steps of SQLite's machine between two looks at the time.
const STEPS: i32 = 2_000;

/// Connections that read, and connections that write.
#[derive(Debug)]
pub(super) struct SqlitePools {
    reading: SqlitePool,
    writing: SqlitePool,
    /// The turn to write. SQLite lets one write at a time, and has all others sleep and try again: then who came first may come last.
    turn: Arc<Semaphore>,
    /// How long each waits for a connection or a lock.
    patience: Duration,
    /// The first connection that should write could only read.
    pub(super) is_read_only: bool,
}

/// A transaction that is open.
pub(super) struct SqliteTransaction {
    open: Transaction<'static, Sqlite>,
    /// Of one that writes; given back after the transaction has ended.
    _turn: Option<OwnedSemaphorePermit>,
    /// Ends the statement that runs when this is dropped.
    watch: Watch,
    patience: Duration,
    /// SQLite has rolled it back by itself.
    over: bool,
}

/// Whether the statement that runs is to end.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    began: Instant,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    gone: AtomicBool,
    /// Milliseconds after `began`; 0 while no statement runs.
    due_ms: std::sync::atomic::AtomicU64,
}

/// While this lives, a statement may run.
struct Running<'w>(&'w Watch);

impl SqlitePools {
    /// Opens a connection of each kind, and gives the key of the configuration where that fails.
    pub(super) async fn open(open: &Open) -> Result<Self, (&'static str, sqlx::Error)> {
        let options = |path: &Path| {
            SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(false)
                .foreign_keys(true)
                .busy_timeout(open.patience)
                .pragma("trusted_schema", "OFF")
                .disable_statement_logging()
        };
        let pool = |most| SqlitePoolOptions::new().max_connections(most).acquire_timeout(open.patience);
        let reading =
            pool_checks::of_sqlite(pool(open.max_connections), |connection| Box::pin(limits::set(connection)))
                .connect_lazy_with(options(&open.copy).pragma("query_only", "ON"));
        // One writes at a time. With a connection of its own it keeps what it has read of the file.
        let writing = pool_checks::of_sqlite(pool(1), |connection| Box::pin(to_write(connection)))
            .connect_lazy_with(options(&open.path));
        let mut writer = writing.acquire().await.map_err(|error| ("url", error))?;
        let is_read_only = pool_checks::is_read_only(&mut writer).await.map_err(|error| ("url", error))?;
        drop(writer);
        let copy_key = if open.copy == open.path { "url" } else { "read_url" };
        reading.acquire().await.map_err(|error| (copy_key, error))?;
        let turn = Arc::new(Semaphore::new(1));
        Ok(Self { reading, writing, turn, patience: open.patience, is_read_only })
    }

    pub(super) async fn read(&self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, Failure> {
        let refused = |error: sqlx::Error| Failure::of_statement(&error, caps.time);
        let mut connection: PoolConnection<Sqlite> = self.reading.acquire().await.map_err(refused)?;
        let watch = Watch::over(&mut connection).await.map_err(refused)?;
        run(&mut connection, &watch, statement, caps).await
    }

    /// A transaction that writes takes the write lock at once: one that first reads would fail, without waiting, when another wrote in
    /// between.
    pub(super) async fn begin(&self, effect: SqlEffect) -> Result<SqliteTransaction, Failure> {
        let refused = |error: sqlx::Error| Failure::of_statement(&error, self.patience);
        let (pool, begin, turn) = match effect {
            SqlEffect::Reads => (&self.reading, "BEGIN", None),
            SqlEffect::Writes => (&self.writing, "BEGIN IMMEDIATE", Some(self.turn_to_write().await?)),
        };
        let mut open = pool.begin_with(begin).await.map_err(refused)?;
        let watch = Watch::over(&mut open).await.map_err(refused)?;
        Ok(SqliteTransaction { open, _turn: turn, watch, patience: self.patience, over: false })
    }

    /// In the order in which it was asked for.
    async fn turn_to_write(&self) -> Result<OwnedSemaphorePermit, SqlError> {
        let turn = timeout(self.patience, Arc::clone(&self.turn).acquire_owned()).await;
        // It is never closed.
        turn.ok().and_then(Result::ok).ok_or(SqlError::Busy)
    }

    pub(super) async fn close(&self) {
        self.reading.close().await;
        self.writing.close().await;
    }
}

/// Prepares a connection that writes. Where the application keeps a log beside its file, a commit does not wait for the disk, as the
/// plugin's own do not: a power cut may cost the last ones, and harms nothing else. Without the log it would.
async fn to_write(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    limits::set(connection).await?;
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *connection).await?;
    if journal == "wal" {
        sqlx::query("PRAGMA synchronous = NORMAL").execute(connection).await?;
    }
    Ok(())
}

impl SqliteTransaction {
    /// SQLite undoes what fails by itself, but would keep what is over a cap; and it rolls all of the transaction back when it is
    /// interrupted in a write, or where a table's rule says so. Then there is no savepoint any more to go back to.
    pub(super) async fn run(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, Failure> {
        self.check()?;
        if statement.effect == SqlEffect::Reads {
            return run(&mut self.open, &self.watch, statement, caps).await;
        }
        self.send("SAVEPOINT iota_statement").await?;
        let ran = run(&mut self.open, &self.watch, statement, caps).await;
        let is_kept = ran.is_ok();
        let back = "ROLLBACK TO SAVEPOINT iota_statement; RELEASE SAVEPOINT iota_statement";
        let closed = self.send(if is_kept { "RELEASE SAVEPOINT iota_statement" } else { back }).await;
        match closed {
            Ok(()) => ran,
            Err(failure) if is_kept => Err(failure),
            Err(_) => {
                self.over = true;
                // An empty one in its place, so that whoever ends it finds what they expect.
                self.send("BEGIN").await?;
                ran
            }
        }
    }

    /// Runs the only statement of the transaction. If it fails, the transaction has to be rolled back.
    pub(super) async fn run_alone(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, Failure> {
        run(&mut self.open, &self.watch, statement, caps).await
    }

    /// What ends the statement that runs.
    pub(super) fn watch(&self) -> Watch {
        self.watch.clone()
    }

    pub(super) async fn execute(&mut self, sql: &str) -> Result<(), Failure> {
        self.check()?;
        self.send(sql).await
    }

    async fn send(&mut self, sql: &str) -> Result<(), Failure> {
        let statement = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let executed = statement.execute(&mut *self.open).await;
        executed.map(drop).map_err(|error| Failure::of_statement(&error, self.patience))
    }

    fn check(&self) -> Result<(), Failure> {
        if !self.over {
            return Ok(());
        }
        let message =
            "an earlier statement of the transaction was ended in the middle, and SQLite rolled back all of it";
        Err(SqlError::Failed { message: message.to_owned(), reason: SqlFailure::Other }.into())
    }

    pub(super) async fn commit(self) -> Result<(), Failure> {
        self.check()?;
        self.open.commit().await.map_err(|error| Failure::of_statement(&error, self.patience))
    }

    pub(super) async fn rollback(self) -> Result<(), Failure> {
        self.open.rollback().await.map_err(|error| Failure::of_statement(&error, self.patience))
    }
}

impl Watch {
    /// Watches over the statements of a connection until it is watched anew.
    async fn over(connection: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let watch = Self { began: Instant::now(), state: Arc::default() };
        let asked = watch.clone();
        connection.lock_handle().await?.set_progress_handler(STEPS, move || !asked.is_over());
        Ok(watch)
    }

    /// Ends the statement that runs or is about to.
    pub(super) fn abandon(&self) {
        self.state.gone.store(true, Ordering::Release);
    }

    fn start(&self, time: Duration) -> Running<'_> {
        let due = self.began.elapsed().saturating_add(time).as_millis().max(1);
        self.state.due_ms.store(u64::try_from(due).unwrap_or(u64::MAX), Ordering::Release);
        Running(self)
    }

    fn is_over(&self) -> bool {
        if self.state.gone.load(Ordering::Acquire) {
            return true;
        }
        let due = self.state.due_ms.load(Ordering::Acquire);
        due > 0 && self.began.elapsed().as_millis() >= u128::from(due)
    }
}

impl Drop for Running<'_> {
    /// Whoever waited for the statement has gone: so shall it. What comes after it (COMMIT, ROLLBACK) is not ended.
    fn drop(&mut self) {
        self.0.state.gone.store(true, Ordering::Release);
    }
}

async fn run(
    connection: &mut SqliteConnection,
    watch: &Watch,
    statement: &ScopedSql,
    caps: Caps,
) -> Result<SqlRows, Failure> {
    let arguments = arguments(&statement.values)?;
    let mut gathered = Gathered::new(statement, caps);
    let running = watch.start(caps.time);
    let query = sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), arguments);
    let mut stream = (&mut *connection).fetch_many(query);
    let result = loop {
        match stream.try_next().await {
            Ok(Some(Either::Left(done))) => gathered.changed(done.rows_affected()),
            Ok(Some(Either::Right(row))) => {
                if let Err(error) = gathered.row(sqlite_row(&row, &statement.columns)) {
                    break Err(error.into());
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => {
                break Err(match statement.effect {
                    SqlEffect::Reads => Failure::of_statement(&error, caps.time),
                    SqlEffect::Writes => Failure::of_write(&error, caps.time),
                });
            }
        }
    };
    drop(stream);
    drop(running);
    // Whatever comes next on this connection must not be ended by what was.
    watch.state.due_ms.store(0, Ordering::Release);
    watch.state.gone.store(false, Ordering::Release);
    result?;
    Ok(gathered.finish()?)
}

fn arguments(values: &[SqlValue]) -> Result<SqliteArguments, SqlError> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        let added = match value {
            SqlValue::Null => arguments.add(None::<i64>),
            SqlValue::Boolean(value) => arguments.add(i64::from(*value)),
            SqlValue::Integer(number) => arguments.add(*number),
            SqlValue::Number(number) => arguments.add(*number),
            SqlValue::Decimal(text) | SqlValue::Text(text) | SqlValue::Json(text) => arguments.add(text.clone()),
            SqlValue::Timestamp(at) => {
                let at = instant(*at).map_err(|refusal| SqlError::Refused(refusal.to_string()))?;
                arguments.add(at)
            }
            SqlValue::Bytes(bytes) => arguments.add(bytes.clone()),
        };
        added.map_err(|error| SqlError::Refused(format!("a value cannot be sent: {error}")))?;
    }
    Ok(arguments)
}
