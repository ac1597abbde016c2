//! [`AttentionRepository`] over SQL. Each statement uses an index and reads the last day or the open occurrences, never the whole history.

use async_trait::async_trait;
use iota_scripts_domain::{
    AttentionRepository, ExecutionSummary, Failing, Overdue, OverdueScript, RepositoryError, ScriptId, ScriptName,
    TenantId, Timestamp,
};
use sqlx::QueryBuilder;
use sqlx::types::Uuid;

use super::columns::Store;
use super::db::{Db, on};
use super::error::repository_error;
use super::execution_repository::{COLUMNS, THAT_COUNT};
use super::list::{self, Filters as _, count};
use super::rows::{RowReader, SqlTime, SummaryRow};

/// Failing scripts and overdue occurrences in a database.
#[derive(Debug, Clone)]
pub struct SqlAttentionRepository {
    db: Db,
}

impl SqlAttentionRepository {
    /// Creates the repository. The database must be migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

const TABLE: &str = "script_executions";

/// The second list must match the condition of the partial index exactly.
const UNSUCCESSFUL: &str =
    "status IN ('failed', 'timeout', 'lost') AND status IN ('cancelled', 'failed', 'lost', 'timeout')";

/// Maximum number of open occurrences that are counted.
const MAX_OPEN: i64 = 10_000;
/// Maximum number of unsuccessful runs of one day that are counted.
const MAX_RUNS: i64 = 1_000_000;

#[async_trait]
impl AttentionRepository for SqlAttentionRepository {
    async fn failing(
        &self,
        tenant: &TenantId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> Result<Vec<Failing>, RepositoryError> {
        let groups: Vec<(Uuid, i64, SqlTime, SqlTime)> = on!(self.db, |pool| {
            let query = sqlx::query_as(sqlx::AssertSqlSafe(grouped())).bind(tenant.as_str());
            let query = query.bind(SqlTime(from)).bind(SqlTime(to)).bind(i64::from(limit));
            query.fetch_all(pool).await.map_err(store)?
        });
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let (last, successes): (Vec<SummaryRow>, Vec<(Uuid, Option<SqlTime>)>) = on!(self.db, |pool| {
            let last = newest(tenant, &groups).build_query_as().fetch_all(pool).await.map_err(store)?;
            (last, succeeded(tenant, &groups).build_query_as().fetch_all(pool).await.map_err(store)?)
        });
        let last: Vec<ExecutionSummary> = last.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
        let failing = |(script, runs, since, until): (Uuid, i64, SqlTime, SqlTime)| {
            // A script that was deleted meanwhile is omitted.
            let (_, success) = successes.iter().find(|(known, _)| *known == script)?;
            let of_script = |run: &&ExecutionSummary| run.script.id.as_uuid() == script && run.created_at == until.0;
            let last = last.iter().filter(of_script).max_by_key(|run| run.id)?.clone();
            Some(Failing { runs: count(runs), since: since.0, last, last_success: success.map(|time| time.0) })
        };
        Ok(groups.into_iter().filter_map(failing).collect())
    }

    async fn overdue(
        &self,
        tenant: &TenantId,
        kind: Overdue,
        limit: u32,
    ) -> Result<Vec<OverdueScript>, RepositoryError> {
        let rows: Vec<(Uuid, String, i64, SqlTime)> = on!(self.db, |pool| {
            overdue(tenant, kind, limit).build_query_as().fetch_all(pool).await.map_err(store)?
        });
        let read = |(script, name, number, last): (Uuid, String, i64, SqlTime)| {
            let reader = RowReader::new("script_occurrences", script);
            Ok(OverdueScript {
                script: ScriptId::from_uuid(script),
                name: reader.read("script_name", ScriptName::parse(&name))?,
                number: count(number),
                last: last.0,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

/// The inner limit keeps the subquery to the window: without it SQLite would scan the index of scripts, which covers their whole history
/// and is in the order of the groups.
fn grouped() -> String {
    format!(
        "SELECT script_id, COUNT(*), MIN(created_at), MAX(created_at) FROM (SELECT script_id, created_at FROM script_executions \
         WHERE tenant_id = $1 AND created_at >= $2 AND created_at < $3 AND {UNSUCCESSFUL} AND {THAT_COUNT} \
         LIMIT {MAX_RUNS}) AS failed GROUP BY script_id ORDER BY MAX(created_at) DESC LIMIT $4"
    )
}

/// Selects the runs of these scripts that were created at these times. They include the last unsuccessful run of each script.
fn newest<DB: Store>(tenant: &TenantId, groups: &[(Uuid, i64, SqlTime, SqlTime)]) -> QueryBuilder<DB> {
    let mut builder = list::of_tenant(&COLUMNS, TABLE, tenant);
    builder.with_each(" AND created_at IN (", groups.iter().map(|(.., last)| *last));
    builder.with_each(" AND script_id IN (", groups.iter().map(|(script, ..)| *script));
    builder.push(format_args!(" AND {UNSUCCESSFUL} AND {THAT_COUNT}"));
    builder
}

/// Selects when each of these scripts that still exist last succeeded, with one index lookup per script.
fn succeeded<DB: Store>(tenant: &TenantId, groups: &[(Uuid, i64, SqlTime, SqlTime)]) -> QueryBuilder<DB> {
    let mut builder =
        QueryBuilder::new("SELECT scripts.id, (SELECT created_at FROM script_executions AS run WHERE run.tenant_id = ");
    builder
        .with("", tenant.as_str())
        .push(" AND run.script_id = scripts.id AND run.status = 'success' AND (http_status IS NULL OR http_status < 400) AND ");
    builder
        .push(THAT_COUNT)
        // Scripts are selected by their ids alone, as in the statement for the newest runs.
        .push(" ORDER BY created_at DESC LIMIT 1) FROM scripts WHERE scripts.id IN (");
    builder.with_each("", groups.iter().map(|(script, ..)| *script));
    builder
}

fn overdue<DB: Store>(tenant: &TenantId, kind: Overdue, limit: u32) -> QueryBuilder<DB> {
    let mut builder = QueryBuilder::new(
        "SELECT script_id, MAX(script_name), COUNT(*), MAX(due_at) FROM \
         (SELECT script_id, script_name, due_at FROM script_occurrences WHERE tenant_id = ",
    );
    builder.with("", tenant.as_str());
    match kind {
        Overdue::FailedEvents => {
            builder.push(" AND cause = 'event' AND state = 'failed' AND handled IS NULL ORDER BY due_at DESC, id DESC");
        }
        Overdue::Missed { from } => {
            builder.with(" AND state = 'missed' AND due_at >= ", SqlTime(from)).push(" ORDER BY due_at DESC");
        }
        Overdue::Late { before } => {
            builder.with(" AND state = 'due' AND next_attempt_at < ", SqlTime(before));
            builder.push(" ORDER BY next_attempt_at");
        }
    }
    builder.with(" LIMIT ", MAX_OPEN);
    builder.with(") AS open GROUP BY script_id ORDER BY MAX(due_at) DESC LIMIT ", i64::from(limit));
    builder
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    repository_error(TABLE, &error)
}
