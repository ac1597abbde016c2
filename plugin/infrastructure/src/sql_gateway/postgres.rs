//! PostgreSQL: the text goes as it is, with its values in it, and comes back as text; one round trip for a statement that reads, two for
//! one that writes by itself.
//!
//! Connections that read have sessions that are read-only. What writes, and what needs settings for the tenant, runs in a transaction.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use iota_scripts_domain::TenantId;
use iota_scripts_services::ports::{ScopedSql, SqlEffect, SqlError, SqlFailure, SqlRows};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Either, Executor as _, PgPool, Postgres, Transaction};
use tokio::time::timeout;

use super::{
    Caps,
    config::{ScriptDatabaseConfig, ScriptDatabaseError},
    failure::of_postgres,
    rows::{Gathered, MAX_BYTES, postgres_row},
    scope::quoted_text,
};
use crate::pool_checks::{self, Doubt, Trusted};

/// How long a connection may take to open or to become free.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Stands in a setting for the tenant's id.
const TENANT: &str = "{tenant}";

/// Connections that read, and connections that write.
#[derive(Debug)]
pub(super) struct PostgresPools {
    reading: PgPool,
    writing: PgPool,
    doubt: Doubt,
    statement_timeout: Duration,
    role: Option<String>,
    settings: BTreeMap<String, String>,
}

/// A transaction that is open.
pub(super) struct PostgresTransaction {
    open: Transaction<'static, Postgres>,
    /// Whether the savepoint of the last statement is still there.
    marked: bool,
    /// What failed could not be undone; PostgreSQL would say nothing of it at the end.
    broken: bool,
}

/// Set before each statement of a transaction: without it PostgreSQL would take no other after a failure, and keep nothing at the end
/// without a word. It goes with the next message, because only here is it known whether a statement stays within its caps.
const MARK: &str = "SAVEPOINT iota_statement; ";
const UNMARK: &str = "RELEASE SAVEPOINT iota_statement; ";
const BACK_TO_MARK: &str = "ROLLBACK TO SAVEPOINT iota_statement";

impl PostgresPools {
    pub(super) async fn open(
        url: &PgConnectOptions,
        copy: Option<&PgConnectOptions>,
        config: &ScriptDatabaseConfig,
    ) -> Result<Self, ScriptDatabaseError> {
        let copy_key = if copy.is_some() { "read_url" } else { "url" };
        let session = |effect| {
            let mut lines = "SET timezone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET bytea_output = 'hex'; SET extra_float_digits = 1; \
                SET IntervalStyle = 'postgres'; SET idle_in_transaction_session_timeout = '60s';"
                .to_owned();
            lines += &format!(
                "SET statement_timeout = {}; SET lock_timeout = {};",
                ms(config.statement_timeout),
                ms(ACQUIRE_TIMEOUT)
            );
            if effect == SqlEffect::Reads {
                lines += "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;";
            }
            lines + &role_and_settings("SET", config.role.as_deref(), &config.settings, None)
        };
        let doubt = Doubt::default();
        let pool = |options: &PgConnectOptions, effect| {
            let lines = session(effect);
            let pool = PgPoolOptions::new().max_connections(config.max_connections).acquire_timeout(ACQUIRE_TIMEOUT);
            pool_checks::of_postgres(pool, &doubt, Trusted::ForSeconds)
                .after_connect(move |connection, _| {
                    let lines = lines.clone();
                    Box::pin(async move { connection.execute(sqlx::raw_sql(AssertSqlSafe(lines))).await.map(drop) })
                })
                .connect_lazy_with(options.clone().application_name("iota-scripts db").disable_statement_logging())
        };
        let pools = Self {
            reading: pool(copy.unwrap_or(url), SqlEffect::Reads),
            writing: pool(url, SqlEffect::Writes),
            doubt: doubt.clone(),
            statement_timeout: config.statement_timeout,
            role: config.role.clone(),
            settings: config.settings.clone(),
        };
        for (key, pool) in [("url", &pools.writing), (copy_key, &pools.reading)] {
            let opened = pool.acquire().await;
            opened.map_err(|error| ScriptDatabaseError { passing: true, ..ScriptDatabaseError::at(key, &error) })?;
        }
        Ok(pools)
    }

