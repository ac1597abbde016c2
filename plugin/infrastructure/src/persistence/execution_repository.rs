//! [`ExecutionRepository`] over SQL. Every change of state is one statement that requires the previous state, so that only one of two
//! concurrent callers succeeds.

mod activity;
mod journal;
mod list;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use iota_scripts_domain::{
    Activity, Cursor, Execution, ExecutionId, ExecutionQuery, ExecutionRepository, ExecutionStatus, ExecutionSummary,
    NodeId, Outcome, Page, Renewal, RepositoryError, ScriptId, Settlement, SystemClock, TenantId, Total, TrialFilter,
    Unwritten,
};
use iota_scripts_services::Background;
use sqlx::types::Uuid;

use super::change_listener::CANCELS;
use super::config::Dialect;
use super::db::{BeginWrite as _, Db, Pools, on, on_writer};
use super::error::repository_error;
use super::history_usage::{Usage, record};
use super::list::{self as pages, Filters as _, SortOrder, count};
use super::rows::{ExecutionRow, SqlTime, SummaryRow};
use super::store_clock::{by_dialect, micros, store_earlier, store_later, store_now};
use journal::Journal;

/// Default duration of a lease.
const DEFAULT_LEASE: Duration = Duration::from_secs(30);
/// How long an inactive node is remembered.
const NODE_RETENTION: Duration = Duration::from_secs(24 * 3600);
pub(super) use list::{COLUMNS, THAT_COUNT};

/// Runs in a database.
#[derive(Debug, Clone)]
pub struct SqlExecutionRepository {
    db: Db,
    journal: Journal,
    lease: Duration,
}

