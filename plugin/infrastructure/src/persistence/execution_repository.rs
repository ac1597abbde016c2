//! [`ExecutionRepository`] over SQL. Every change of a state is one statement that holds only in the state before it, so that of two
//! callers exactly one succeeds.

mod journal;
mod list;

use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_domain::{
    Activity, Execution, ExecutionId, ExecutionQuery, ExecutionRepository, ExecutionState, ExecutionStatus,
    ExecutionSummary, Lease, Outcome, Page, RepositoryError, RunLog, ScriptId, TenantId, Timestamp,
};
use serde::Serialize;

use super::config::Dialect;
use super::db::{Db, Pools, on};
use super::error::refused;
use super::list::{count, cut};
use super::node_news::CANCELS;
use super::rows::{ExecutionRow, SqlTime, SummaryRow};
use journal::{Change, End, Journal};

/// Runs in a database.
#[derive(Debug, Clone)]
pub struct SqlExecutionRepository {
    db: Db,
    journal: Journal,
}

impl SqlExecutionRepository {
    /// The runs of a database that is migrated.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { journal: Journal::new(db.clone()), db }
    }

    /// The number of the stretch of time that a run was asked for in.
    fn stretch(&self, width: Duration) -> String {
        let width = width.as_micros().max(1);
        match self.db.dialect() {
            Dialect::Sqlite => format!("created_at / {width}"),
            Dialect::Postgres => format!("CAST(FLOOR(EXTRACT(EPOCH FROM created_at) * 1000000 / {width}) AS BIGINT)"),
        }
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

const START: &str = "UPDATE script_executions SET status = 'running', node = $1, lease_until = $2, started_at = $3 \
    WHERE id = $4 AND tenant_id = $5 AND status = 'pending'";

/// The outer condition is looked at again when another node changed the row meanwhile, so that a run is recovered once.
const RECOVER: &str = "UPDATE script_executions SET status = 'lost', completed_at = $1, error = $2, lease_until = NULL \
    WHERE lease_until < $1 AND id IN (SELECT id FROM script_executions WHERE lease_until < $1 ORDER BY lease_until LIMIT $3) RETURNING *";

#[async_trait]
impl ExecutionRepository for SqlExecutionRepository {
    async fn insert(&self, execution: &Execution) -> Result<(), RepositoryError> {
        let begin = (execution.clone(), lease(execution)?.clone());
        self.journal.write(Change::Begin(Box::new(begin))).await.map(drop)
    }

    async fn start(&self, execution: &Execution) -> Result<(), RepositoryError> {
        let lease = lease(execution)?;
        let changed = on!(self.db, |pool| {
            sqlx::query(START)
                .bind(lease.node.as_str())
                .bind(SqlTime(lease.until))
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
        let ExecutionState::Finished { started_at, finished_at, record } = execution.state() else {
            return Err(RepositoryError::WrongState);
        };
        let outcome = &record.outcome;
        let error = outcome.fault().map(|fault| to_json(execution, "error", fault)).transpose()?;
        let output =
            if record.log == RunLog::default() { None } else { Some(to_json(execution, "output", &record.log)?) };
        let receipt = record.receipt.as_ref().map(|receipt| to_json(execution, "receipt", receipt)).transpose()?;
        let end = End {
            id: execution.id().as_uuid(),
            tenant: execution.tenant().as_str().to_owned(),
            status: list::stored(outcome.status()),
            started_at: started_at.map(SqlTime),
            completed_at: SqlTime(*finished_at),
            result: outcome.result().map(|json| json.as_str().to_owned()),
            error,
            output,
            receipt,
            dry_run: record.would_change.as_ref().map(|json| json.as_str().to_owned()),
            http_status: record.http_status.map(i64::from),
            error_lines: i64::try_from(record.log.errors()).unwrap_or(i64::MAX),
        };
        let changed = self.journal.write(Change::End(Box::new(end))).await?;
        if changed == 1 {
            return Ok(());
        }
        self.status(execution.tenant(), execution.id()).await.and(Err(RepositoryError::AlreadyFinished))
    }

    async fn get(&self, tenant: &TenantId, id: ExecutionId) -> Result<Execution, RepositoryError> {
        let row: Option<ExecutionRow> = on!(self.db, |pool| {
            let query = sqlx::query_as("SELECT * FROM script_executions WHERE id = $1 AND tenant_id = $2");
            query.bind(id.as_uuid()).bind(tenant.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        row.ok_or(RepositoryError::NotFound)?.try_into()
    }

    async fn list(&self, tenant: &TenantId, query: &ExecutionQuery) -> Result<Page<ExecutionSummary>, RepositoryError> {
        let (total, rows): (i64, Vec<SummaryRow>) = on!(self.db, |pool| {
            let mut counted = list::filtered("SELECT COUNT(*)", tenant, query);
            let total = counted.build_query_scalar().fetch_one(pool).await.map_err(store)?;
            let mut page = list::filtered(list::COLUMNS, tenant, query);
            cut(page.push(" ORDER BY created_at DESC, id DESC"), query.page);
            (total, page.build_query_as().fetch_all(pool).await.map_err(store)?)
        });
        let items = rows.into_iter().map(ExecutionSummary::try_from).collect::<Result<_, _>>()?;
        Ok(Page { items, total: count(total) })
    }

    async fn latest(&self, tenant: &TenantId, scripts: &[ScriptId]) -> Result<Vec<ExecutionSummary>, RepositoryError> {
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
        let select =
            format!("SELECT {} AS stretch, {}, {}, COUNT(*)", self.stretch(width), list::STATUS, list::IS_TRIAL);
        let rows: Vec<(i64, String, i64, i64)> = on!(self.db, |pool| {
            let mut counted = list::filtered(&select, tenant, query);
            counted.push(" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3").build_query_as().fetch_all(pool).await.map_err(store)?
        });
        let activity = |(stretch, status, trial, runs): (i64, String, i64, i64)| {
            let status = parse_status(&status, "a count")?;
            Ok(Activity { stretch, status, trial: trial != 0, runs: count(runs) })
        };
        rows.into_iter().map(activity).collect()
    }

    async fn ask_to_cancel(&self, tenant: &TenantId, id: ExecutionId) -> Result<bool, RepositoryError> {
        let Pools::Postgres(pool) = &self.db.pools else { return Ok(false) };
        let query = sqlx::query("SELECT pg_notify($1, $2)").bind(CANCELS).bind(format!("{id} {tenant}"));
        query.execute(pool).await.map_err(store)?;
        Ok(true)
    }

    async fn renew_lease(&self, lease: &Lease, ids: &[ExecutionId]) -> Result<u64, RepositoryError> {
        let mut renewed = 0;
        // Both databases limit the parameters of one statement.
        for some in ids.chunks(500) {
            renewed += on!(self.db, |pool| {
                let mut update = list::renewal(lease, some);
                update.build().execute(pool).await.map_err(store)?.rows_affected()
            });
        }
        Ok(renewed)
    }

    async fn recover_lost(&self, now: Timestamp, limit: u32) -> Result<Vec<Execution>, RepositoryError> {
        let outcome = Outcome::lost_with_its_node();
        let fault = outcome.fault().map(serde_json::to_string).transpose().unwrap_or_default();
        let rows: Vec<ExecutionRow> = on!(self.db, |pool| {
            let query = sqlx::query_as(RECOVER).bind(SqlTime(now)).bind(fault).bind(i64::from(limit));
            query.fetch_all(pool).await.map_err(store)?
        });
        rows.into_iter().map(Execution::try_from).collect()
    }
}

/// Of a run that has not ended: the only kind that can be inserted or started.
const fn lease(execution: &Execution) -> Result<&Lease, RepositoryError> {
    match execution.state() {
        ExecutionState::Pending { lease } | ExecutionState::Running { lease, .. } => Ok(lease),
        ExecutionState::Finished { .. } => Err(RepositoryError::AlreadyFinished),
    }
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
