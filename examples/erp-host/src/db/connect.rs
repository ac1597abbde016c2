//! Opens a database from its URL, and reports a failure in one line.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use sqlx::Connection as _;

use super::Db;

/// Time limit for a database to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why a database could not be opened. Passwords are removed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("--database-url {url:?} is neither sqlite://FILE nor postgres://USER:PASSWORD@HOST/DATABASE")]
    Scheme { url: String },
    #[error("--database-url is not valid: {reason}")]
    Invalid { reason: String },
    #[error("cannot create the folder {folder} for the database: {source}; choose another file with --database-url")]
    Folder { folder: String, source: std::io::Error },
    #[error("cannot reach the database {place}: {reason}; check --database-url")]
    Unreachable { place: String, reason: String },
}

impl Db {
    /// Opens the database at a URL. A SQLite file and its folder are created if missing.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => connect_sqlite(url).await,
            Some("postgres" | "postgresql") => connect_postgres(url).await,
            _ => Err(ConnectError::Scheme { url: without_password(url) }),
        }
    }
}

async fn connect_sqlite(url: &str) -> Result<Db, ConnectError> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        let reason = "a database in memory cannot be shared by several connections; name a file".to_owned();
        return Err(ConnectError::Invalid { reason });
    }
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| ConnectError::Invalid { reason: one_line(&error) })?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_secs(5));
    let file = options.get_filename().to_owned();
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder)?;
    }
    // A connection to a file cannot be closed remotely, and a ping before each statement would cost as much as the
    // statement.
    let pool =
        SqlitePoolOptions::new().max_connections(4).acquire_timeout(Duration::from_secs(10)).test_before_acquire(false);
    let pool = pool.after_release(|connection, _| Box::pin(is_settled(connection)));
    let pool = pool.connect_with(options).await;
    pool.map(Db::Sqlite).map_err(|error| unreachable(file.display().to_string(), &error))
}

async fn connect_postgres(url: &str) -> Result<Db, ConnectError> {
    let options =
        PgConnectOptions::from_str(url).map_err(|error| ConnectError::Invalid { reason: one_line(&error) })?;
    let options = options.application_name("erp-host");
    let place = without_password(url);
    // One connection first: a pool would retry until its timeout, and lose the reason.
    let first = tokio::time::timeout(TIMEOUT, PgConnection::connect_with(&options)).await;
    match first {
        Ok(Ok(connection)) => drop(connection.close().await),
        Ok(Err(error)) => return Err(unreachable(place, &error)),
        Err(_) => return Err(unreachable(place, &sqlx::Error::PoolTimedOut)),
    }
    let pool = PgPoolOptions::new().max_connections(8).acquire_timeout(TIMEOUT);
    let pool = pool.after_release(|connection, _| Box::pin(is_settled(connection)));
    pool.connect_with(options).await.map(Db::Postgres).map_err(|error| unreachable(place, &error))
}

/// Whether a connection has no open transaction, and may be reused. After a failed ROLLBACK the driver counts a transaction as open for
/// ever (SQLite rolls back automatically when the disk is full, so that a ROLLBACK then fails), and could not begin another one.
async fn is_settled<C: sqlx::Connection>(connection: &mut C) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback started by dropping a transaction runs before this query.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

fn make_folder(folder: &Path) -> Result<(), ConnectError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| ConnectError::Folder { folder: folder.display().to_string(), source })
}

fn unreachable(place: String, error: &sqlx::Error) -> ConnectError {
    let reason = match error {
        sqlx::Error::PoolTimedOut => "no answer in time".to_owned(),
        other => one_line(other),
    };
    ConnectError::Unreachable { place, reason }
}

fn one_line(error: &sqlx::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A URL without its password.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((login, place)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = login.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}@{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_never_reach_a_message() {
        assert_eq!(without_password("postgres://erp:s3cret@db:5432/erp"), "postgres://erp@db:5432/erp");
        assert_eq!(without_password("postgres://erp:a@b@db/erp"), "postgres://erp@db/erp");
        assert_eq!(without_password("sqlite://data/erp.db"), "sqlite://data/erp.db");
    }

    #[test]
    fn all_reasons_fit_on_one_line() {
        let error = sqlx::Error::Configuration("first\n  second".into());
        assert!(!one_line(&error).contains('\n'));
    }
}
