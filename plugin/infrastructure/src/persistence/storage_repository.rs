//! [`StorageRepository`] over SQL. A value that has expired is not there, even while its row is.

use async_trait::async_trait;
use iota_scripts_domain::{JsonText, RepositoryError, StorageKey, StorageRepository, StoredValue, TenantId, Timestamp};

use super::db::{Db, on};
use super::error::refused;
use super::rows::{RowReader, SqlTime};

/// Values of scripts in a database.
#[derive(Debug, Clone)]
pub struct SqlStorageRepository {
    db: Db,
}

impl SqlStorageRepository {
    /// The values of a database that is migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

const TABLE: &str = "script_storage";

const GET: &str =
    "SELECT value FROM script_storage WHERE tenant_id = $1 AND key = $2 AND (expires_at IS NULL OR expires_at > $3)";

const SET: &str = "INSERT INTO script_storage (tenant_id, key, value, expires_at, updated_at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (tenant_id, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, updated_at = excluded.updated_at";

const DELETE: &str =
    "DELETE FROM script_storage WHERE tenant_id = $1 AND key = $2 RETURNING (expires_at IS NULL OR expires_at > $3)";

/// The outer condition is looked at again when a value was set anew meanwhile.
const PURGE: &str = "DELETE FROM script_storage WHERE expires_at <= $1 AND (tenant_id, key) IN \
    (SELECT tenant_id, key FROM script_storage WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

#[async_trait]
impl StorageRepository for SqlStorageRepository {
    async fn get(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, RepositoryError> {
        let value: Option<String> = on!(self.db, |pool| {
            let query = sqlx::query_scalar(GET).bind(tenant.as_str()).bind(key.as_str()).bind(SqlTime(now));
            query.fetch_optional(pool).await.map_err(store)?
        });
        let Some(text) = value else { return Ok(None) };
        let reader = RowReader::new(TABLE, format_args!("{tenant}/{key}"));
        let json = reader.read("value", JsonText::parse(text))?;
        reader.read("value", StoredValue::parse(json)).map(Some)
    }

    async fn set(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        value: &StoredValue,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), RepositoryError> {
        on!(self.db, |pool| {
            let query = sqlx::query(SET).bind(tenant.as_str()).bind(key.as_str()).bind(value.json().as_str());
            query.bind(expires_at.map(SqlTime)).bind(SqlTime(now)).execute(pool).await.map_err(store)?;
        });
        Ok(())
    }

    async fn delete(&self, tenant: &TenantId, key: &StorageKey, now: Timestamp) -> Result<bool, RepositoryError> {
        let was_there: Option<bool> = on!(self.db, |pool| {
            let query = sqlx::query_scalar(DELETE).bind(tenant.as_str()).bind(key.as_str()).bind(SqlTime(now));
            query.fetch_optional(pool).await.map_err(store)?
        });
        Ok(was_there.unwrap_or(false))
    }

    async fn purge_expired(&self, now: Timestamp, limit: u32) -> Result<u64, RepositoryError> {
        Ok(on!(self.db, |pool| {
            let query = sqlx::query(PURGE).bind(SqlTime(now)).bind(i64::from(limit));
            query.execute(pool).await.map_err(store)?.rows_affected()
        }))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    refused(TABLE, &error)
}
