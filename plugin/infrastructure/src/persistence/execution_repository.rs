//! [`ExecutionRepository`] over SQL. Every change of a state is one statement that holds only in the state before it, so that of two
//! callers exactly one succeeds.

mod journal;
mod list;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use iota_scripts_domain::{
    Activity, Cursor, Execution, ExecutionId, ExecutionQuery, ExecutionRepository, ExecutionStatus, ExecutionSummary,
    NodeId, Outcome, Page, Renewal, RepositoryError, ScriptId, Settlement, TenantId, Trials, Unwritten,
};
use serde::Serialize;
use sqlx::types::Uuid;

use super::config::Dialect;
use super::db::{BeginWrite as _, Db, Pools, on, on_writer};
use super::error::refused;
use super::history_usage::{Usage, record};
use super::list::{self as pages, Order, count, total};
use super::node_news::CANCELS;
use super::rows::{ExecutionRow, SqlTime, SummaryRow};
use super::store_clock::{by_dialect, micros, store_earlier, store_later, store_now};
use journal::Journal;

/// How long a lease lasts, where nobody says anything else.
const USUAL_LEASE: Duration = Duration::from_secs(30);
/// How long a node is remembered that is silent.
const NODES_KEPT: Duration = Duration::from_secs(24 * 3600);
pub(super) use list::{COLUMNS, THAT_COUNT};

/// Runs in a database.
#[derive(Debug, Clone)]
pub struct SqlExecutionRepository {
    db: Db,
    journal: Journal,
    lease: Duration,
}

