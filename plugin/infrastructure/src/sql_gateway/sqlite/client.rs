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
        tenants::Turn,
    },
    BUSY,
    process::{HeldConnection, NoProcess, Process},
    protocol::{Open, PROTOCOL, Purpose, Request, Response},
};
use crate::elapsed::ms_since;

/// What the way to the process and back may take beyond what is done there.
const ROUND_TRIP: Duration = Duration::from_secs(2);
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
    max_connections: u32,
    process: RwLock<Option<Arc<Process>>>,
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
    connection: HeldConnection,
    tx_state: TxState,
    /// How long to wait for what takes no time itself.
    limit: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TxState {
    Open,
    /// A statement was sent, and nobody knows what came of it.
    Unknown,
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
            patience: config.statement_timeout.clamp(SHORTEST, BUSY),
        };
        let max_connections = config.max_connections;
        let process = Process::open(&program, &open, max_connections).await.map_err(|error| match error {
            NoProcess::Program(reason) => at_program(&reason),
            NoProcess::File(key, message) => {
                ScriptDatabaseError { passing: true, ..ScriptDatabaseError::at(&key, &message) }
            }
        })?;
        for missing in process.missing() {
            tracing::warn!("the process of the host's SQLite file is not closed in as far as it could be: {missing}");
        }
        if process.is_read_only() && config.mode == SqlMode::ReadWrite {
            tracing::warn!("the host's SQLite file cannot be written now: writes of scripts fail until it can be");
        }
        let starts = Mutex::new(Starts { in_a_row: 0, not_before: Instant::now() });
        let process = RwLock::new(Some(Arc::new(process)));
        Ok(Self { program, open, max_connections, process, starts, closing: CancellationToken::new() })
    }

    /// Runs a statement that reads, outside of any transaction of a script.
    pub(in crate::sql_gateway) async fn read(
        &self,
        statement: &ScopedSql,
        caps: Caps,
        tenant: Option<Turn>,
    ) -> Result<SqlRows, SqlError> {
        let request = Request::Read { statement: statement.into(), bounds: caps.into() };
        let late = SqlError::TimedOut(caps.time.as_millis());
        let asking = async { self.connection(Purpose::Read, tenant).await?.request(&request).await };
        rows(timeout(self.limit(caps.time), asking).await.unwrap_or(Err(late))?)
    }

    /// Runs a statement that writes, outside of any transaction of a script.
    pub(in crate::sql_gateway) async fn write(
        &self,
        statement: &ScopedSql,
        caps: Caps,
        tenant: Turn,
    ) -> Result<SqlRows, SqlError> {
        let request = Request::Write { statement: statement.into(), bounds: caps.into() };
        let limit = self.limit(caps.time).saturating_add(self.open.patience);
        let asking = async { self.connection(Purpose::Write, Some(tenant)).await?.request(&request).await };
        rows(timeout(limit, asking).await.unwrap_or(Err(SqlError::Unavailable(NOT_KNOWN.to_owned())))?)
    }

    pub(in crate::sql_gateway) async fn begin(
        &self,
        effect: SqlEffect,
        tenant: Turn,
    ) -> Result<SqliteTransaction, SqlError> {
        let (purpose, writes) = match effect {
            SqlEffect::Reads => (Purpose::Read, false),
            SqlEffect::Writes => (Purpose::Write, true),
        };
        let limit = self.limit(Duration::ZERO);
        let beginning = async {
            let mut connection = self.connection(purpose, Some(tenant)).await?;
            connection.request(&Request::Begin { writes }).await?;
            connection.is_dirty = true;
            Ok(SqliteTransaction { connection, tx_state: TxState::Open, limit })
        };
        timeout(limit, beginning).await.unwrap_or(Err(SqlError::Busy))
    }

    pub(in crate::sql_gateway) async fn close(&self) {
        self.closing.cancel();
        // Whoever starts one now gives up; then nobody does.
        let _starts = self.starts.lock().await;
        let process = self.process.write().take();
        if let Some(process) = process {
            process.close().await;
        }
    }

    /// How long to wait for what may take so long: a connection has to become free, and a lock.
    fn limit(&self, time: Duration) -> Duration {
        time.saturating_add(self.open.patience).saturating_add(self.open.patience).saturating_add(ROUND_TRIP)
    }

    /// A line to a process that lives, as far as we know.
    async fn connection(&self, purpose: Purpose, tenant: Option<Turn>) -> Result<HeldConnection, SqlError> {
        let process = match self.living() {
            Some(process) => process,
            None => {
                let stopped = || SqlError::Unavailable("the process of the SQLite file has been stopped".to_owned());
                self.closing.run_until_cancelled(self.start()).await.unwrap_or_else(|| Err(stopped()))?
            }
        };
        process.connection(purpose, self.open.patience, tenant).await
    }

    async fn start(&self) -> Result<Arc<Process>, SqlError> {
        let mut starts = self.starts.lock().await;
        if let Some(process) = self.living() {
            return Ok(process);
        }
        let began = std::time::Instant::now();
        let dead = self.process.write().take();
        if let Some(dead) = dead {
            starts.died(dead.age());
        }
        sleep_until(starts.not_before).await;
        match Process::open(&self.program, &self.open, self.max_connections).await {
            Ok(process) => {
                let process = Arc::new(process);
                *self.process.write() = Some(Arc::clone(&process));
                tracing::warn!(ms = ms_since(began), "the process of the host's SQLite file was started again");
                Ok(process)
            }
            Err(NoProcess::Program(reason) | NoProcess::File(_, reason)) => {
                starts.died(Duration::ZERO);
                tracing::error!("the process of the host's SQLite file could not be started again: {reason}");
                Err(SqlError::Unavailable(reason))
            }
        }
    }

    fn living(&self) -> Option<Arc<Process>> {
        self.process.read().as_ref().filter(|process| !process.is_gone()).cloned()
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
        let request = Request::Run { statement: statement.into(), bounds: caps.into() };
        let late = SqlError::TimedOut(caps.time.as_millis());
        rows(self.request(&request, caps.time.saturating_add(self.limit), late).await?)
    }

    pub(in crate::sql_gateway) async fn execute(&mut self, sql: &str) -> Result<(), SqlError> {
        let request = Request::Execute { sql: sql.to_owned() };
        self.request(&request, self.limit, SqlError::TimedOut(self.limit.as_millis())).await.map(drop)
    }

    pub(in crate::sql_gateway) async fn commit(mut self) -> Result<(), SqlError> {
        let late = SqlError::Unavailable(NOT_KNOWN.to_owned());
        let kept = self.request(&Request::Commit, self.limit, late).await;
        if self.tx_state == TxState::Open {
            self.end();
        }
        kept.map(drop)
    }

    pub(in crate::sql_gateway) async fn rollback(mut self) -> Result<(), SqlError> {
        if self.tx_state == TxState::Unknown {
            // Dropped, it is rolled back all the same.
            return Ok(());
        }
        let late = SqlError::TimedOut(self.limit.as_millis());
        self.request(&Request::Rollback, self.limit, late).await?;
        self.end();
        Ok(())
    }

    /// It has ended there; another may have the line.
    const fn end(&mut self) {
        self.connection.is_dirty = false;
    }

    /// Asks in the transaction. Once an answer did not come, nothing more is done in it: what was asked may have been done, or not.
    async fn request(&mut self, request: &Request, limit: Duration, late: SqlError) -> Result<Response, SqlError> {
        if self.tx_state != TxState::Open {
            let reason = "an earlier statement of the transaction was not answered: it can only be rolled back";
            return Err(SqlError::Unavailable(reason.to_owned()));
        }
        self.tx_state = TxState::Unknown;
        let answer = timeout(limit, self.connection.request(request)).await.map_err(|_| late)?;
        if self.connection.is_open() {
            self.tx_state = TxState::Open;
        }
        answer
    }
}

fn rows(answer: Response) -> Result<SqlRows, SqlError> {
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
