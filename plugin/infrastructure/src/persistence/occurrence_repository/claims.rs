//! Claims due occurrences: tenants take turns, the rows of a tenant are claimed in their order, and each row by one node.

use std::time::Duration;

use iota_scripts_domain::{Backlog, NodeId, Occurrence, OrphanedOccurrence, RepositoryError, TenantId, Timestamp};

use super::{SqlOccurrenceRepository, TABLE, store};
use crate::persistence::db::{BeginWrite as _, on, on_writer};
use crate::persistence::list::count;
use crate::persistence::rows::{OccurrenceRow, OrphanedOccurrenceRow, RowReader, SqlTime};
use crate::persistence::store_clock::{by_dialect, micros, store_earlier, store_now};

/// Finds tenants with one index lookup each, however many occurrences they have waiting; the outer limit ends the recursion.
const DUE_TENANTS: &str = "WITH RECURSIVE waiting (tenant_id) AS (\
    SELECT (SELECT o.tenant_id FROM script_occurrences o WHERE o.state = 'due' AND o.tenant_id > $1 ORDER BY o.tenant_id LIMIT 1) \
    UNION ALL SELECT (SELECT o.tenant_id FROM script_occurrences o WHERE o.state = 'due' AND o.tenant_id > waiting.tenant_id \
    ORDER BY o.tenant_id LIMIT 1) FROM waiting WHERE waiting.tenant_id IS NOT NULL) \
    SELECT tenant_id FROM waiting WHERE tenant_id IS NOT NULL AND (SELECT o.next_attempt_at FROM script_occurrences o \
    WHERE o.state = 'due' AND o.tenant_id = waiting.tenant_id ORDER BY o.next_attempt_at LIMIT 1) <= $2 LIMIT $3";

/// The rows are selected once (`MATERIALIZED`): PostgreSQL may evaluate a subselect repeatedly, skip rows that it has locked itself, and so
/// claim more than the limit. The outer condition on the state is worded so that no index matches it; otherwise PostgreSQL would scan all
/// due rows to find the selected ones.
macro_rules! claim {
    (sqlite) => {
        claim!(sqlite, "")
    };
    (postgres) => {
        claim!(postgres, " FOR UPDATE SKIP LOCKED")
    };
    ($dialect:tt, $lock:literal) => {
        concat!(
            "WITH chosen AS MATERIALIZED (SELECT id FROM script_occurrences WHERE state = 'due' AND tenant_id = $4 \
             AND next_attempt_at <= $2 ORDER BY next_attempt_at LIMIT $3",
            $lock,
            ") UPDATE script_occurrences SET state = 'running', next_attempt_at = NULL, claimed_by = $1, claimed_at = ",
            store_now!($dialect),
            " WHERE state || '' = 'due' AND id IN (SELECT id FROM chosen) RETURNING *"
        )
    };
}

macro_rules! stranded {
    ($dialect:tt) => {
        concat!(
            "SELECT o.*, e.id AS run_id, e.status AS run_status FROM script_occurrences o \
             LEFT JOIN script_executions e ON e.occurrence_id = o.id AND e.attempt = o.attempt \
             WHERE o.state = 'running' AND o.claimed_at < ",
            store_earlier!($dialect, "$1"),
            " AND (e.id IS NULL OR e.status NOT IN ('pending', 'running')) ORDER BY o.claimed_at LIMIT $2"
        )
    };
}

/// In the words of the index of all tenants.
const WAITING: &str = "SELECT COUNT(*), MIN(next_attempt_at) FROM (SELECT next_attempt_at FROM script_occurrences \
    WHERE state = 'due' AND attempt >= 1 AND next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT $2) AS waiting";
const WAITING_OF_TENANT: &str = "SELECT COUNT(*), MIN(next_attempt_at) FROM (SELECT next_attempt_at FROM script_occurrences \
    WHERE state = 'due' AND tenant_id = $3 AND next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT $2) AS waiting";

pub(super) async fn due_tenants(
    repository: &SqlOccurrenceRepository,
    now: Timestamp,
    after: Option<&TenantId>,
    limit: u32,
) -> Result<Vec<TenantId>, RepositoryError> {
    let rows: Vec<String> = on!(repository.db, |pool| {
        let query = sqlx::query_scalar(DUE_TENANTS).bind(after.map_or("", TenantId::as_str)).bind(SqlTime(now));
        query.bind(i64::from(limit)).fetch_all(pool).await.map_err(store)?
    });
    rows.into_iter().map(|tenant| RowReader::new(TABLE, &tenant).tenant(tenant.clone())).collect()
}

pub(super) async fn claim(
    repository: &SqlOccurrenceRepository,
    node: &NodeId,
    now: Timestamp,
    shares: &[(TenantId, u32)],
) -> Result<Vec<Occurrence>, RepositoryError> {
    let sql = by_dialect!(repository.db.dialect(), claim);
    let rows: Vec<OccurrenceRow> = on_writer!(repository.db, |pool| {
        let mut tx = pool.begin_write().await.map_err(store)?;
        let mut rows = Vec::new();
        for (tenant, share) in shares {
            let query = sqlx::query_as(sql).bind(node.as_str()).bind(SqlTime(now)).bind(i64::from(*share));
            let of_tenant: Vec<OccurrenceRow> = query.bind(tenant.as_str()).fetch_all(&mut *tx).await.map_err(store)?;
            rows.extend(of_tenant);
        }
        tx.commit().await.map_err(store)?;
        rows
    });
    let mut claimed: Vec<Occurrence> = rows.into_iter().map(Occurrence::try_from).collect::<Result<_, _>>()?;
    claimed.sort_by_key(|occurrence| (occurrence.due_at, occurrence.id));
    Ok(claimed)
}

pub(super) async fn stranded(
    repository: &SqlOccurrenceRepository,
    lease: Duration,
    limit: u32,
) -> Result<Vec<OrphanedOccurrence>, RepositoryError> {
    let sql = by_dialect!(repository.db.dialect(), stranded);
    let rows: Vec<OrphanedOccurrenceRow> = on!(repository.db, |pool| {
        let query = sqlx::query_as(sql).bind(micros(lease)).bind(i64::from(limit));
        query.fetch_all(pool).await.map_err(store)?
    });
    rows.into_iter().map(OrphanedOccurrence::try_from).collect()
}

pub(super) async fn backlog(
    repository: &SqlOccurrenceRepository,
    tenant: Option<&TenantId>,
    now: Timestamp,
) -> Result<Backlog, RepositoryError> {
    let most = i64::try_from(Backlog::MOST).unwrap_or(i64::MAX);
    let (waiting, since): (i64, Option<SqlTime>) = on!(repository.db, |pool| {
        let query = sqlx::query_as(tenant.map_or(WAITING, |_| WAITING_OF_TENANT)).bind(SqlTime(now)).bind(most);
        let query = match tenant {
            Some(tenant) => query.bind(tenant.as_str()),
            None => query,
        };
        query.fetch_one(pool).await.map_err(store)?
    });
    Ok(Backlog { waiting: count(waiting), since: since.map(|since| since.0) })
}
