//! A pool of connections to one of the two databases, and the few differences between them.
//!
//! [`on!`] runs an expression with the pool of the configured database; the expression is compiled once for each database. [`on_writer!`]
//! does the same for statements that write. SQLite allows one writer at a time, so one connection does all the writing: it never waits for
//! a lock of this process, and its page cache stays valid, because no other connection of this process changes the file.

use std::time::Duration;

use futures_util::future::{BoxFuture, ready};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Database, PgPool, Pool, Postgres, Sqlite, SqlitePool, Transaction};

use super::config::{DatabaseConfig, Dialect, Target};
use crate::pool_checks::{self, PoolSuspicion, Trusted};

/// Timeout of opening a connection, and of waiting for a free one.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// Pages in SQLite's write-ahead log at which a commit runs a checkpoint: 32 MiB.
const LOG_PAGES: &str = "8000";

/// A database. Clones are cheap and share the pool.
#[derive(Debug, Clone)]
pub struct Db {
    pub(super) pools: Pools,
    schema: Option<String>,
    address: String,
}

#[derive(Debug, Clone)]
pub(super) enum Pools {
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

macro_rules! on {
    ($db:expr, |$pool:ident| $body:expr) => {
        $crate::persistence::db::on_pool!($db, readers, |$pool| $body)
    };
}
pub(super) use on;

macro_rules! on_writer {
    ($db:expr, |$pool:ident| $body:expr) => {
        $crate::persistence::db::on_pool!($db, writer, |$pool| $body)
    };
}
pub(super) use on_writer;

macro_rules! on_pool {
    ($db:expr, $of_sqlite:ident, |$pool:ident| $body:expr) => {
        match &$db.pools {
            $crate::persistence::db::Pools::Sqlite { $of_sqlite: $pool, .. } => $body,
            $crate::persistence::db::Pools::Postgres($pool) => $body,
        }
    };
}
pub(super) use on_pool;

/// The connection to the database failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot connect to the database at {address}: {reason}")]
pub struct ConnectError {
    /// The address, without the password.
    pub address: String,
    /// The database's error message.
    pub reason: String,
}

impl Db {
    /// Checks that one connection opens within five seconds. The pool opens its connections when they are needed.
    ///
    /// # Errors
    /// The address and the reason.
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, ConnectError> {
        let (pools, schema) = match &config.target {
            Target::Sqlite { path } => {
                // Checked before anything is read: otherwise SQLite would create the files next to it as read-only and leave them there.
                let bare = SqliteConnectOptions::new().filename(path).create_if_missing(true);
                let mut connection = open(&bare.disable_statement_logging(), config).await?;
                if pool_checks::is_read_only(&mut connection).await.unwrap_or_default() {
                    let reason = "the file is not writable".to_owned();
                    return Err(ConnectError { address: config.address(), reason });
                }
                close_probe(connection).await;
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal)
                    // Otherwise a statement of many rows writes its rollback data to a temporary file.
                    .pragma("temp_store", "memory")
                    // The journal runs checkpoints in the background, so that a commit rarely has to.
                    .pragma("wal_autocheckpoint", LOG_PAGES)
                    .foreign_keys(true)
                    .busy_timeout(ACQUIRE_TIMEOUT);
                let options = traced(options, config);
                probe(&options, config).await?;
                let writer = sqlite(options.clone(), 1);
                let readers = match config.max_connections.saturating_sub(1) {
                    0 => writer.clone(),
                    others => sqlite(options, others),
                };
                (Pools::Sqlite { readers, writer }, None)
            }
            Target::Postgres { options, schema } => {
                let mut options = traced(options.as_ref().clone().application_name("iota-scripts"), config);
                if let Some(schema) = schema {
                    options = options.options([("search_path", schema.as_str())]);
                }
                probe(&options, config).await?;
                (Pools::Postgres(postgres(options, config.max_connections)), schema.clone())
            }
        };
        Ok(Self { pools, schema, address: config.address() })
    }

