//! Library side: statements and transactions on an SQLite file that a separate process has open.
//!
//! Nothing here opens the file. The process is started at startup; after it died, the next caller restarts it. SQLite rolls back the work
//! in flight.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use iota_scripts_services::{
    Backoff,
    ports::{ScopedSql, SqlEffect, SqlError, SqlMode, SqlRows},
};
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
        tenants::TenantPermit,
    },
    BUSY,
    process::{HeldConnection, Process},
    protocol::{Open, PROTOCOL, Purpose, Request, Response},
};
use crate::elapsed::ms_since;

/// Time allowed for the messages to and from the process, in addition to the work itself.
const ROUND_TRIP: Duration = Duration::from_secs(2);
/// Message if a commit was not answered in time.
const COMMIT_UNKNOWN: &str =
    "the SQLite process did not confirm the commit in time; it is unknown whether the transaction was committed";
/// Minimum lock wait: opening a connection takes time even if the statement timeout is short.
const MIN_LOCK_WAIT: Duration = Duration::from_secs(1);
/// A process that ran this long resets the restart delay when it dies.
const STABLE_AFTER: Duration = Duration::from_secs(10);
/// Delays before the second and later consecutive starts.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(5));

/// Client of the process that has the SQLite file open.
#[derive(Debug)]
pub(in crate::sql_gateway) struct SqliteClient {
    program: PathBuf,
    open: Open,
    max_connections: u32,
    process: RwLock<Option<Arc<Process>>>,
    restarts: Mutex<Restarts>,
    closing: CancellationToken,
}

/// State of the restart delay.
#[derive(Debug)]
struct Restarts {
    in_a_row: u32,
    not_before: Instant,
}

/// An open transaction. It is rolled back on drop.
pub(in crate::sql_gateway) struct SqliteTransaction {
    connection: HeldConnection,
    tx_state: TxState,
    /// Time limit of a request that has no time limit of its own.
    limit: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TxState {
    Open,
    /// A statement was sent but not answered, so its effect is unknown.
    Unknown,
}

impl SqliteClient {
    /// Starts the process, which opens the files.
    pub(in crate::sql_gateway) async fn open(
        path: &Path,
        copy: &Path,
        config: &ScriptDatabaseConfig,
    ) -> Result<Self, ScriptDatabaseError> {
        let program = config.sqlite_program.clone();
        let at_program = |reason: &str| {
            let message = format!("cannot use the SQLite program {}: {reason}", program.display());
            ScriptDatabaseError::at("sqlite_program", &message)
        };
        if !program.is_file() {
            return Err(at_program("file not found"));
        }
        // The application may change its working directory before a restart.
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let open = Open {
            protocol: PROTOCOL,
            path: whole(path),
            copy: whole(copy),
            patience: config.statement_timeout.clamp(MIN_LOCK_WAIT, BUSY),
        };
        let max_connections = config.max_connections;
        let process = Process::open(&program, &open, max_connections).await.map_err(|error| match error.key() {
            None => at_program(&error.to_string()),
            Some(key) => ScriptDatabaseError { passing: true, ..ScriptDatabaseError::at(key, &error) },
        })?;
        for missing in process.missing() {
            tracing::warn!("the sandbox of the SQLite process is incomplete: {missing}");
        }
        if process.is_read_only() && config.mode == SqlMode::ReadWrite {
            tracing::warn!("the application's SQLite file is not writable; script writes fail until it is");
        }
        let restarts = Mutex::new(Restarts { in_a_row: 0, not_before: Instant::now() });
        let process = RwLock::new(Some(Arc::new(process)));
        Ok(Self { program, open, max_connections, process, restarts, closing: CancellationToken::new() })
    }

    /// Runs a reading statement outside any script transaction.
    pub(in crate::sql_gateway) async fn read(
        &self,
        statement: &ScopedSql,
        caps: Caps,
        tenant: Option<TenantPermit>,
    ) -> Result<SqlRows, SqlError> {
        let request = Request::Read { statement: statement.into(), bounds: caps.into() };
        let late = SqlError::TimedOut(caps.time.as_millis());
        let asking = async { self.connection(Purpose::Read, tenant).await?.request(&request).await };
        rows(timeout(self.limit(caps.time), asking).await.unwrap_or(Err(late))?)
    }

    /// Runs a writing statement outside any script transaction.
    pub(in crate::sql_gateway) async fn write(
        &self,
        statement: &ScopedSql,
        caps: Caps,
        tenant: TenantPermit,
    ) -> Result<SqlRows, SqlError> {
        let request = Request::Write { statement: statement.into(), bounds: caps.into() };
        let limit = self.limit(caps.time).saturating_add(self.open.patience);
        let asking = async { self.connection(Purpose::Write, Some(tenant)).await?.request(&request).await };
        rows(timeout(limit, asking).await.unwrap_or(Err(SqlError::Unavailable(COMMIT_UNKNOWN.to_owned())))?)
    }

