//! PostgreSQL: statements are sent as text with their values inlined, and results come back as text. A reading statement takes one round
//! trip, a single writing statement two.
//!
//! Reading connections have read-only sessions. Writes, and statements that need per-tenant settings, run in a transaction.

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
    rows::{MAX_BYTES, RowCollector, postgres_row},
    scope::quoted_text,
};
use crate::pool_checks::{self, PoolSuspicion, Trusted};

/// Maximum time to open a connection, to wait for a free one, or to wait for a lock.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Placeholder for the tenant's id in a setting.
const TENANT_PLACEHOLDER: &str = "{tenant}";

/// One pool for reads and one for writes.
#[derive(Debug)]
pub(super) struct PostgresPools {
    reading: PgPool,
    writing: PgPool,
    doubt: PoolSuspicion,
    statement_timeout: Duration,
    role: Option<String>,
    settings: BTreeMap<String, String>,
}

/// An open transaction of a script.
pub(super) struct PostgresTransaction {
    open: Transaction<'static, Postgres>,
    /// Whether the last statement's savepoint still exists.
    has_savepoint: bool,
    /// A failed statement could not be rolled back to its savepoint. A later COMMIT would roll everything back without an error.
    broken: bool,
}

/// Sent before each statement of a transaction. Without a savepoint, PostgreSQL rejects every statement after a failure, and COMMIT
/// silently rolls back. It is released with the next message, because only after the result is read is it known whether the statement kept
/// its limits.
const SAVEPOINT: &str = "SAVEPOINT iota_statement; ";
const RELEASE: &str = "RELEASE SAVEPOINT iota_statement; ";
const ROLLBACK_TO: &str = "ROLLBACK TO SAVEPOINT iota_statement";

