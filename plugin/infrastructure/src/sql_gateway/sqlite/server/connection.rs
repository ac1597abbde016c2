//! A connection to the SQLite file: binds values, runs statements and enforces their time limit.
//!
//! A reading connection is opened with `query_only`, so it cannot write whatever its statement is. SQLite's own limits are set on each
//! connection, because one process serves all tenants and a few words of SQL can double a text thirty times. The time limit is checked
//! between steps of SQLite's virtual machine. One function call is one step, and a few (`instr`, `replace`, `json_patch`) can take seconds
//! on texts of the maximum length; meanwhile they occupy a connection of the tenant.

use std::time::{Duration, Instant};

use iota_scripts_domain::SqlValue;
use iota_scripts_services::ports::{ScopedSql, SqlEffect, SqlError, SqlFailure, SqlRows};
use rusqlite::{CachedStatement, Connection as File, MAIN_DB, OpenFlags, limits::Limit};

use super::{
    super::super::{
        Caps,
        failure::Failure,
        rows::{RowCollector, sqlite_row},
        scope::instant,
    },
    super::protocol::{Open, Purpose},
    watchdog,
};

/// Virtual machine steps between two checks of the time limit.
const STEPS: i32 = 2_000;
/// Prepared statements that a connection caches.
const COMPILED: usize = 100;
/// How often a read-only connection that must write is reopened; some files are read-only on purpose.
const REOPENED: Duration = Duration::from_secs(1);
/// SQLite's limits and their values.
const LIMITS: [(Limit, i32); 4] = [
    // Bytes of a text, a blob or a row.
    (Limit::SQLITE_LIMIT_LENGTH, 1 << 20),
    // Bytes of a pattern of LIKE.
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
    // Columns of a table, a result or an ORDER BY.
    (Limit::SQLITE_LIMIT_COLUMN, 500),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
];
const SAVEPOINT: &str = "SAVEPOINT iota_statement";
const KEEP: &str = "RELEASE SAVEPOINT iota_statement";
const UNDO: &str = "ROLLBACK TO SAVEPOINT iota_statement; RELEASE SAVEPOINT iota_statement";

/// A connection and the state of its transaction.
pub(super) struct Connection {
    file: File,
    opened: Instant,
    /// The file could be opened only for reading.
    pub(super) is_read_only: bool,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Open,
    /// SQLite rolled the transaction back; the library has not ended it yet.
    RolledBack,
}

impl Connection {
    pub(super) fn open(open: &Open, purpose: Purpose) -> rusqlite::Result<Self> {
        let path = match purpose {
            Purpose::Read => &open.copy,
            Purpose::Write => &open.path,
        };
        // SQLite falls back to read-only if the file is not writable.
        let file = File::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        file.busy_handler(Some(watchdog::wait_for_lock))?;
        file.set_prepared_statement_cache_capacity(COMPILED);
        for (limit, figure) in LIMITS {
            file.set_limit(limit, figure)?;
        }
        file.execute_batch("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF")?;
        match purpose {
            Purpose::Read => file.execute_batch("PRAGMA query_only = ON")?,
            Purpose::Write => {
                // In WAL mode a commit does not wait for the disk, as in the plugin's own database: a power failure may lose the last
                // commits but does not corrupt the file. In other journal modes it could.
                let journal: String = file.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
                if journal == "wal" {
                    file.execute_batch("PRAGMA synchronous = NORMAL")?;
                }
            }
        }
        // Fails if the file is not a database.
        file.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        file.progress_handler(STEPS, Some(watchdog::is_over))?;
        let is_read_only = file.is_readonly(MAIN_DB)?;
        Ok(Self { file, opened: Instant::now(), is_read_only, state: State::Idle })
    }

    /// Whether to replace the connection by a new one, which may be writable.
    pub(super) fn is_stale(&self) -> bool {
        self.is_read_only && self.state == State::Idle && self.opened.elapsed() >= REOPENED
    }

