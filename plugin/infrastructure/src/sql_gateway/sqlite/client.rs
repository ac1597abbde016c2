//! The library's side: statements and transactions on a SQLite file that a process of its own has open.
//!
//! Nothing here opens the file. The process is started at the beginning and again by whoever asks after it has died; what it had under way
//! is rolled back by SQLite.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use iota_scripts_services::ports::{ScopedSql, SqlEffect, SqlError, SqlMode, SqlRows};
use parking_lot::RwLock;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    super::{
        Caps,
        config::{ScriptDatabaseConfig, ScriptDatabaseError},
    },
    BUSY,
    line::{Line, NoLine},
    protocol::{Answer, Ask, Open, PROTOCOL},
};

/// What the way to the process and back may take beyond what is done there.
const WAY: Duration = Duration::from_secs(2);
/// What became of a commit whose answer did not come.
const NOT_KNOWN: &str =
    "whether a transaction was kept is not known: the process of the SQLite file did not say in time";
/// A connection takes a moment to open, however short statements are to be.
const SHORTEST: Duration = Duration::from_secs(1);
/// A process that has lived so long died of something new.
const SOUND: Duration = Duration::from_secs(10);
/// The pause before the second start in a row; each later one is twice as long, up to the longest.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The file, as far as the library has it.
#[derive(Debug)]
pub(in crate::sql_gateway) struct SqliteClient {
    program: PathBuf,
    open: Open,
    line: RwLock<Option<Arc<Line>>>,
    starts: Mutex<Starts>,
    closing: CancellationToken,
}

/// When the process may be started again.
#[derive(Debug)]
struct Starts {
    in_a_row: u32,
    not_before: Instant,
}

/// A transaction that is open. Dropped, it is rolled back.
pub(in crate::sql_gateway) struct SqliteTransaction {
    line: Arc<Line>,
    id: u64,
    standing: Standing,
    /// How long to wait for what takes no time itself.
    limit: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Open,
    /// A statement was sent, and nobody knows what came of it.
    Unsure,
    Ended,
}

impl SqliteClient {
    /// Starts the process and has it open the files.
    pub(in crate::sql_gateway) async fn open(
        path: &Path,
        copy: &Path,
        config: &ScriptDatabaseConfig,
    ) -> Result<Self, ScriptDatabaseError> {
        let program = config.sqlite_program.clone();
        let at_program = |reason: &str| {
            let message = format!("the program for SQLite files, {}: {reason}", program.display());
            ScriptDatabaseError::at("sqlite_program", &message)
        };
        if !program.is_file() {
            return Err(at_program("there is no such file"));
        }
        // The host may change its folder before the process is started again.
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let open = Open {
            protocol: PROTOCOL,
            path: whole(path),
            copy: whole(copy),
            max_connections: config.max_connections,
            patience: config.statement_timeout.clamp(SHORTEST, BUSY),
        };
        let line = Line::open(&program, &open).await.map_err(|error| match error {
            NoLine::Program(reason) => at_program(&reason),
            NoLine::File(key, message) => {
                ScriptDatabaseError { passing: true, ..ScriptDatabaseError::at(&key, &message) }
            }
        })?;
        for missing in line.missing() {
            tracing::warn!("the process of the host's SQLite file is not closed in as far as it could be: {missing}");
        }
        if line.is_read_only() && config.mode == SqlMode::ReadWrite {
            tracing::warn!("the host's SQLite file cannot be written now: writes of scripts fail until it can be");
        }
        let starts = Mutex::new(Starts { in_a_row: 0, not_before: Instant::now() });
        Ok(Self { program, open, line: RwLock::new(Some(Arc::new(line))), starts, closing: CancellationToken::new() })
    }