    /// Reads, and once more on another connection when the first was broken: a server that was started again has closed them all, and
    /// reading twice does no harm.
    pub(super) async fn read(
        &self,
        tenant: Option<&TenantId>,
        statement: &ScopedSql,
        caps: Caps,
    ) -> Result<SqlRows, SqlError> {
        let began = Instant::now();
        match self.read_once(tenant, statement, caps).await {
            Err(SqlError::Unavailable(_)) => {
                self.doubt.raise();
                let left = Caps { time: caps.time.saturating_sub(began.elapsed()), ..caps };
                self.read_once(tenant, statement, left).await
            }
            done => done,
        }
    }

    async fn read_once(
        &self,
        tenant: Option<&TenantId>,
        statement: &ScopedSql,
        caps: Caps,
    ) -> Result<SqlRows, SqlError> {
        let refused = |error: sqlx::Error| of_postgres(&error, caps.time);
        if self.settings.values().any(|value| value.contains(TENANT)) {
            // Nobody's rows are asked for where there is no tenant, but the host's policies want the setting to be there.
            let begin = self.begin_text(tenant.map_or("", TenantId::as_str), SqlEffect::Reads, self.statement_timeout);
            let mut open = self.reading.begin_with(AssertSqlSafe(begin)).await.map_err(refused)?;
            let rows = run(&mut open, &held(statement, caps), statement, caps).await?;
            open.commit().await.map_err(refused)?;
            return Ok(rows);
        }
        let mut connection = self.reading.acquire().await.map_err(refused)?;
        let rows = run(&mut connection, &held(statement, caps), statement, caps).await;
        if matches!(rows, Err(SqlError::TooManyRows(_) | SqlError::TooManyBytes(_) | SqlError::Unavailable(_))) {
            // What else the server has to say would have to be read before the next tenant's statement; or it says nothing any more. One
            // that is late is kept: the server may still be at it, and no more of it than there are connections may be at such.
            connection.close_on_drop();
        }
        rows
    }

    /// Writes by itself, in two messages: one that begins and writes, and one that keeps it once it is known to be within its caps.
    pub(super) async fn write(
        &self,
        tenant: &TenantId,
        statement: &ScopedSql,
        caps: Caps,
    ) -> Result<SqlRows, SqlError> {
        let began = Instant::now();
        match self.write_once(tenant, statement, caps).await {
            // Nothing was committed, so the write can be tried again on another connection.
            Err(Unkept::Lost(_)) => {
                self.doubt.raise();
                let left = Caps { time: caps.time.saturating_sub(began.elapsed()), ..caps };
                self.write_once(tenant, statement, left).await
            }
            done => done,
        }
        .map_err(Unkept::into_error)
    }