impl PostgresPools {
    pub(super) async fn open(
        url: &PgConnectOptions,
        replica: Option<&PgConnectOptions>,
        config: &ScriptDatabaseConfig,
    ) -> Result<Self, ScriptDatabaseError> {
        let replica_key = if replica.is_some() { "read_url" } else { "url" };
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
        let doubt = PoolSuspicion::default();
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
            reading: pool(replica.unwrap_or(url), SqlEffect::Reads),
            writing: pool(url, SqlEffect::Writes),
            doubt: doubt.clone(),
            statement_timeout: config.statement_timeout,
            role: config.role.clone(),
            settings: config.settings.clone(),
        };
        for (key, pool) in [("url", &pools.writing), (replica_key, &pools.reading)] {
            let opened = pool.acquire().await;
            opened.map_err(|error| ScriptDatabaseError { passing: true, ..ScriptDatabaseError::at(key, &error) })?;
        }
        Ok(pools)
    }

    /// Reads; if the connection was broken, tries once more on another. A restarted server has closed all connections, and reading twice is
    /// harmless.
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
            result => result,
        }
    }

    async fn read_once(
        &self,
        tenant: Option<&TenantId>,
        statement: &ScopedSql,
        caps: Caps,
    ) -> Result<SqlRows, SqlError> {
        let refused = |error: sqlx::Error| of_postgres(&error, caps.time);
        if self.settings.values().any(|value| value.contains(TENANT_PLACEHOLDER)) {
            // A startup check has no tenant and selects no rows, but the host's row policies may require the setting to exist.
            let begin = self.begin_text(tenant.map_or("", TenantId::as_str), SqlEffect::Reads, self.statement_timeout);
            let mut open = self.reading.begin_with(AssertSqlSafe(begin)).await.map_err(refused)?;
            let rows = run(&mut open, &capped(statement, caps), statement, caps).await?;
            open.commit().await.map_err(refused)?;
            return Ok(rows);
        }
        let mut connection = self.reading.acquire().await.map_err(refused)?;
        let rows = run(&mut connection, &capped(statement, caps), statement, caps).await;
        if matches!(rows, Err(SqlError::TooManyRows(_) | SqlError::TooManyBytes(_) | SqlError::Unavailable(_))) {
            // Unread results would have to be drained before the next tenant's statement, or the connection is dead. After a timeout it is
            // kept: the server may still be executing, and the pool's size then bounds the number of such statements.
            connection.close_on_drop();
        }
        rows
    }

    /// Writes in its own transaction with two messages: one that begins and writes, and one that commits once the result is within the
    /// limits.
    pub(super) async fn write(
        &self,
        tenant: &TenantId,
        statement: &ScopedSql,
        caps: Caps,
    ) -> Result<SqlRows, SqlError> {
        let began = Instant::now();
        match self.write_once(tenant, statement, caps).await {
            // Nothing was committed, so the write can be retried on another connection.
            Err(WriteError::NotCommitted(_)) => {
                self.doubt.raise();
                let left = Caps { time: caps.time.saturating_sub(began.elapsed()), ..caps };
                self.write_once(tenant, statement, left).await
            }
            result => result,
        }
        .map_err(WriteError::into_error)
    }

    async fn write_once(&self, tenant: &TenantId, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, WriteError> {
        let connection =
            self.writing.acquire().await.map_err(|error| WriteError::of(of_postgres(&error, caps.time)))?;
        let mut transaction = RawTransaction { connection, ended: false };
        let text = self.begin_text(tenant.as_str(), SqlEffect::Writes, caps.time) + &capped(statement, caps);
        // The server's timeout ends the statement; this longer timeout covers a lost message.
        let client_caps = Caps { time: caps.time.saturating_add(ACQUIRE_TIMEOUT), ..caps };
        let rows = match run(&mut transaction.connection, &text, statement, client_caps).await {
            Ok(rows) => rows,
            Err(error) => {
                transaction.roll_back().await;
                return Err(WriteError::of(match error {
                    SqlError::TimedOut(_) => SqlError::TimedOut(caps.time.as_millis()),
                    other => other,
                }));
            }
        };
        transaction.end("COMMIT").await.map_err(WriteError::Final)?;
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
        // Nothing has been executed yet, so a broken connection is retried.
        let open = match begin().await {
            Err(SqlError::Unavailable(_)) => {
                self.doubt.raise();
                begin().await?
            }
            open => open?,
        };
        Ok(PostgresTransaction { open, has_savepoint: false, broken: false })
    }

    /// Returns the text that begins a transaction whose statements are limited to `time`.
    fn begin_text(&self, tenant: &str, effect: SqlEffect, time: Duration) -> String {
        let mut lines = match effect {
            SqlEffect::Reads => "BEGIN READ ONLY;".to_owned(),
            SqlEffect::Writes => "BEGIN;".to_owned(),
        };
        // The session already has the default.
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

/// Why a write failed.
enum WriteError {
    /// The connection broke before COMMIT was sent, so the write can be retried.
    NotCommitted(SqlError),
    Final(SqlError),
}

impl WriteError {
    fn of(error: SqlError) -> Self {
        if matches!(error, SqlError::Unavailable(_)) { Self::NotCommitted(error) } else { Self::Final(error) }
    }

    fn into_error(self) -> SqlError {
        let (Self::NotCommitted(error) | Self::Final(error)) = self;
        error
    }
}

/// A connection with a transaction that the driver does not track. If dropped before the transaction ends, the connection is closed.
struct RawTransaction {
    connection: PoolConnection<Postgres>,
    ended: bool,
}

impl RawTransaction {
    async fn end(&mut self, word: &'static str) -> Result<(), SqlError> {
        let ended = sqlx::raw_sql(word).execute(&mut *self.connection).await;
        ended.map_err(|error| of_postgres(&error, ACQUIRE_TIMEOUT))?;
        self.ended = true;
        Ok(())
    }

    async fn roll_back(&mut self) {
        let rolled_back = async {
            // The first attempt may fail on leftovers of the failed statement.
            if self.end("ROLLBACK").await.is_err() {
                let _ = self.end("ROLLBACK").await;
            }
        };
        let _ = timeout(ACQUIRE_TIMEOUT, rolled_back).await;
    }
}

impl Drop for RawTransaction {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.close_on_drop();
        }
    }
}

impl PostgresTransaction {
    pub(super) async fn run(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, SqlError> {
        // The server's timeout ends the statement, and the transaction can go on. This longer timeout covers a lost message.
        let timeout = format!("SET LOCAL statement_timeout = {}; ", ms(caps.time));
        let text = format!("{}{SAVEPOINT}{timeout}{}", self.release_savepoint(), capped(statement, caps));
        self.has_savepoint = true;
        let client_caps = Caps { time: caps.time.saturating_add(ACQUIRE_TIMEOUT), ..caps };
        let ran = run(&mut self.open, &text, statement, client_caps).await;
        let error = match ran {
            Ok(rows) => return Ok(rows),
            Err(SqlError::TimedOut(_)) => SqlError::TimedOut(caps.time.as_millis()),
            Err(error) => error,
        };
        // The first attempt may fail on leftovers of the failed statement.
        let rolled_back = self.send(ROLLBACK_TO).await.is_ok() || self.send(ROLLBACK_TO).await.is_ok();
        self.broken |= !rolled_back;
        Err(error)
    }

    pub(super) async fn execute(&mut self, sql: &str) -> Result<(), SqlError> {
        let text = format!("{}{sql}", self.release_savepoint());
        let sent = self.send(&text).await;
        self.broken |= sent.is_err();
        sent
    }

    /// Returns the text that releases the last statement's savepoint, so that a script's own savepoints are never nested in it.
    const fn release_savepoint(&mut self) -> &'static str {
        if std::mem::replace(&mut self.has_savepoint, false) { RELEASE } else { "" }
    }