    /// Returns the same database with a single new connection, for changing its tables. SQLite's other connections rely on the table
    /// definitions that they have read, and the driver fails if a row suddenly has more columns, so none of them may have read the tables
    /// before.
    pub(super) fn single_connection(&self) -> Self {
        let pools = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                let one = sqlite(writer.connect_options().as_ref().clone(), 1);
                Pools::Sqlite { readers: one.clone(), writer: one }
            }
            Pools::Postgres(pool) => Pools::Postgres(postgres(pool.connect_options().as_ref().clone(), 1)),
        };
        Self { pools, ..self.clone() }
    }

    /// Returns the dialect.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Returns the address without the password.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Checks that the database answers within the timeout of a query.
    ///
    /// # Errors
    /// The database's error.
    pub async fn ping(&self) -> Result<(), ConnectError> {
        let answered = on!(self, |pool| sqlx::query("SELECT 1").execute(pool).await.map(drop));
        answered.map_err(|error| ConnectError { address: self.address.clone(), reason: error.to_string() })
    }

    /// Waits for connections in use, then closes all connections.
    pub async fn close(&self) {
        on!(self, |pool| pool.close().await);
        on_writer!(self, |pool| pool.close().await);
    }

    pub(super) fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }
}

/// Begins a transaction that writes. In SQLite it acquires the write lock at once: a transaction that first reads and then writes would
/// fail, without waiting, if another one wrote in between.
pub(super) trait BeginWrite {
    type Db: Database;
    fn begin_write(&self) -> BoxFuture<'_, sqlx::Result<Transaction<'static, Self::Db>>>;
}

impl BeginWrite for Pool<Sqlite> {
    type Db = Sqlite;
    fn begin_write(&self) -> BoxFuture<'_, sqlx::Result<Transaction<'static, Sqlite>>> {
        Box::pin(self.begin_with("BEGIN IMMEDIATE"))
    }
}

impl BeginWrite for Pool<Postgres> {
    type Db = Postgres;
    fn begin_write(&self) -> BoxFuture<'_, sqlx::Result<Transaction<'static, Postgres>>> {
        Box::pin(self.begin())
    }
}

/// The driver traces statements unless this is turned off.
fn traced<O: ConnectOptions>(options: O, config: &DatabaseConfig) -> O {
    if config.statements_traced { options } else { options.disable_statement_logging() }
}

fn sqlite(options: SqliteConnectOptions, max_connections: u32) -> SqlitePool {
    let pool = SqlitePoolOptions::new().max_connections(max_connections).acquire_timeout(ACQUIRE_TIMEOUT);
    pool_checks::of_sqlite(pool, |_| Box::pin(ready(Ok(())))).connect_lazy_with(options)
}

/// A connection is pinged before use unless it was in use just now, so that the plugin's writes do not fail after the server was restarted.
fn postgres(options: PgConnectOptions, max_connections: u32) -> PgPool {
    let pool = PgPoolOptions::new().max_connections(max_connections).acquire_timeout(ACQUIRE_TIMEOUT);
    pool_checks::of_postgres(pool, &PoolSuspicion::default(), Trusted::Hardly).connect_lazy_with(options)
}

/// Opens one connection to check that it works: a pool would retry and finally report only a timeout.
async fn probe<O: ConnectOptions>(options: &O, config: &DatabaseConfig) -> Result<(), ConnectError>
where
    O::Connection: Sized,
{
    close_probe(open(options, config).await?).await;
    Ok(())
}

/// Opens a connection or returns the reason why it cannot.
async fn open<O: ConnectOptions>(options: &O, config: &DatabaseConfig) -> Result<O::Connection, ConnectError>
where
    O::Connection: Sized,
{
    let reason = match tokio::time::timeout(ACQUIRE_TIMEOUT, options.connect()).await {
        Ok(Ok(connection)) => return Ok(connection),
        Ok(Err(sqlx::Error::Database(error))) => error.message().to_owned(),
        Ok(Err(sqlx::Error::Io(error))) => error.to_string(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} seconds", ACQUIRE_TIMEOUT.as_secs()),
    };
    Err(ConnectError { address: config.address(), reason })
}

/// Closes the probe and ignores the result.
async fn close_probe(connection: impl Connection) {
    let _ = connection.close().await;
}