    async fn write_once(&self, tenant: &TenantId, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, Unkept> {
        let connection = self.writing.acquire().await.map_err(|error| Unkept::of(of_postgres(&error, caps.time)))?;
        let mut own = OwnTransaction { connection, ended: false };
        let text = self.begin_text(tenant.as_str(), SqlEffect::Writes, caps.time) + &held(statement, caps);
        // The server ends it in time; a message that is lost is ours to end.
        let late = Caps { time: caps.time.saturating_add(ACQUIRE_TIMEOUT), ..caps };
        let rows = match run(&mut own.connection, &text, statement, late).await {
            Ok(rows) => rows,
            Err(error) => {
                own.roll_back().await;
                return Err(Unkept::of(match error {
                    SqlError::TimedOut(_) => SqlError::TimedOut(caps.time.as_millis()),
                    other => other,
                }));
            }
        };
        own.end("COMMIT").await.map_err(Unkept::Told)?;
        Ok(rows)
    }

    pub(super) async fn begin(
        &self,
        tenant: &TenantId,
        effect: SqlEffect,
        patience: Duration,
    ) -> Result<PostgresTransaction, SqlError> {
        let begin = self.begin_text(tenant.as_str(), effect, self.statement_timeout);
        let begin = async || {
            let open = self.writing.begin_with(AssertSqlSafe(begin.as_str())).await;
            open.map_err(|error| of_postgres(&error, patience))
        };
        // Nothing was done yet, so that a broken connection is no reason to fail.
        let open = match begin().await {
            Err(SqlError::Unavailable(_)) => {
                self.doubt.raise();
                begin().await?
            }
            open => open?,
        };
        Ok(PostgresTransaction { open, marked: false, broken: false })
    }

    /// What begins a transaction whose statements may take so long.
    fn begin_text(&self, tenant: &str, effect: SqlEffect, time: Duration) -> String {
        let mut lines = match effect {
            SqlEffect::Reads => "BEGIN READ ONLY;".to_owned(),
            SqlEffect::Writes => "BEGIN;".to_owned(),
        };
        // The session has the usual one.
        if time != self.statement_timeout {
            lines += &format!("SET LOCAL statement_timeout = {};", ms(time));
        }
        lines + &role_and_settings("SET LOCAL", self.role.as_deref(), &self.settings, Some(tenant))
    }

    pub(super) async fn close(&self) {
        self.reading.close().await;
        self.writing.close().await;
    }
}

/// Why a write is not kept, or not known to be.
enum Unkept {
    /// The connection broke before anybody said that it was to be kept.
    Lost(SqlError),
    Told(SqlError),
}

impl Unkept {
    fn of(error: SqlError) -> Self {
        if matches!(error, SqlError::Unavailable(_)) { Self::Lost(error) } else { Self::Told(error) }
    }

    fn into_error(self) -> SqlError {
        let (Self::Lost(error) | Self::Told(error)) = self;
        error
    }
}

/// A connection with a transaction that the driver does not know of. Dropped before the end of that, it is closed.
struct OwnTransaction {
    connection: PoolConnection<Postgres>,
    ended: bool,
}

impl OwnTransaction {
    async fn end(&mut self, word: &'static str) -> Result<(), SqlError> {
        let ended = sqlx::raw_sql(word).execute(&mut *self.connection).await;
        ended.map_err(|error| of_postgres(&error, ACQUIRE_TIMEOUT))?;
        self.ended = true;
        Ok(())
    }

    async fn roll_back(&mut self) {
        let back = async {
            // The first may find what the server still had to say of the statement.
            if self.end("ROLLBACK").await.is_err() {
                let _ = self.end("ROLLBACK").await;
            }
        };
        let _ = timeout(ACQUIRE_TIMEOUT, back).await;
    }
}

impl Drop for OwnTransaction {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.close_on_drop();
        }
    }
}

impl PostgresTransaction {
    pub(super) async fn run(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, SqlError> {
        // The server ends it in time, so that the transaction goes on; a message that is lost is ours to end.
        let timeout = format!("SET LOCAL statement_timeout = {}; ", ms(caps.time));
        let text = format!("{}{MARK}{timeout}{}", self.unmark(), held(statement, caps));
        self.marked = true;
        let late = Caps { time: caps.time.saturating_add(ACQUIRE_TIMEOUT), ..caps };
        let ran = run(&mut self.open, &text, statement, late).await;
        let error = match ran {
            Ok(rows) => return Ok(rows),
            Err(SqlError::TimedOut(_)) => SqlError::TimedOut(caps.time.as_millis()),
            Err(error) => error,
        };
        // The first may find what the server still had to say of the statement.
        let back = self.send(BACK_TO_MARK).await.is_ok() || self.send(BACK_TO_MARK).await.is_ok();
        self.broken |= !back;
        Err(error)
    }

    pub(super) async fn execute(&mut self, sql: &str) -> Result<(), SqlError> {
        let text = format!("{}{sql}", self.unmark());
        let sent = self.send(&text).await;
        self.broken |= sent.is_err();
        sent
    }

    /// What takes the last statement's savepoint away: savepoints of a script must not come to lie within it.
    const fn unmark(&mut self) -> &'static str {
        if std::mem::replace(&mut self.marked, false) { UNMARK } else { "" }
    }