    async fn send(&mut self, text: &str) -> Result<(), SqlError> {
        let sent = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *self.open).await;
        sent.map(drop).map_err(|error| of_postgres(&error, ACQUIRE_TIMEOUT))
    }

    pub(super) async fn commit(self) -> Result<(), SqlError> {
        if self.broken {
            self.rollback().await?;
            let message = "a failed statement could not be rolled back alone; the whole transaction was rolled back";
            return Err(SqlError::Failed { message: message.to_owned(), reason: SqlFailure::Other });
        }
        self.open.commit().await.map_err(|error| of_postgres(&error, ACQUIRE_TIMEOUT))
    }

    pub(super) async fn rollback(self) -> Result<(), SqlError> {
        self.open.rollback().await.map_err(|error| of_postgres(&error, ACQUIRE_TIMEOUT))
    }
}

/// Returns the statements that set the configured role and settings. Settings with the tenant placeholder are omitted if there is no
/// tenant.
fn role_and_settings(
    set: &str,
    role: Option<&str>,
    settings: &BTreeMap<String, String>,
    tenant: Option<&str>,
) -> String {
    let mut lines = role.map(|role| format!("{set} ROLE {};", super::scope::quoted_name(role))).unwrap_or_default();
    for (name, value) in settings {
        let value = match tenant {
            Some(tenant) => value.replace(TENANT_PLACEHOLDER, tenant),
            None if value.contains(TENANT_PLACEHOLDER) => continue,
            None => value.clone(),
        };
        lines += &format!("{set} {name} = {};", quoted_text(&value));
    }
    lines
}

fn ms(duration: Duration) -> u128 {
    // Zero would mean no limit.
    duration.as_millis().max(1)
}

/// Wraps the statement so that the server enforces the limits: it sends at most one row over the row limit, and no row larger than the byte
/// limit, because a row is in memory here before its size is known.
fn capped(statement: &ScopedSql, caps: Caps) -> String {
    let ScopedSql { sql, effect, columns, .. } = statement;
    if columns.is_empty() {
        return sql.clone();
    }
    let (with, from) = match effect {
        // OFFSET 0 is a fence: sizes are computed only for rows that passed every condition.
        SqlEffect::Reads => (String::new(), format!("(SELECT * FROM ({sql}) AS iota_p OFFSET 0) AS iota_q")),
        SqlEffect::Writes => (format!("WITH iota_q AS ({sql}) "), "iota_q".to_owned()),
    };
    let rows = caps.rows.saturating_add(1).min(i64::MAX.unsigned_abs());
    let bytes = "pg_catalog.octet_length((iota_q.*)::text)";
    // PostgreSQL has no function that only raises an error; a text of this length cannot be built.
    format!(
        "{with}SELECT iota_q.* FROM {from} WHERE CASE WHEN {bytes} > {MAX_BYTES} \
         THEN pg_catalog.repeat('x', GREATEST({bytes}, {})) IS NULL ELSE TRUE END LIMIT {rows}",
        i32::MAX
    )
}

/// Runs `text`, the final form of `statement`.
async fn run(
    connection: &mut PgConnection,
    text: &str,
    statement: &ScopedSql,
    caps: Caps,
) -> Result<SqlRows, SqlError> {
    /// "requested length too large"
    const TOO_LARGE: &str = "54000";
    let mut collector = RowCollector::new(statement, caps);
    let collecting = async {
        let mut stream = sqlx::raw_sql(AssertSqlSafe(text)).fetch_many(&mut *connection);
        loop {
            match stream.try_next().await {
                Ok(Some(Either::Left(result))) => collector.changed(result.rows_affected()),
                Ok(Some(Either::Right(row))) => collector.row(postgres_row(&row, &statement.columns))?,
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
    // The session's timeout is the operator's; the run may have less time left.
    timeout(caps.time, collecting).await.unwrap_or(Err(SqlError::TimedOut(caps.time.as_millis())))?;
    collector.finish()
}