    /// Runs a statement that reads, outside of any transaction of a script.
    pub(in crate::sql_gateway) async fn read(&self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, SqlError> {
        let ask = Ask::Read { statement: statement.into(), bounds: caps.into() };
        self.rows_of(ask, self.limit(caps.time), SqlError::TimedOut(caps.time.as_millis())).await
    }

    /// Runs a statement that writes, outside of any transaction of a script.
    pub(in crate::sql_gateway) async fn write(&self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, SqlError> {
        let ask = Ask::Write { statement: statement.into(), bounds: caps.into() };
        let limit = self.limit(caps.time).saturating_add(self.open.patience);
        self.rows_of(ask, limit, SqlError::Unavailable(NOT_KNOWN.to_owned())).await
    }

    /// The rows of a statement outside of any transaction, or `late` after the limit.
    async fn rows_of(&self, ask: Ask, limit: Duration, late: SqlError) -> Result<SqlRows, SqlError> {
        let asking = async {
            let line = self.line().await?;
            line.ask(ask).await.unwrap_or_else(|| Err(line.gone()))
        };
        rows(timeout(limit, asking).await.unwrap_or(Err(late))?)
    }

    pub(in crate::sql_gateway) async fn begin(&self, effect: SqlEffect) -> Result<SqliteTransaction, SqlError> {
        let beginning = async {
            let line = self.line().await?;
            let id = line.number();
            // From here on it is rolled back, whether it has begun or not.
            let limit = self.limit(Duration::ZERO);
            let mut transaction = SqliteTransaction { line, id, standing: Standing::Open, limit };
            let begin = Ask::Begin { transaction: id, writes: effect == SqlEffect::Writes };
            transaction.ask(begin, limit, SqlError::Busy).await?;
            Ok(transaction)
        };
        timeout(self.limit(Duration::ZERO), beginning).await.unwrap_or(Err(SqlError::Busy))
    }

    pub(in crate::sql_gateway) async fn close(&self) {
        self.closing.cancel();
        // Whoever starts one now gives up; then nobody does.
        let _starts = self.starts.lock().await;
        let line = self.line.write().take();
        if let Some(line) = line {
            line.close().await;
        }
    }

    /// How long to wait for what may take so long: a connection has to become free, and a lock.
    fn limit(&self, time: Duration) -> Duration {
        time.saturating_add(self.open.patience).saturating_add(self.open.patience).saturating_add(WAY)
    }

    /// The line to a process that lives, as far as we know.
    async fn line(&self) -> Result<Arc<Line>, SqlError> {
        if let Some(line) = self.living() {
            return Ok(line);
        }
        let stopped = || SqlError::Unavailable("the process of the SQLite file has been stopped".to_owned());
        self.closing.run_until_cancelled(self.start()).await.unwrap_or_else(|| Err(stopped()))
    }

    async fn start(&self) -> Result<Arc<Line>, SqlError> {
        let mut starts = self.starts.lock().await;
        if let Some(line) = self.living() {
            return Ok(line);
        }
        let dead = self.line.write().take();
        if let Some(dead) = dead {
            starts.died(dead.age());
        }
        sleep_until(starts.not_before).await;
        match Line::open(&self.program, &self.open).await {
            Ok(line) => {
                let line = Arc::new(line);
                *self.line.write() = Some(Arc::clone(&line));
                tracing::warn!("the process of the host's SQLite file was started again");
                Ok(line)
            }
            Err(NoLine::Program(reason) | NoLine::File(_, reason)) => {
                starts.died(Duration::ZERO);
                tracing::error!("the process of the host's SQLite file could not be started again: {reason}");
                Err(SqlError::Unavailable(reason))
            }
        }
    }

    fn living(&self) -> Option<Arc<Line>> {
        self.line.read().as_ref().filter(|line| !line.is_gone()).cloned()
    }
}

impl Starts {
    /// One that had lived so long has died.
    fn died(&mut self, age: Duration) {
        if age >= SOUND {
            self.in_a_row = 0;
        }
        let pause = match self.in_a_row {
            0 => Duration::ZERO,
            again => LONGEST_PAUSE.min(PAUSE.saturating_mul(2_u32.saturating_pow(again - 1))),
        };
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.not_before = Instant::now() + pause;
    }
}

impl SqliteTransaction {
    pub(in crate::sql_gateway) async fn run(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, SqlError> {
        let ask = Ask::Run { transaction: self.id, statement: statement.into(), bounds: caps.into() };
        let late = SqlError::TimedOut(caps.time.as_millis());
        rows(self.ask(ask, caps.time.saturating_add(self.limit), late).await?)
    }

    pub(in crate::sql_gateway) async fn execute(&mut self, sql: &str) -> Result<(), SqlError> {
        let ask = Ask::Execute { transaction: self.id, sql: sql.to_owned() };
        self.ask(ask, self.limit, SqlError::TimedOut(self.limit.as_millis())).await.map(drop)
    }

    pub(in crate::sql_gateway) async fn commit(mut self) -> Result<(), SqlError> {
        let late = SqlError::Unavailable(NOT_KNOWN.to_owned());
        let kept = self.ask(Ask::Commit { transaction: self.id }, self.limit, late).await;
        self.standing = Standing::Ended;
        kept.map(drop)
    }

    pub(in crate::sql_gateway) async fn rollback(mut self) -> Result<(), SqlError> {
        if self.standing == Standing::Unsure {
            // Dropped, it is rolled back all the same.
            return Ok(());
        }
        let late = SqlError::TimedOut(self.limit.as_millis());
        self.ask(Ask::Rollback { transaction: self.id }, self.limit, late).await?;
        self.standing = Standing::Ended;
        Ok(())
    }

    /// Asks in the transaction. Once an answer did not come, nothing more is done in it: what was asked may have been done, or not.
    async fn ask(&mut self, ask: Ask, limit: Duration, late: SqlError) -> Result<Answer, SqlError> {
        if self.standing != Standing::Open {
            let reason = "an earlier statement of the transaction was not answered: it can only be rolled back";
            return Err(SqlError::Unavailable(reason.to_owned()));
        }
        self.standing = Standing::Unsure;
        match timeout(limit, self.line.ask(ask)).await {
            Ok(Some(answer)) => {
                self.standing = Standing::Open;
                answer
            }
            Ok(None) => Err(self.line.gone()),
            Err(_) => Err(late),
        }
    }
}

impl Drop for SqliteTransaction {
    fn drop(&mut self) {
        if self.standing != Standing::Ended {
            self.line.forget(self.id);
        }
    }
}

fn rows(answer: Answer) -> Result<SqlRows, SqlError> {
    answer.rows().ok_or_else(|| SqlError::Unavailable("the process of the SQLite file gave no rows".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_dies_again_and_again_is_started_ever_more_slowly() {
        let mut starts = Starts { in_a_row: 0, not_before: Instant::now() };
        let mut pause = |age| {
            starts.died(age);
            starts.not_before.duration_since(Instant::now())
        };
        assert_eq!(pause(SOUND), Duration::ZERO, "the first is started at once");
        assert_eq!([pause(Duration::ZERO), pause(Duration::ZERO)], [PAUSE, PAUSE * 2]);
        for _ in 0..40 {
            pause(Duration::ZERO);
        }
        assert_eq!(pause(Duration::ZERO), LONGEST_PAUSE);
        assert_eq!(pause(SOUND), Duration::ZERO, "one that was sound for a while is no part of the row");
    }
}