    async fn send(&mut self, text: &str) -> Result<(), SqlError> {
        let sent = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *self.open).await;
        sent.map(drop).map_err(|error| of_postgres(&error, ACQUIRE_TIMEOUT))
    }

    pub(super) async fn commit(self) -> Result<(), SqlError> {
        if self.broken {
            self.rollback().await?;
            let message = "a statement that failed could not be undone by itself: nothing of the transaction is kept";
            return Err(SqlError::Failed { message: message.to_owned(), reason: SqlFailure::Other });
        }
        self.open.commit().await.map_err(|error| of_postgres(&error, ACQUIRE_TIMEOUT))
    }

    pub(super) async fn rollback(self) -> Result<(), SqlError> {
        self.open.rollback().await.map_err(|error| of_postgres(&error, ACQUIRE_TIMEOUT))
    }
}

/// The role and the settings of the configuration. Those with the tenant in them are left out where there is none.
fn role_and_settings(
    set: &str,
    role: Option<&str>,
    settings: &BTreeMap<String, String>,
    tenant: Option<&str>,
) -> String {
    let mut lines = role.map(|role| format!("{set} ROLE {};", super::scope::quoted_name(role))).unwrap_or_default();
    for (name, value) in settings {
        let value = match tenant {
            Some(tenant) => value.replace(TENANT, tenant),
            None if value.contains(TENANT) => continue,
            None => value.clone(),
        };
        lines += &format!("{set} {name} = {};", quoted_text(&value));
    }
    lines
}

fn ms(duration: Duration) -> u128 {
    // Zero would be no limit.
    duration.as_millis().max(1)
}

/// The statement's text, held to the caps by the server: no more rows than one over them are sent, and no row that is larger than all of
/// them may be together, because a row is in memory here before anyone can measure it.
fn held(statement: &ScopedSql, caps: Caps) -> String {
    let ScopedSql { sql, effect, columns, .. } = statement;
    if columns.is_empty() {
        return sql.clone();
    }
    let (with, from) = match effect {
        // The fence keeps the measuring away from rows that no condition has passed yet.
        SqlEffect::Reads => (String::new(), format!("(SELECT * FROM ({sql}) AS iota_p OFFSET 0) AS iota_q")),
        SqlEffect::Writes => (format!("WITH iota_q AS ({sql}) "), "iota_q".to_owned()),
    };
    let rows = caps.rows.saturating_add(1).min(i64::MAX.unsigned_abs());
    let bytes = "pg_catalog.octet_length((iota_q.*)::text)";
    // There is no function that only fails; a text of this length cannot be made.
    format!(
        "{with}SELECT iota_q.* FROM {from} WHERE CASE WHEN {bytes} > {MAX_BYTES} \
         THEN pg_catalog.repeat('x', GREATEST({bytes}, {})) IS NULL ELSE TRUE END LIMIT {rows}",
        i32::MAX
    )
}

/// Runs `text`, which is what became of the statement.
async fn run(
    connection: &mut PgConnection,
    text: &str,
    statement: &ScopedSql,
    caps: Caps,
) -> Result<SqlRows, SqlError> {
    /// "requested length too large"
    const TOO_LARGE: &str = "54000";
    let mut gathered = Gathered::new(statement, caps);
    let gathering = async {
        let mut stream = sqlx::raw_sql(AssertSqlSafe(text)).fetch_many(&mut *connection);
        loop {
            match stream.try_next().await {
                Ok(Some(Either::Left(done))) => gathered.changed(done.rows_affected()),
                Ok(Some(Either::Right(row))) => gathered.row(postgres_row(&row, &statement.columns))?,
                Ok(None) => return Ok(()),
                Err(sqlx::Error::Database(cause))
                    if !statement.columns.is_empty() && cause.code().as_deref() == Some(TOO_LARGE) =>
                {
                    return Err(SqlError::TooManyBytes(MAX_BYTES));
                }
                Err(error) => return Err(of_postgres(&error, caps.time)),
            }
        }
    };
    // The server's own timeout is the operator's; what is left of the run may be less.
    timeout(caps.time, gathering).await.unwrap_or(Err(SqlError::TimedOut(caps.time.as_millis())))?;
    gathered.finish()
}
