//! A connection to the file: values are bound, and a handler that SQLite asks as it goes ends what takes too long.
//!
//! One that reads is opened so that it cannot write, whatever it is asked. SQLite's own limits are set on each: one process serves all
//! tenants, and a few words of SQL double a text thirty times. The time of a statement is watched between the steps of SQLite's machine,
//! and one call of a function is one step: with texts of this length a few take seconds (`instr`, `replace`, `json_patch`), and whoever has
//! asked for that keeps a connection of their tenant's for as long.

use std::time::{Duration, Instant};

use iota_scripts_domain::SqlValue;
use iota_scripts_services::ports::{ScopedSql, SqlEffect, SqlError, SqlFailure, SqlRows};
use rusqlite::{CachedStatement, Connection as File, MAIN_DB, OpenFlags, limits::Limit};

use super::{
    super::super::{
        Caps,
        failure::Failure,
        rows::{Gathered, sqlite_row},
        scope::instant,
    },
    super::protocol::{Open, Purpose},
    watchdog,
};

/// Steps of SQLite's machine between two looks at the time.
const STEPS: i32 = 2_000;
/// Statements that a connection keeps compiled.
const COMPILED: usize = 100;
/// How often a connection that can only read is replaced where it should write: some files are meant to be read only.
const REOPENED: Duration = Duration::from_secs(1);
/// Each limit of SQLite with its figure.
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

/// A connection, and the transaction that is open on it.
pub(super) struct Connection {
    file: File,
    opened: Instant,
    /// The file could only be opened for reading.
    pub(super) is_read_only: bool,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Open,
    /// SQLite has rolled the transaction back by itself; nobody has ended it yet.
    Over,
}

impl Connection {
    pub(super) fn open(open: &Open, purpose: Purpose) -> rusqlite::Result<Self> {
        let path = match purpose {
            Purpose::Read => &open.copy,
            Purpose::Write => &open.path,
        };
        // SQLite opens for reading what cannot be written.
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
                // Where the application keeps a log beside its file, a commit does not wait for the disk, as the plugin's own do not: a
                // power cut may cost the last ones, and harms nothing else. Without the log it would.
                let journal: String = file.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
                if journal == "wal" {
                    file.execute_batch("PRAGMA synchronous = NORMAL")?;
                }
            }
        }
        // No file that is none is taken for one.
        file.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        file.progress_handler(STEPS, Some(watchdog::is_over))?;
        let is_read_only = file.is_readonly(MAIN_DB)?;
        Ok(Self { file, opened: Instant::now(), is_read_only, state: State::Idle })
    }

    /// Whether another should be opened in its place, which may be able to write.
    pub(super) fn is_stale(&self) -> bool {
        self.is_read_only && self.state == State::Idle && self.opened.elapsed() >= REOPENED
    }

    /// Runs a statement that reads, outside of a transaction.
    pub(super) fn read(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, Failure> {
        self.statement(statement, caps)
    }

    /// Runs a statement in a transaction of its own, which is undone when nobody waits for it any more.
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

    /// A transaction that writes takes the write lock at once: one that first reads would fail, without waiting, when another wrote in
    /// between.
    pub(super) fn begin(&mut self, effect: SqlEffect, patience: Duration) -> Result<(), Failure> {
        self.send(if effect == SqlEffect::Writes { "BEGIN IMMEDIATE" } else { "BEGIN" }, patience)?;
        self.state = State::Open;
        Ok(())
    }

    /// SQLite undoes what fails by itself, but would keep what is over a cap; and it rolls all of the transaction back when it is
    /// interrupted in a write, or where a table's rule says so. Then there is no savepoint any more to go back to.
    pub(super) fn run(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, Failure> {
        self.check()?;
        if statement.effect == SqlEffect::Reads {
            return self.statement(statement, caps);
        }
        self.send(SAVEPOINT, caps.time)?;
        let ran = self.statement(statement, caps);
        if self.file.is_autocommit() {
            self.state = State::Over;
            return ran;
        }
        self.send(if ran.is_ok() { KEEP } else { UNDO }, caps.time)?;
        ran
    }

    /// Runs a statement of ours that gives nothing.
    pub(super) fn execute(&mut self, sql: &str, patience: Duration) -> Result<(), Failure> {
        self.check()?;
        self.send(sql, patience)
    }

    /// Ends the transaction, whatever comes of it.
    pub(super) fn commit(&mut self, patience: Duration) -> Result<(), Failure> {
        let kept = self.check().and_then(|()| self.send("COMMIT", patience));
        if kept.is_err() {
            self.rollback();
        }
        self.state = State::Idle;
        kept
    }

    /// Ends the transaction.
    pub(super) fn rollback(&mut self) {
        if !self.file.is_autocommit() {
            // Where this fails, SQLite has done it.
            let _ = self.file.execute_batch("ROLLBACK");
        }
        self.state = State::Idle;
    }

    fn check(&self) -> Result<(), Failure> {
        let message = match self.state {
            State::Open => return Ok(()),
            State::Over => {
                "an earlier statement of the transaction was ended in the middle, and SQLite rolled back all of it"
            }
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
        let mut gathered = Gathered::new(statement, caps);
        let mut rows = compiled.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            gathered.row(sqlite_row(row, &statement.columns))?;
        }
        drop(rows);
        drop(watched);
        gathered.changed(self.file.changes());
        Ok(gathered.finish()?)
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