    /// Runs a reading statement outside a transaction.
    pub(super) fn read(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, Failure> {
        self.statement(statement, caps)
    }

    /// Runs a statement in its own transaction, which is rolled back if the library no longer waits for it.
    pub(super) fn write(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, Failure> {
        self.begin(SqlEffect::Writes, caps.time)?;
        let ran = match self.statement(statement, caps) {
            Ok(_) if watchdog::is_disconnected() => Err(SqlError::Busy.into()),
            ran => ran,
        };
        match ran {
            Ok(rows) => self.commit(caps.time).map(|()| rows),
            Err(failure) => {
                self.rollback();
                Err(failure)
            }
        }
    }

    /// Begins a transaction. One that writes takes the write lock at once: if it first read, it would fail without waiting when another
    /// connection wrote in between.
    pub(super) fn begin(&mut self, effect: SqlEffect, patience: Duration) -> Result<(), Failure> {
        self.send(if effect == SqlEffect::Writes { "BEGIN IMMEDIATE" } else { "BEGIN" }, patience)?;
        self.state = State::Open;
        Ok(())
    }

    /// SQLite rolls back a failed statement but would keep one that exceeds a limit, hence the savepoint. It rolls back the whole
    /// transaction, savepoint included, if a write is interrupted or a conflict clause of the table requires it.
    pub(super) fn run(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, Failure> {
        self.check()?;
        if statement.effect == SqlEffect::Reads {
            return self.statement(statement, caps);
        }
        self.send(SAVEPOINT, caps.time)?;
        let ran = self.statement(statement, caps);
        if self.file.is_autocommit() {
            self.state = State::RolledBack;
            return ran;
        }
        self.send(if ran.is_ok() { KEEP } else { UNDO }, caps.time)?;
        ran
    }

    /// Runs an internal statement that returns no rows.
    pub(super) fn execute(&mut self, sql: &str, patience: Duration) -> Result<(), Failure> {
        self.check()?;
        self.send(sql, patience)
    }

    /// Commits, and ends the transaction even if that fails.
    pub(super) fn commit(&mut self, patience: Duration) -> Result<(), Failure> {
        let kept = self.check().and_then(|()| self.send("COMMIT", patience));
        if kept.is_err() {
            self.rollback();
        }
        self.state = State::Idle;
        kept
    }

    /// Rolls back and ends the transaction.
    pub(super) fn rollback(&mut self) {
        if !self.file.is_autocommit() {
            // If this fails, SQLite has already rolled back.
            let _ = self.file.execute_batch("ROLLBACK");
        }
        self.state = State::Idle;
    }

    fn check(&self) -> Result<(), Failure> {
        let message = match self.state {
            State::Open => return Ok(()),
            State::RolledBack => "an earlier statement was interrupted, and SQLite rolled back the whole transaction",
            State::Idle => "no transaction is open",
        };
        Err(SqlError::Failed { message: message.to_owned(), reason: SqlFailure::Other }.into())
    }

    fn send(&self, sql: &str, patience: Duration) -> Result<(), Failure> {
        self.file.execute_batch(sql).map_err(|error| Failure::of_sqlite(&error, patience))
    }

    fn statement(&self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, Failure> {
        let failed = |error: rusqlite::Error| match statement.effect {
            SqlEffect::Reads => Failure::of_sqlite(&error, caps.time),
            SqlEffect::Writes => Failure::of_sqlite_write(&error, caps.time),
        };
        let watched = watchdog::start(caps.time);
        let mut compiled = self.file.prepare_cached(&statement.sql).map_err(failed)?;
        bind(&mut compiled, &statement.values)?;
        let mut collector = RowCollector::new(statement, caps);
        let mut rows = compiled.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            collector.row(sqlite_row(row, &statement.columns))?;
        }
        drop(rows);
        drop(watched);
        collector.changed(self.file.changes());
        Ok(collector.finish()?)
    }
}

fn bind(compiled: &mut CachedStatement<'_>, values: &[SqlValue]) -> Result<(), Failure> {
    for (place, value) in (1_usize..).zip(values) {
        let bound = match value {
            SqlValue::Null => compiled.raw_bind_parameter(place, rusqlite::types::Null),
            SqlValue::Boolean(value) => compiled.raw_bind_parameter(place, value),
            SqlValue::Integer(number) => compiled.raw_bind_parameter(place, number),
            SqlValue::Number(number) => compiled.raw_bind_parameter(place, number),
            SqlValue::Decimal(text) | SqlValue::Text(text) | SqlValue::Json(text) => {
                compiled.raw_bind_parameter(place, text)
            }
            SqlValue::Timestamp(at) => {
                let at = instant(*at).map_err(|refusal| SqlError::Refused(refusal.to_string()))?;
                compiled.raw_bind_parameter(place, at)
            }
            SqlValue::Bytes(bytes) => compiled.raw_bind_parameter(place, bytes),
        };
        bound.map_err(|error| Failure::of_sqlite(&error, Duration::ZERO))?;
    }
    Ok(())
}
