//! [`StorageRepository`] over SQL. An expired value counts as absent even if its row still exists.
//!
//! A change of a tenant's values locks the row of its usage, so that the changes of one tenant are sequential: data read before a change is
//! still current when the change is made, and the usage always matches the rows.

use async_trait::async_trait;
use iota_scripts_domain::{
    JsonText, KeyRange, RepositoryError, StorageChange, StorageError, StorageKey, StorageQuota, StorageRepository,
    StorageUsage, StoredEntry, StoredValue, TenantId, Timestamp,
};

use super::db::{BeginWrite as _, Db, on, on_writer};
use super::error::repository_error;
use super::rows::{RowReader, SqlTime};

/// Values of scripts in a database.
#[derive(Debug, Clone)]
pub struct SqlStorageRepository {
    db: Db,
}

impl SqlStorageRepository {
    /// Creates the repository. The database must be migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

const TABLE: &str = "script_storage";

const GET: &str =
    "SELECT value FROM script_storage WHERE tenant_id = $1 AND key = $2 AND (expires_at IS NULL OR expires_at > $3)";

const KEYS: &str = "SELECT key FROM script_storage WHERE tenant_id = $1 AND key >= $2 AND key < $3 AND key > $4 \
    AND (expires_at IS NULL OR expires_at > $5) ORDER BY key LIMIT $6";

/// Locks the row of the tenant's usage and creates it if it does not exist.
const LOCK_USAGE: &str = "INSERT INTO script_storage_usage (tenant_id, keys, bytes) VALUES ($1, 0, 0) \
    ON CONFLICT (tenant_id) DO UPDATE SET keys = script_storage_usage.keys RETURNING keys, bytes";

const NOTE: &str = "UPDATE script_storage_usage SET keys = $2, bytes = $3 WHERE tenant_id = $1";

const FIND: &str = "SELECT value, expires_at FROM script_storage WHERE tenant_id = $1 AND key = $2";

const SET: &str = "INSERT INTO script_storage (tenant_id, key, value, expires_at, updated_at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (tenant_id, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at, updated_at = excluded.updated_at";

const DELETE: &str = "DELETE FROM script_storage WHERE tenant_id = $1 AND key = $2 \
    RETURNING (expires_at IS NULL OR expires_at > $3), CAST(octet_length(key) + octet_length(value) AS BIGINT)";

/// Deletes expired values, except for the key that is being changed.
const DELETE_EXPIRED: &str = "DELETE FROM script_storage WHERE tenant_id = $1 AND expires_at <= $2 AND key <> $3 \
    RETURNING CAST(octet_length(key) + octet_length(value) AS BIGINT)";

/// The usage without expired values that are not deleted yet.
const USAGE: &str = "SELECT CAST(COALESCE((SELECT keys FROM script_storage_usage WHERE tenant_id = $1), 0) - COUNT(*) AS BIGINT), \
    CAST(COALESCE((SELECT bytes FROM script_storage_usage WHERE tenant_id = $1), 0) \
    - COALESCE(SUM(octet_length(key) + octet_length(value)), 0) AS BIGINT) \
    FROM script_storage WHERE tenant_id = $1 AND expires_at <= $2";

const EXPIRED_TENANTS: &str = "SELECT DISTINCT tenant_id FROM \
    (SELECT tenant_id FROM script_storage WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) AS expired";

const PURGE: &str = "DELETE FROM script_storage WHERE tenant_id = $1 AND expires_at <= $2 AND key IN \
    (SELECT key FROM script_storage WHERE tenant_id = $1 AND expires_at <= $2 ORDER BY expires_at LIMIT $3) \
    RETURNING CAST(octet_length(key) + octet_length(value) AS BIGINT)";

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
        value.map(|text| read(tenant, key, text)).transpose()
    }

    async fn change(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        change: &StorageChange,
        quota: StorageQuota,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, StorageError> {
        on_writer!(self.db, |pool| {
            let mut transaction = pool.begin_write().await.map_err(store)?;
            let used: (i64, i64) =
                sqlx::query_as(LOCK_USAGE).bind(tenant.as_str()).fetch_one(&mut *transaction).await.map_err(store)?;
            let found = sqlx::query_as(FIND).bind(tenant.as_str()).bind(key.as_str());
            let row: Option<(String, Option<SqlTime>)> =
                found.fetch_optional(&mut *transaction).await.map_err(store)?;
            let row = row.map(|(text, end)| held(tenant, key, text, end)).transpose()?;
            let present = row.as_ref().filter(|held| held.expires_at.is_none_or(|end| now < end));
            let Some(next) = change.apply(present)? else { return Ok(None) };

            let mut used = usage(used);
            let replaced = row.as_ref().map(|held| held.value.bytes_under(key));
            let after = |used: StorageUsage| used.without(replaced).with(next.value.bytes_under(key));
            if quota.allow(used, after(used)).is_err() {
                let expired = sqlx::query_scalar(DELETE_EXPIRED).bind(tenant.as_str()).bind(SqlTime(now));
                let gone: Vec<i64> = expired.bind(key.as_str()).fetch_all(&mut *transaction).await.map_err(store)?;
                used = used.without(gone.into_iter().map(size));
                quota.allow(used, after(used)).map_err(iota_scripts_domain::StorageRejection::from)?;
            }
            let set = sqlx::query(SET).bind(tenant.as_str()).bind(key.as_str()).bind(next.value.json().as_str());
            let set = set.bind(next.expires_at.map(SqlTime)).bind(SqlTime(now));
            set.execute(&mut *transaction).await.map_err(store)?;
            let (keys, bytes) = figures(after(used));
            let note = sqlx::query(NOTE).bind(tenant.as_str()).bind(keys).bind(bytes);
            note.execute(&mut *transaction).await.map_err(store)?;
            transaction.commit().await.map_err(store)?;
            Ok(Some(next.value))
        })
    }

    async fn delete(&self, tenant: &TenantId, key: &StorageKey, now: Timestamp) -> Result<bool, RepositoryError> {
        on_writer!(self.db, |pool| {
            let mut transaction = pool.begin_write().await.map_err(store)?;
            let used: (i64, i64) =
                sqlx::query_as(LOCK_USAGE).bind(tenant.as_str()).fetch_one(&mut *transaction).await.map_err(store)?;
            let query = sqlx::query_as(DELETE).bind(tenant.as_str()).bind(key.as_str()).bind(SqlTime(now));
            let gone: Option<(bool, i64)> = query.fetch_optional(&mut *transaction).await.map_err(store)?;
            let Some((was_there, bytes)) = gone else { return Ok(false) };
            let (keys, bytes) = figures(usage(used).without([size(bytes)]));
            let note = sqlx::query(NOTE).bind(tenant.as_str()).bind(keys).bind(bytes);
            note.execute(&mut *transaction).await.map_err(store)?;
            transaction.commit().await.map_err(store)?;
            Ok(was_there)
        })
    }

    async fn keys(
        &self,
        tenant: &TenantId,
        range: &KeyRange,
        now: Timestamp,
    ) -> Result<Vec<StorageKey>, RepositoryError> {
        let keys: Vec<String> = on!(self.db, |pool| {
            let query = sqlx::query_scalar(KEYS).bind(tenant.as_str()).bind(range.start()).bind(range.end());
            let query = query.bind(range.after()).bind(SqlTime(now)).bind(i64::from(range.limit()));
            query.fetch_all(pool).await.map_err(store)?
        });
        let reader = RowReader::new(TABLE, tenant);
        keys.iter().map(|key| reader.read("key", StorageKey::parse(key))).collect()
    }

    async fn usage(&self, tenant: &TenantId, now: Timestamp) -> Result<StorageUsage, RepositoryError> {
        let used = on!(self.db, |pool| {
            let query = sqlx::query_as(USAGE).bind(tenant.as_str()).bind(SqlTime(now));
            query.fetch_one(pool).await.map_err(store)?
        });
        Ok(usage(used))
    }

    async fn purge_expired(&self, now: Timestamp, limit: u32) -> Result<u64, RepositoryError> {
        on_writer!(self.db, |pool| {
            let query = sqlx::query_scalar(EXPIRED_TENANTS).bind(SqlTime(now)).bind(i64::from(limit));
            let tenants: Vec<String> = query.fetch_all(pool).await.map_err(store)?;
            let mut left = i64::from(limit);
            for tenant in tenants {
                let mut transaction = pool.begin_write().await.map_err(store)?;
                let used: (i64, i64) =
                    sqlx::query_as(LOCK_USAGE).bind(&tenant).fetch_one(&mut *transaction).await.map_err(store)?;
                let query = sqlx::query_scalar(PURGE).bind(&tenant).bind(SqlTime(now)).bind(left);
                let gone: Vec<i64> = query.fetch_all(&mut *transaction).await.map_err(store)?;
                left -= i64::try_from(gone.len()).unwrap_or(left);
                let (keys, bytes) = figures(usage(used).without(gone.into_iter().map(size)));
                let note = sqlx::query(NOTE).bind(&tenant).bind(keys).bind(bytes);
                note.execute(&mut *transaction).await.map_err(store)?;
                transaction.commit().await.map_err(store)?;
            }
            Ok(u64::from(limit) - size(left))
        })
    }
}

fn read(tenant: &TenantId, key: &StorageKey, text: String) -> Result<StoredValue, RepositoryError> {
    let reader = RowReader::new(TABLE, format_args!("{tenant}/{key}"));
    let json = reader.read("value", JsonText::parse(text))?;
    reader.read("value", StoredValue::parse(json))
}

fn held(
    tenant: &TenantId,
    key: &StorageKey,
    text: String,
    end: Option<SqlTime>,
) -> Result<StoredEntry, RepositoryError> {
    Ok(StoredEntry { value: read(tenant, key, text)?, expires_at: end.map(|end| end.0) })
}

fn usage((keys, bytes): (i64, i64)) -> StorageUsage {
    StorageUsage { keys: size(keys), bytes: size(bytes) }
}

fn figures(usage: StorageUsage) -> (i64, i64) {
    let figure = |value| i64::try_from(value).unwrap_or(i64::MAX);
    (figure(usage.keys), figure(usage.bytes))
}

/// Counts in a database are not negative.
fn size(figure: i64) -> u64 {
    u64::try_from(figure).unwrap_or(0)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    repository_error(TABLE, &error)
}
