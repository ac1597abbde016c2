//! Migrates the tables to the newest version with embedded SQL files, which are applied in order, each in its own transaction.
//!
//! Several nodes may start at the same time: each step takes a lock and then checks again which files are left. Migrations only go forward.
//! A schema that is newer than the files, or was made by different files, is refused.

mod catalogue;

pub use catalogue::{Migration, catalogue};

use std::time::Instant;

use iota_scripts_domain::{Clock, Timestamp};
use sqlx::AssertSqlSafe;

use super::columns::row;
use super::config::Dialect;
use super::db::{BeginWrite, Db, Pools, on, on_writer};
use super::rows::SqlTime;
use crate::elapsed::ms_since;

/// The id of the advisory lock in PostgreSQL. The number has no other meaning.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7046029254386353131)";

const APPLIED: &str = "SELECT version, name, checksum, applied_at FROM iota_scripts_migrations ORDER BY version";

/// A migration that the database contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Number of the migration.
    pub version: i64,
    /// Name of the migration.
    pub name: String,
    /// SHA-256 of the applied file, in hexadecimal.
    pub checksum: String,
    /// When it was applied.
    pub applied_at: Timestamp,
}

/// Errors of migrations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MigrationError {
    /// The database was migrated by a newer version of the plugin.
    #[error(
        "the database has schema version {found}, but this version of the plugin knows only {known}; use the newer plugin that made it"
    )]
    SchemaTooNew {
        /// Schema version of the database.
        found: i64,
        /// Newest version that this plugin knows.
        known: i64,
    },
    /// The database was migrated with a different file.
    #[error("migration {version} ({name}) differs from the one that the database was made with")]
    ChecksumChanged {
        /// Number of the migration.
        version: i64,
        /// Name of the migration in the database.
        name: String,
    },
    /// The database rejected a file.
    #[error("migration {version} ({name}) failed and was rolled back: {reason}")]
    Failed {
        /// Number of the migration.
        version: i64,
        /// Name of the migration.
        name: &'static str,
        /// The database's error message.
        reason: String,
    },
    /// The database did not answer.
    #[error("the database did not answer: {0}")]
    Unavailable(String),
}

/// Applies pending migrations and returns their number.
///
/// # Errors
/// [`MigrationError`]. Migrations applied before the error stay applied.
pub async fn migrate(db: &Db, clock: &dyn Clock) -> Result<usize, MigrationError> {
    let single_connection = db.single_connection();
    let count = steps(&single_connection, clock).await;
    single_connection.close().await;
    count
}

async fn steps(db: &Db, clock: &dyn Clock) -> Result<usize, MigrationError> {
    let pending = pending(db).await?.len();
    if pending > 0 {
        tracing::info!(pending, "applying migrations");
    }
    let (began, mut applied) = (Instant::now(), 0);
    while step(db, clock).await? {
        applied += 1;
    }
    if pending > 0 {
        // Fewer than were pending if another node has applied some of them.
        tracing::info!(applied, ms = ms_since(began), "migrations applied");
    }
    Ok(applied)
}

/// Returns the applied migrations in order; empty if the database was never migrated.
///
/// # Errors
/// [`MigrationError::Unavailable`].
pub async fn applied(db: &Db) -> Result<Vec<Applied>, MigrationError> {
    let exists = match &db.pools {
        Pools::Sqlite { readers: pool, .. } => {
            sqlx::query_scalar("SELECT COUNT(*) > 0 FROM sqlite_master WHERE name = 'iota_scripts_migrations'")
                .fetch_one(pool)
                .await
        }
        Pools::Postgres(pool) => {
            sqlx::query_scalar("SELECT to_regclass('iota_scripts_migrations') IS NOT NULL").fetch_one(pool).await
        }
    };
    let exists: bool = exists.map_err(unavailable)?;
    if !exists {
        return Ok(Vec::new());
    }
    let rows: Vec<AppliedRow> = on!(db, |pool| sqlx::query_as(APPLIED).fetch_all(pool).await).map_err(unavailable)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Returns the pending migrations.
///
/// # Errors
/// As for [`migrate`]; nothing is changed.
pub async fn pending(db: &Db) -> Result<&'static [Migration], MigrationError> {
    remaining(db.dialect(), &applied(db).await?)
}

row! {
    struct AppliedRow {
        version: i64,
        name: String,
        checksum: String,
        applied_at: SqlTime,
    }
}

impl From<AppliedRow> for Applied {
    fn from(row: AppliedRow) -> Self {
        Self { version: row.version, name: row.name, checksum: row.checksum, applied_at: row.applied_at.0 }
    }
}

/// Applies the next file, if any, in a transaction that holds the lock, so that no other node applies it too.
async fn step(db: &Db, clock: &dyn Clock) -> Result<bool, MigrationError> {
    let journal = match db.dialect() {
        Dialect::Sqlite => {
            "CREATE TABLE IF NOT EXISTS iota_scripts_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
             checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT"
                .to_owned()
        }
        Dialect::Postgres => {
            let schema = db.schema().map(|name| format!("CREATE SCHEMA IF NOT EXISTS \"{name}\";")).unwrap_or_default();
            format!(
                "{LOCK}; {schema} CREATE TABLE IF NOT EXISTS iota_scripts_migrations (version BIGINT NOT NULL PRIMARY KEY, \
                 name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
            )
        }
    };
    let began = Instant::now();
    on_writer!(db, |pool| {
        let mut tx = pool.begin_write().await.map_err(unavailable)?;
        // The only part that is not a constant is the schema's name, which was parsed as a plain identifier.
        sqlx::raw_sql(AssertSqlSafe(journal)).execute(&mut *tx).await.map_err(unavailable)?;
        let applied: Vec<AppliedRow> = sqlx::query_as(APPLIED).fetch_all(&mut *tx).await.map_err(unavailable)?;
        let applied: Vec<Applied> = applied.into_iter().map(Into::into).collect();
        let Some(next) = remaining(db.dialect(), &applied)?.first() else {
            return Ok(false);
        };
        let failed = |error: sqlx::Error| MigrationError::Failed {
            version: next.version,
            name: next.name,
            reason: error.to_string(),
        };
        sqlx::raw_sql(next.sql).execute(&mut *tx).await.map_err(failed)?;
        sqlx::query(
            "INSERT INTO iota_scripts_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(next.version)
        .bind(next.name)
        .bind(next.checksum.as_str())
        .bind(SqlTime(clock.now()))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        tracing::info!(number = next.version, name = next.name, ms = ms_since(began), "migration applied");
        Ok(true)
    })
}

/// Returns the migrations that follow the applied ones, if the applied ones are the start of the catalogue.
fn remaining(dialect: Dialect, applied: &[Applied]) -> Result<&'static [Migration], MigrationError> {
    let known = catalogue(dialect);
    let newest = known.last().map_or(0, |migration| migration.version);
    if let Some(last) = applied.last().filter(|last| last.version > newest) {
        return Err(MigrationError::SchemaTooNew { found: last.version, known: newest });
    }
    for (position, done) in applied.iter().enumerate() {
        let same =
            known.get(position).is_some_and(|ours| ours.version == done.version && ours.checksum == done.checksum);
        if !same {
            return Err(MigrationError::ChecksumChanged { version: done.version, name: done.name.clone() });
        }
    }
    Ok(known.get(applied.len()..).unwrap_or_default())
}

fn unavailable(error: sqlx::Error) -> MigrationError {
    MigrationError::Unavailable(match error {
        sqlx::Error::Database(cause) => cause.message().to_owned(),
        other => other.to_string(),
    })
}