    pub(in crate::sql_gateway) async fn begin(
        &self,
        effect: SqlEffect,
        tenant: TenantPermit,
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
        // A start in progress is cancelled, and no other can begin while this lock is held.
        let _guard = self.restarts.lock().await;
        let process = self.process.write().take();
        if let Some(process) = process {
            process.close().await;
        }
    }

    /// Time limit of a request whose work takes up to `time`; a free connection and a lock may have to be waited for as well.
    fn limit(&self, time: Duration) -> Duration {
        time.saturating_add(self.open.patience).saturating_add(self.open.patience).saturating_add(ROUND_TRIP)
    }

    /// Returns a connection to the running process, and starts it if needed.
    async fn connection(&self, purpose: Purpose, tenant: Option<TenantPermit>) -> Result<HeldConnection, SqlError> {
        let process = match self.running() {
            Some(process) => process,
            None => {
                let stopped = || SqlError::Unavailable("the SQLite process has been stopped".to_owned());
                self.closing.run_until_cancelled(self.start()).await.unwrap_or_else(|| Err(stopped()))?
            }
        };
        process.connection(purpose, self.open.patience, tenant).await
    }

    async fn start(&self) -> Result<Arc<Process>, SqlError> {
        let mut restarts = self.restarts.lock().await;
        if let Some(process) = self.running() {
            return Ok(process);
        }
        let began = std::time::Instant::now();
        let dead = self.process.write().take();
        if let Some(dead) = dead {
            restarts.died(dead.age());
        }
        sleep_until(restarts.not_before).await;
        match Process::open(&self.program, &self.open, self.max_connections).await {
            Ok(process) => {
                let process = Arc::new(process);
                *self.process.write() = Some(Arc::clone(&process));
                tracing::warn!(ms = ms_since(began), "the SQLite process was restarted");
                Ok(process)
            }
            Err(error) => {
                let reason = error.to_string();
                restarts.died(Duration::ZERO);
                tracing::error!("the SQLite process could not be restarted: {reason}");
                Err(SqlError::Unavailable(reason))
            }
        }
    }

    fn running(&self) -> Option<Arc<Process>> {
        self.process.read().as_ref().filter(|process| !process.is_gone()).cloned()
    }
}

impl Restarts {
    /// Records that a process died after running for `age`.
    fn died(&mut self, age: Duration) {
        if age >= STABLE_AFTER {
            self.in_a_row = 0;
        }
        let pause = self.in_a_row.checked_sub(1).map_or(Duration::ZERO, |earlier| PAUSES.pause(earlier));
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
        let late = SqlError::Unavailable(COMMIT_UNKNOWN.to_owned());
        let kept = self.request(&Request::Commit, self.limit, late).await;
        if self.tx_state == TxState::Open {
            self.end();
        }
        kept.map(drop)
    }

    pub(in crate::sql_gateway) async fn rollback(mut self) -> Result<(), SqlError> {
        if self.tx_state == TxState::Unknown {
            // Dropping the transaction rolls it back.
            return Ok(());
        }
        let late = SqlError::TimedOut(self.limit.as_millis());
        self.request(&Request::Rollback, self.limit, late).await?;
        self.end();
        Ok(())
    }

    /// The transaction has ended, so the connection can be reused.
    const fn end(&mut self) {
        self.connection.is_dirty = false;
    }

    /// Sends a request in the transaction. After an unanswered request, every later one fails, because it is unknown whether the work was
    /// done.
    async fn request(&mut self, request: &Request, limit: Duration, late: SqlError) -> Result<Response, SqlError> {
        if self.tx_state != TxState::Open {
            let reason = "an earlier statement of the transaction was not answered; roll the transaction back";
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
    answer.rows().ok_or_else(|| SqlError::Unavailable("the SQLite process returned no rows".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_restart_delay_grows_with_each_crash_in_a_row() {
        let mut restarts = Restarts { in_a_row: 0, not_before: Instant::now() };
        let mut pause = |age| {
            restarts.died(age);
            restarts.not_before.duration_since(Instant::now())
        };
        assert_eq!(pause(STABLE_AFTER), Duration::ZERO, "the first restart is immediate");
        assert_eq!([pause(Duration::ZERO), pause(Duration::ZERO)], [PAUSES.pause(0), PAUSES.pause(1)]);
        for _ in 0..40 {
            pause(Duration::ZERO);
        }
        assert_eq!(pause(Duration::ZERO), PAUSES.pause(u32::MAX));
        assert_eq!(pause(STABLE_AFTER), Duration::ZERO, "a process that was stable for a while resets the delay");
    }
}
