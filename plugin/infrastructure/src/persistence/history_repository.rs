//! [`HistoryRepository`] over SQL. Every statement takes a batch by an index, so that none holds the database for long.

use async_trait::async_trait;
use iota_scripts_domain::{HistoryRepository, Pruned, RepositoryError, TenantId, Timestamp};

use super::db::{Db, on};
use super::error::refused;
use super::rows::SqlTime;

/// History in a database.
#[derive(Debug, Clone)]
pub struct SqlHistoryRepository {
    db: Db,
}

impl SqlHistoryRepository {
    /// The history of a database that is migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

/// One look into each index, however long the history is.
const TENANT_AFTER: &str = "SELECT MIN(tenant_id) FROM (\
    SELECT MIN(tenant_id) AS tenant_id FROM script_executions WHERE tenant_id > $1 \
    UNION ALL SELECT MIN(tenant_id) FROM script_occurrences WHERE tenant_id > $1) AS next";

const RUNS: &str = "DELETE FROM script_executions WHERE id IN (\
    SELECT e.id FROM script_executions e WHERE e.tenant_id = $1 AND e.created_at < $2 AND e.completed_at < $2 \
    AND EXISTS (SELECT 1 FROM script_executions newer WHERE newer.tenant_id = e.tenant_id AND newer.script_id = e.script_id \
        AND (newer.created_at > e.created_at OR (newer.created_at = e.created_at AND newer.id > e.id))) \
    AND NOT EXISTS (SELECT 1 FROM script_occurrences o WHERE o.id = e.occurrence_id \
        AND (o.settled_at IS NULL OR (o.cause = 'event' AND o.state = 'failed' AND o.handled IS NULL))) \
    ORDER BY e.created_at, e.id LIMIT $3)";

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
        Ok(on!(self.db, |pool| {
            let mut removed = [0; 2];
            for (removed, sql) in removed.iter_mut().zip([RUNS, OCCURRENCES]) {
                let query = sqlx::query(sql).bind(tenant.as_str()).bind(SqlTime(before)).bind(i64::from(most));
                *removed = query.execute(pool).await.map_err(store)?.rows_affected();
            }
            Pruned { runs: removed[0], occurrences: removed[1] }
        }))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    refused("script_executions", &error)
}
