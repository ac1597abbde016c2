//! [`HistoryRepository`] over SQL. Every statement processes one batch by an index, so that none occupies the database for long.

use async_trait::async_trait;
use iota_scripts_domain::{HistoryRepository, HistoryUsage, Pruned, RepositoryError, TenantId, Timestamp};

use super::db::{BeginWrite as _, Db, on, on_writer};
use super::error::repository_error;
use super::history_usage::{SUBTRACT, figure, row_bytes};
use super::list::count;
use super::rows::{RowReader, SqlTime};
use super::run_counts::{RunCounts, RunKind, subtract};

/// History in a database.
#[derive(Debug, Clone)]
pub struct SqlHistoryRepository {
    db: Db,
}

impl SqlHistoryRepository {
    /// Creates the repository. The database must be migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

/// The columns of a removed run: creation time, status, HTTP status, trigger, dry run and bytes.
type Removed = (SqlTime, String, Option<i64>, String, Option<String>, i64);

/// One lookup in each index, independent of the length of the history.
const TENANT_AFTER: &str = "SELECT MIN(tenant_id) FROM (\
    SELECT MIN(tenant_id) AS tenant_id FROM script_executions WHERE tenant_id > $1 \
    UNION ALL SELECT MIN(tenant_id) FROM script_occurrences WHERE tenant_id > $1) AS next";

/// The newest run of each script is found by one index lookup; a join would read all runs of the tenant.
const RUNS: &str = concat!(
    "DELETE FROM script_executions WHERE id IN (\
    SELECT e.id FROM script_executions e WHERE e.tenant_id = $1 AND e.created_at < $2 AND e.completed_at < $2 \
    AND e.id <> (SELECT newest.id FROM script_executions newest WHERE newest.tenant_id = e.tenant_id AND newest.script_id = e.script_id \
        ORDER BY newest.created_at DESC, newest.id DESC LIMIT 1) \
    AND (SELECT 1 FROM script_occurrences o WHERE o.id = e.occurrence_id \
        AND (o.settled_at IS NULL OR (o.cause = 'event' AND o.state = 'failed' AND o.handled IS NULL))) IS NULL \
    ORDER BY e.created_at, e.id LIMIT $3) RETURNING created_at, status, http_status, triggered_by, \
    CASE WHEN dry_run IS NULL THEN NULL ELSE '' END, ",
    row_bytes!()
);

const BYTES: &str = "SELECT bytes FROM script_history_usage WHERE tenant_id = $1";

/// Reads only one row per tenant.
const LARGEST: &str = "SELECT h.tenant_id, h.bytes, CAST(COALESCE(s.bytes, 0) AS BIGINT) FROM script_history_usage h \
    LEFT JOIN script_storage_usage s ON s.tenant_id = h.tenant_id WHERE h.bytes >= $1 ORDER BY h.bytes DESC, h.tenant_id";

const OCCURRENCES: &str = "DELETE FROM script_occurrences WHERE id IN (\
    SELECT o.id FROM script_occurrences o WHERE o.tenant_id = $1 AND o.due_at < $2 AND o.settled_at < $2 \
    AND NOT (o.cause = 'event' AND o.state = 'failed' AND o.handled IS NULL) ORDER BY o.due_at, o.id LIMIT $3)";

#[async_trait]
impl HistoryRepository for SqlHistoryRepository {
    async fn tenant_after(&self, tenant: Option<&TenantId>) -> Result<Option<TenantId>, RepositoryError> {
        let after = tenant.map_or("", TenantId::as_str);
        let next: Option<String> =
            on!(self.db, |pool| { sqlx::query_scalar(TENANT_AFTER).bind(after).fetch_one(pool).await.map_err(store)? });
        let parse = |name: String| {
            TenantId::parse(name).map_err(|error| RepositoryError::Inconsistent {
                table: "script_executions",
                column: "tenant_id".to_owned(),
                id: after.to_owned(),
                reason: error.to_string(),
            })
        };
        next.map(parse).transpose()
    }

    async fn prune(&self, tenant: &TenantId, before: Timestamp, most: u32) -> Result<Pruned, RepositoryError> {
        Ok(on_writer!(self.db, |pool| {
            let mut tx = pool.begin_write().await.map_err(store)?;
            let query = sqlx::query_as(RUNS).bind(tenant.as_str()).bind(SqlTime(before)).bind(i64::from(most));
            let removed: Vec<Removed> = query.fetch_all(&mut *tx).await.map_err(store)?;
            if !removed.is_empty() {
                let mut counts = RunCounts::new();
                for (created_at, status, http_status, triggered_by, dry_run, _) in &removed {
                    let ended = (status.as_str(), *http_status);
                    let kind = RunKind::of(tenant.as_str(), created_at.0, ended, triggered_by, dry_run.as_deref());
                    *counts.entry(kind).or_default() += 1;
                }
                // Rows are locked in the same order as by the ends of runs.
                subtract!(&counts, tx).map_err(store)?;
                let bytes: i64 = removed.iter().map(|(.., bytes)| bytes).sum();
                let query = sqlx::query(SUBTRACT).bind(tenant.as_str()).bind(bytes);
                query.execute(&mut *tx).await.map_err(store)?;
            }
            tx.commit().await.map_err(store)?;
            let query = sqlx::query(OCCURRENCES).bind(tenant.as_str()).bind(SqlTime(before)).bind(i64::from(most));
            let occurrences = query.execute(pool).await.map_err(store)?.rows_affected();
            Pruned { runs: removed.len() as u64, occurrences }
        }))
    }

    async fn bytes(&self, tenant: &TenantId) -> Result<u64, RepositoryError> {
        let bytes: Option<i64> = on!(self.db, |pool| {
            sqlx::query_scalar(BYTES).bind(tenant.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        Ok(count(bytes.unwrap_or(0)))
    }

    async fn largest(&self, at_least: u64) -> Result<Vec<HistoryUsage>, RepositoryError> {
        let rows: Vec<(String, i64, i64)> = on!(self.db, |pool| {
            sqlx::query_as(LARGEST).bind(figure(at_least)).fetch_all(pool).await.map_err(store)?
        });
        let usage = |(tenant, bytes, storage): (String, i64, i64)| {
            let reader = RowReader::new("script_history_usage", &tenant);
            Ok(HistoryUsage { tenant: reader.tenant(tenant)?, bytes: count(bytes), storage_bytes: count(storage) })
        };
        rows.into_iter().map(usage).collect()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    repository_error("script_executions", &error)
}