impl SqlExecutionRepository {
    /// Creates the repository with the default lease. The database must be migrated.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self::with_lease(db, DEFAULT_LEASE, &Background::new(Arc::new(SystemClock)))
    }

    /// Creates the repository with this lease duration. Background tasks are reported to `background`.
    #[must_use]
    pub fn with_lease(db: Db, lease: Duration, background: &Background) -> Self {
        Self { journal: Journal::new(db.clone(), lease, background), db, lease }
    }

    /// Reads the rows of a page, and one more if the list continues.
    async fn read(&self, tenant: &TenantId, query: &ExecutionQuery) -> Result<Vec<ExecutionSummary>, RepositoryError> {
        let rows: Vec<SummaryRow> = on!(self.db, |pool| {
            let mut page = list::filtered(&list::COLUMNS, tenant, query);
            page.push_page(SortOrder::newest_by("created_at"), &query.page)
                .build_query_as()
                .fetch_all(pool)
                .await
                .map_err(store)?
        });
        rows.into_iter().map(ExecutionSummary::try_from).collect()
    }

    /// Counts the runs that match a query. No general index contains whether a run is a trial, so trials are counted by their own index and
    /// subtracted.
    async fn total(&self, tenant: &TenantId, query: &ExecutionQuery) -> Result<Total, RepositoryError> {
        let of = |trials| ExecutionQuery { trials, ..query.clone() };
        if query.trials == TrialFilter::Excluded {
            let trials = self.counted(tenant, &of(TrialFilter::Only), pages::CAP).await?;
            if let Some(cap) = pages::cap_above(trials) {
                let all = self.counted(tenant, &of(TrialFilter::Included), cap).await?;
                return Ok(Total::of(all.saturating_sub(trials)));
            }
        }
        self.counted(tenant, query, pages::CAP).await.map(Total::of)
    }

    async fn counted(&self, tenant: &TenantId, query: &ExecutionQuery, cap: u64) -> Result<u64, RepositoryError> {
        let counted: i64 = on!(self.db, |pool| {
            let mut counted = list::filtered(pages::COUNT, tenant, query);
            counted.capped_at(cap).build_query_scalar().fetch_one(pool).await.map_err(store)?
        });
        Ok(count(counted))
    }

    async fn end(&self, execution: &Execution, settlement: Option<&Settlement>) -> Result<(), RepositoryError> {
        if self.journal.end(execution, settlement).await? {
            return Ok(());
        }
        self.status(execution.tenant(), execution.id()).await.and(Err(RepositoryError::AlreadyFinished))
    }

    async fn status(&self, tenant: &TenantId, id: ExecutionId) -> Result<ExecutionStatus, RepositoryError> {
        let status: Option<String> = on!(self.db, |pool| {
            let query = sqlx::query_scalar("SELECT status FROM script_executions WHERE id = $1 AND tenant_id = $2");
            query.bind(id.as_uuid()).bind(tenant.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        parse_status(&status.ok_or(RepositoryError::NotFound)?, &id.to_string())
    }
}

const TABLE: &str = "script_executions";

/// Runs have a lease until they end, so the index of leases contains no other runs. SQLite would choose the tenant's index, which contains
/// all of them.
const COUNT_UNFINISHED_SQLITE: &str =
    "SELECT COUNT(*) FROM script_executions WHERE +tenant_id = $1 AND lease_until IS NOT NULL";
const COUNT_UNFINISHED: &str =
    "SELECT COUNT(*) FROM script_executions WHERE tenant_id = $1 AND lease_until IS NOT NULL";

/// The outer condition is evaluated again if another node has changed the row meanwhile, so that a run is recovered only once.
macro_rules! recover {
    ($dialect:tt) => {
        concat!(
            "UPDATE script_executions SET status = 'lost', completed_at = ",
            store_now!($dialect),
            ", error = $1, lease_until = NULL WHERE lease_until < ",
            store_now!($dialect),
            " AND id IN (SELECT id FROM script_executions WHERE lease_until < ",
            store_now!($dialect),
            " ORDER BY lease_until LIMIT $2",
            unlocked!($dialect),
            ") RETURNING *"
        )
    };
}

/// Skips a run whose row is locked: another transaction is ending it.
macro_rules! unlocked {
    (sqlite) => {
        ""
    };
    (postgres) => {
        " FOR UPDATE SKIP LOCKED"
    };
}

macro_rules! beat {
    ($dialect:tt) => {
        concat!(
            "INSERT INTO script_nodes (node, started_at, seen_at, lease_until) VALUES ($1, ",
            store_now!($dialect),
            ", ",
            store_now!($dialect),
            ", ",
            store_later!($dialect, "$2"),
            ") ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at, lease_until = excluded.lease_until \
             RETURNING started_at, seen_at"
        )
    };
}

macro_rules! forget_nodes {
    ($dialect:tt) => {
        concat!("DELETE FROM script_nodes WHERE lease_until < ", store_earlier!($dialect, "$1"))
    };
}

#[async_trait]
impl ExecutionRepository for SqlExecutionRepository {
    async fn insert(&self, execution: &Execution) -> Result<(), RepositoryError> {
        self.journal.begin(execution, node(execution)?).await
    }

    async fn finish(&self, execution: &Execution) -> Result<(), RepositoryError> {
        self.end(execution, None).await
    }

    async fn finish_attempt(&self, execution: &Execution, settlement: &Settlement) -> Result<bool, RepositoryError> {
        self.end(execution, Some(settlement)).await.map(|()| true)
    }

    async fn keep(&self, finished: Arc<Execution>, node: &NodeId) -> Result<(), RepositoryError> {
        self.journal.keep(finished, node).await
    }

    async fn settle(&self) {
        self.journal.settle().await;
    }

    fn unwritten(&self) -> Unwritten {
        self.journal.unwritten()
    }

    async fn get(&self, tenant: &TenantId, id: ExecutionId) -> Result<Execution, RepositoryError> {
        self.settle().await;
        let row: Option<ExecutionRow> = on!(self.db, |pool| {
            let query = sqlx::query_as("SELECT * FROM script_executions WHERE id = $1 AND tenant_id = $2");
            query.bind(id.as_uuid()).bind(tenant.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        row.ok_or(RepositoryError::NotFound)?.try_into()
    }

    async fn list(&self, tenant: &TenantId, query: &ExecutionQuery) -> Result<Page<ExecutionSummary>, RepositoryError> {
        self.settle().await;
        let found = self.read(tenant, query).await?;
        let cursor = |run: &ExecutionSummary| Cursor::of_time(run.created_at, run.id.as_uuid());
        pages::page_of(&query.page, found, self.total(tenant, query), cursor).await
    }

    async fn newest(
        &self,
        tenant: &TenantId,
        query: &ExecutionQuery,
    ) -> Result<Vec<ExecutionSummary>, RepositoryError> {
        self.settle().await;
        let mut found = self.read(tenant, query).await?;
        found.truncate(query.page.size() as usize);
        Ok(found)
    }

    async fn unfinished(&self, tenant: &TenantId) -> Result<u64, RepositoryError> {
        let sql = if self.db.dialect() == Dialect::Sqlite { COUNT_UNFINISHED_SQLITE } else { COUNT_UNFINISHED };
        let runs: i64 = on!(self.db, |pool| {
            sqlx::query_scalar(sql).bind(tenant.as_str()).fetch_one(pool).await.map_err(store)?
        });
        Ok(count(runs))
    }

    async fn latest(&self, tenant: &TenantId, scripts: &[ScriptId]) -> Result<Vec<ExecutionSummary>, RepositoryError> {
        self.settle().await;
        if scripts.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<SummaryRow> = on!(self.db, |pool| {
            list::latest(tenant, scripts).build_query_as().fetch_all(pool).await.map_err(store)?
        });
        rows.into_iter().map(ExecutionSummary::try_from).collect()
    }

    async fn activity(
        &self,
        tenant: &TenantId,
        query: &ExecutionQuery,
        width: Duration,
    ) -> Result<Vec<Activity>, RepositoryError> {
        self.settle().await;
        activity::of(self, tenant, query, width).await
    }

    async fn ask_to_cancel(&self, tenant: &TenantId, id: ExecutionId) -> Result<bool, RepositoryError> {
        let Pools::Postgres(pool) = &self.db.pools else { return Ok(false) };
        let query = sqlx::query("SELECT pg_notify($1, $2)").bind(CANCELS).bind(format!("{id} {tenant}"));
        query.execute(pool).await.map_err(store)?;
        Ok(true)
    }

    async fn renew_lease(&self, node: &NodeId, ids: &[ExecutionId]) -> Result<Renewal, RepositoryError> {
        let dialect = self.db.dialect();
        let (started, seen): (SqlTime, SqlTime) = on_writer!(self.db, |pool| {
            let query = sqlx::query_as(by_dialect!(dialect, beat)).bind(node.as_str()).bind(micros(self.lease));
            query.fetch_one(pool).await.map_err(store)?
        });
        if started.0 == seen.0 {
            // This node is new, so nodes that have been inactive for long are removed.
            on_writer!(self.db, |pool| {
                let query = sqlx::query(by_dialect!(dialect, forget_nodes)).bind(micros(NODE_RETENTION));
                query.execute(pool).await.map_err(store)?;
            });
        }
        let mut held = Vec::with_capacity(ids.len());
        // Both databases limit the number of parameters of a statement.
        for some in ids.chunks(500) {
            let renewed: Vec<Uuid> = on_writer!(self.db, |pool| {
                let mut update = list::renewal(dialect, self.lease, node, some);
                update.build_query_scalar().fetch_all(pool).await.map_err(store)?
            });
            held.extend(renewed.into_iter().map(ExecutionId::from_uuid));
        }
        Ok(Renewal { at: seen.0, held })
    }

    async fn recover_lost(&self, limit: u32) -> Result<Vec<Execution>, RepositoryError> {
        let outcome = Outcome::lost_with_its_node();
        let fault = outcome.fault().map(serde_json::to_string).transpose().unwrap_or_default();
        let rows: Vec<ExecutionRow> = on_writer!(self.db, |pool| {
            let mut tx = pool.begin_write().await.map_err(store)?;
            let query = sqlx::query_as(by_dialect!(self.db.dialect(), recover)).bind(fault).bind(i64::from(limit));
            let rows: Vec<ExecutionRow> = query.fetch_all(&mut *tx).await.map_err(store)?;
            let mut usage = Usage::default();
            rows.iter().for_each(|row| usage.add(row.kind(), row.bytes()));
            record!(self.db.dialect(), usage, tx).map_err(store)?;
            tx.commit().await.map_err(store)?;
            rows
        });
        rows.into_iter().map(Execution::try_from).collect()
    }
}

/// Returns the node of a run that has not ended: only such a run can be inserted or started.
fn node(execution: &Execution) -> Result<&NodeId, RepositoryError> {
    execution.node().ok_or(RepositoryError::AlreadyFinished)
}

fn parse_status(text: &str, id: &str) -> Result<ExecutionStatus, RepositoryError> {
    text.parse().map_err(|reason: iota_scripts_domain::FieldError| RepositoryError::Inconsistent {
        table: TABLE,
        column: "status".to_owned(),
        id: id.to_owned(),
        reason: reason.message,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    repository_error(TABLE, &error)
}