impl SqlExecutionRepository {
    /// The runs of a database that is migrated.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self::with_lease(db, USUAL_LEASE)
    }

    /// The same with leases that last so long.
    #[must_use]
    pub fn with_lease(db: Db, lease: Duration) -> Self {
        Self { journal: Journal::new(db.clone(), lease), db, lease }
    }

    /// The number of the stretch of time that a run was asked for in.
    fn stretch(&self, width: Duration) -> String {
        let width = width.as_micros().max(1);
        match self.db.dialect() {
            Dialect::Sqlite => format!("created_at / {width}"),
            Dialect::Postgres => format!("CAST(FLOOR(EXTRACT(EPOCH FROM created_at) * 1000000 / {width}) AS BIGINT)"),
        }
    }

    /// What a page has, and one more where the list goes on.
    async fn read(&self, tenant: &TenantId, query: &ExecutionQuery) -> Result<Vec<ExecutionSummary>, RepositoryError> {
        let rows: Vec<SummaryRow> = on!(self.db, |pool| {
            let mut page = list::filtered(list::COLUMNS, tenant, query);
            pages::cut(&mut page, Order::newest_by("created_at"), &query.page);
            page.build_query_as().fetch_all(pool).await.map_err(store)?
        });
        rows.into_iter().map(ExecutionSummary::try_from).collect()
    }

    async fn end(&self, execution: &Execution, settlement: Option<&Settlement>) -> Result<(), RepositoryError> {
        if self.journal.end(execution, settlement).await? {
            return Ok(());
        }
        self.status(execution.tenant(), execution.id()).await.and(Err(RepositoryError::AlreadyFinished))
    }

    /// How many runs a query lets through, by stretch of time and status.
    async fn counts(
        &self,
        tenant: &TenantId,
        query: &ExecutionQuery,
        width: Duration,
    ) -> Result<Counts, RepositoryError> {
        let select = format!("SELECT {} AS stretch, {}, COUNT(*)", self.stretch(width), list::told(&query.statuses));
        let rows: Vec<(i64, String, i64)> = on!(self.db, |pool| {
            let mut counted = list::filtered(&select, tenant, query);
            counted.push(" GROUP BY 1, 2").build_query_as().fetch_all(pool).await.map_err(store)?
        });
        Ok(rows.into_iter().map(|(stretch, status, runs)| ((stretch, status), count(runs))).collect())
    }

    async fn status(&self, tenant: &TenantId, id: ExecutionId) -> Result<ExecutionStatus, RepositoryError> {
        let status: Option<String> = on!(self.db, |pool| {
            let query = sqlx::query_scalar("SELECT status FROM script_executions WHERE id = $1 AND tenant_id = $2");
            query.bind(id.as_uuid()).bind(tenant.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        parse_status(&status.ok_or(RepositoryError::NotFound)?, &id.to_string())
    }
}

/// Runs by stretch of time and status.
type Counts = BTreeMap<(i64, String), u64>;

const TABLE: &str = "script_executions";

macro_rules! start {
    ($dialect:tt) => {
        concat!(
            "UPDATE script_executions SET status = 'running', node = $1, lease_until = ",
            store_later!($dialect, "$2"),
            ", started_at = $3 WHERE id = $4 AND tenant_id = $5 AND status = 'pending'"
        )
    };
}

/// Runs have a lease until they end: the index of leases has no others. SQLite would take that of the tenant, which has all.
const COUNT_UNFINISHED_SQLITE: &str =
    "SELECT COUNT(*) FROM script_executions WHERE +tenant_id = $1 AND lease_until IS NOT NULL";
const COUNT_UNFINISHED: &str =
    "SELECT COUNT(*) FROM script_executions WHERE tenant_id = $1 AND lease_until IS NOT NULL";

/// The outer condition is looked at again when another node changed the row meanwhile, so that a run is recovered once.
macro_rules! recover {
    ($dialect:tt) => {
        concat!(
            "UPDATE script_executions SET status = 'lost', completed_at = ",
            store_now!($dialect),
            ", error = $1, lease_until = NULL WHERE lease_until < ",
            store_now!($dialect),
            " AND id IN (SELECT id FROM script_executions WHERE lease_until < ",
            store_now!($dialect),
            " ORDER BY lease_until LIMIT $2) RETURNING *"
        )
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

    async fn start(&self, execution: &Execution) -> Result<(), RepositoryError> {
        let node = node(execution)?;
        let changed = on_writer!(self.db, |pool| {
            sqlx::query(by_dialect!(self.db.dialect(), start))
                .bind(node.as_str())
                .bind(micros(self.lease))
                .bind(execution.started_at().map(SqlTime))
                .bind(execution.id().as_uuid())
                .bind(execution.tenant().as_str())
                .execute(pool)
                .await
                .map_err(store)?
                .rows_affected()
        });
        if changed == 1 {
            return Ok(());
        }
        self.status(execution.tenant(), execution.id()).await.and(Err(RepositoryError::WrongState))
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
        let counted: i64 = on!(self.db, |pool| {
            let mut counted = list::filtered(pages::COUNT, tenant, query);
            pages::capped(&mut counted).build_query_scalar().fetch_one(pool).await.map_err(store)?
        });
        let found = self.read(tenant, query).await?;
        let cursor = |run: &ExecutionSummary| Cursor::of_time(run.created_at, run.id.as_uuid());
        Ok(query.page.page(found, total(counted), cursor))
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
        // Whether a run is a trial is in no index of all runs, since a dry run's column may be long; trials have one of their own. So
        // all are counted by an index alone, and then the few trials.
        let (mut all, trials) = match query.trials {
            Trials::Only => (Counts::new(), self.counts(tenant, query, width).await?),
            Trials::Included | Trials::Excluded => {
                let of = |trials| ExecutionQuery { trials, ..query.clone() };
                let all = self.counts(tenant, &of(Trials::Included), width).await?;
                (all, self.counts(tenant, &of(Trials::Only), width).await?)
            }
        };
        for (key, trials) in &trials {
            if let Some(runs) = all.get_mut(key) {
                *runs = runs.saturating_sub(*trials);
            }
        }
        let kinds = [(all, false), (trials, true)];
        let kinds = kinds.into_iter().filter(|(_, trial)| !trial || query.trials != Trials::Excluded);
        let mut activity = Vec::new();
        for (counts, trial) in kinds {
            for ((stretch, status), runs) in counts.into_iter().filter(|(_, runs)| *runs > 0) {
                activity.push(Activity { stretch, status: parse_status(&status, "a count")?, trial, runs });
            }
        }
        activity.sort_by_key(|counted| (counted.stretch, counted.status.as_str(), counted.trial));
        Ok(activity)
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
            // A node that is new here: those that are long gone are forgotten.
            on_writer!(self.db, |pool| {
                let query = sqlx::query(by_dialect!(dialect, forget_nodes)).bind(micros(NODES_KEPT));
                query.execute(pool).await.map_err(store)?;
            });
        }
        let mut held = Vec::with_capacity(ids.len());
        // Both databases limit the parameters of one statement.
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
            rows.iter().for_each(|row| usage.add_bytes(row.tenant(), row.bytes()));
            record!(usage, tx).map_err(store)?;
            tx.commit().await.map_err(store)?;
            rows
        });
        rows.into_iter().map(Execution::try_from).collect()
    }
}

/// Of a run that has not ended: the only kind that can be inserted or started.
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

fn to_json(execution: &Execution, column: &str, value: &impl Serialize) -> Result<String, RepositoryError> {
    serde_json::to_string(value).map_err(|error| RepositoryError::Inconsistent {
        table: TABLE,
        column: column.to_owned(),
        id: execution.id().to_string(),
        reason: error.to_string(),
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    refused(TABLE, &error)
}
