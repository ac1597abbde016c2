//! Migrates the tables at start: forward only, recorded in a table of migrations, all in one transaction that a second node waits for.
//! Refuses a schema that is newer than this program.

use super::{DbError, Tx};
use crate::clock;

/// All migrations, oldest first. Their SQL runs on both databases.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "erp", include_str!("../../migrations/0001_erp.sql")),
    (2, "handed_on", include_str!("../../migrations/0002_handed_on.sql")),
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS erp_migrations
  (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)";

/// An arbitrary number, the same on all nodes.
const LOCK: &str = "SELECT pg_advisory_xact_lock(4711001)";

/// Why the tables could not be migrated.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error(
        "the database has schema {found} of the ERP, but this program supports only {known}: run a newer erp-host, or choose another database with --database-url"
    )]
    Newer { found: i64, known: i64 },
    #[error("migration {version} of the ERP's tables failed: {source}")]
    Migration { version: i64, source: DbError },
    #[error("cannot read the ERP's schema version: {0}")]
    Version(DbError),
}

/// Applies the missing migrations. The caller commits.
pub async fn migrate(tx: &mut Tx) -> Result<(), SchemaError> {
    let found = current_version(tx).await.map_err(SchemaError::Version)?;
    let known = MIGRATIONS.last().map_or(0, |(version, _, _)| *version);
    if found > known {
        return Err(SchemaError::Newer { found, known });
    }
    for (version, name, sql) in MIGRATIONS.iter().filter(|(version, _, _)| *version > found) {
        let applied = apply(tx, *version, name, sql).await;
        applied.map_err(|source| SchemaError::Migration { version: *version, source })?;
    }
    Ok(())
}

async fn current_version(tx: &mut Tx) -> Result<i64, DbError> {
    if let Tx::Postgres(_) = tx {
        tx.fetch(LOCK, &[]).await?;
    }
    tx.execute(TABLE, &[]).await?;
    let row = tx.first("SELECT COALESCE(MAX(version), 0) AS version FROM erp_migrations", &[]).await?;
    row.map_or(Ok(0), |row| row.int("version"))
}

async fn apply(tx: &mut Tx, version: i64, name: &str, sql: &'static str) -> Result<(), DbError> {
    tx.execute_script(sql).await?;
    let values = vec![version.into(), name.into(), clock::to_text(clock::now()).into()];
    tx.insert("erp_migrations", &["version", "name", "applied_at"], values).await
}
