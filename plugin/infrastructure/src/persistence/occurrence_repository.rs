//! [`OccurrenceRepository`] over SQL. Claims and settlements are single statements that hold only in the state before, so that of
//! two nodes exactly one succeeds.

mod list;
mod planning;

use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_domain::{
    Cursor, ExecutionId, Handled, NextDue, NodeId, Occurrence, OccurrenceId, OccurrenceQuery, OccurrenceRepository,
    OccurrenceState, Page, RepositoryError, ScheduleRecord, ScriptId, ScriptName, Settlement, Stranded, TenantId,
    TimeZone, Timestamp, Total,
};
use sqlx::types::Uuid;

use super::Dialect;
use super::db::{Db, on};
use super::error::refused;
use super::list::{self as pages, Order, total};
use super::rows::{OccurrenceRow, RowReader, ScheduleRow, SqlTime, StrandedRow};

const TABLE: &str = "script_occurrences";

/// Schedules and occurrences in a database.
#[derive(Debug, Clone)]
pub struct SqlOccurrenceRepository {
    db: Db,
}

impl SqlOccurrenceRepository {
    /// The occurrences of a database that is migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }

    /// Of two nodes that claim at once, the second passes over what the first has locked. SQLite has one writer at a time.
    const fn skip_locked(&self) -> &'static str {
        match self.db.dialect() {
            Dialect::Sqlite => "",
            Dialect::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }
}

pub(super) const INSERT: &str = "INSERT INTO script_occurrences (id, tenant_id, script_id, script_name, cause, key, due_at, input, \
    requested_by, depth, state, attempt, next_attempt_at, reason, created_at, settled_at, replay_of) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT (script_id, cause, key) DO NOTHING";

const UPCOMING: &str = "SELECT scripts.id, scripts.name, next_due_at FROM script_schedules JOIN scripts ON scripts.id = script_id \
    WHERE script_schedules.tenant_id = $1 AND next_due_at IS NOT NULL ORDER BY next_due_at, scripts.id LIMIT $2";

/// An insert with the values of an occurrence that nobody has claimed.
macro_rules! insert {
    ($occurrence:expr) => {
        sqlx::query(crate::persistence::occurrence_repository::INSERT)
            .bind($occurrence.id.as_uuid())
            .bind($occurrence.tenant.as_str())
            .bind($occurrence.script.as_uuid())
            .bind($occurrence.script_name.as_str())
            .bind($occurrence.cause.as_str())
            .bind($occurrence.key.as_str())
            .bind(SqlTime($occurrence.due_at))
            .bind($occurrence.args.as_str())
            .bind($occurrence.requested_by.as_ref().map(|user| user.as_str()))
            .bind(i64::from($occurrence.depth))
            .bind($occurrence.state.as_str())
            .bind(i64::from($occurrence.attempt))
            .bind($occurrence.next_attempt_at.map(SqlTime))
            .bind($occurrence.reason.as_str())
            .bind(SqlTime($occurrence.created_at))
            .bind($occurrence.settled_at.map(SqlTime))
            .bind($occurrence.replay_of.map(|id| id.as_uuid()))
    };
}
use insert;

const SETTLE: &str = "UPDATE script_occurrences SET state = $1, attempt = $2, next_attempt_at = $3, settled_at = $4, reason = $5, \
    execution_id = COALESCE($6, execution_id), claimed_by = NULL, claimed_at = NULL \
    WHERE id = $7 AND attempt = $8 AND state = 'running'";

const STRANDED: &str = "SELECT o.*, e.id AS run_id, e.status AS run_status FROM script_occurrences o \
    LEFT JOIN script_executions e ON e.occurrence_id = o.id AND e.attempt = o.attempt \
    WHERE o.state = 'running' AND o.claimed_at < $1 AND (e.id IS NULL OR e.status NOT IN ('pending', 'running')) ORDER BY o.claimed_at LIMIT $2";

const NEXT_DUE: &str = "SELECT MIN(due) FROM (SELECT MIN(next_due_at) AS due FROM script_schedules WHERE next_due_at IS NOT NULL \
    UNION ALL SELECT MIN(next_attempt_at) FROM script_occurrences WHERE state = 'due') AS both_kinds";

#[async_trait]
impl OccurrenceRepository for SqlOccurrenceRepository {
    async fn advance_schedules(&self, now: Timestamp, grace: Duration, limit: u32) -> Result<u32, RepositoryError> {
        planning::advance(self, now, grace, limit).await
    }

    async fn adopt_schedules(&self, now: Timestamp) -> Result<(), RepositoryError> {
        planning::adopt(self, now).await
    }

    async fn set_tenant_zone(&self, tenant: &TenantId, zone: TimeZone, now: Timestamp) -> Result<(), RepositoryError> {
        planning::set_tenant_zone(self, tenant, zone, now).await
    }

    async fn insert(&self, occurrence: &Occurrence) -> Result<bool, RepositoryError> {
        let inserted = on!(self.db, |pool| insert!(occurrence).execute(pool).await.map_err(store)?.rows_affected());
        Ok(inserted == 1)
    }

    async fn claim(&self, node: &NodeId, now: Timestamp, limit: u32) -> Result<Vec<Occurrence>, RepositoryError> {
        // Chosen once: PostgreSQL may look into a subselect again and again, skips what it has locked itself, and so
        // takes more than the limit.
        let sql = format!(
            "WITH chosen AS MATERIALIZED (SELECT id FROM script_occurrences WHERE state = 'due' AND next_attempt_at <= $2 \
             ORDER BY next_attempt_at LIMIT $3{}) \
             UPDATE script_occurrences SET state = 'running', next_attempt_at = NULL, claimed_by = $1, claimed_at = $2 \
             WHERE state = 'due' AND id IN (SELECT id FROM chosen) RETURNING *",
            self.skip_locked()
        );
        let rows: Vec<OccurrenceRow> = on!(self.db, |pool| {
            let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(node.as_str()).bind(SqlTime(now));
            query.bind(i64::from(limit)).fetch_all(pool).await.map_err(store)?
        });
        let mut claimed: Vec<Occurrence> = rows.into_iter().map(Occurrence::try_from).collect::<Result<_, _>>()?;
        claimed.sort_by_key(|occurrence| (occurrence.due_at, occurrence.id));
        Ok(claimed)
    }

    async fn settle(&self, id: OccurrenceId, attempt: u32, settlement: &Settlement) -> Result<bool, RepositoryError> {
        let (state, next, due, settled, reason, execution) = match settlement {
            Settlement::Final { state, execution, reason, at } => (*state, attempt, None, Some(*at), reason, execution),
            Settlement::Again { attempt, at, execution, reason } => {
                (OccurrenceState::Due, *attempt, Some(*at), None, reason, execution)
            }
        };
        let changed = on!(self.db, |pool| {
            sqlx::query(SETTLE)
                .bind(state.as_str())
                .bind(i64::from(next))
                .bind(due.map(SqlTime))
                .bind(settled.map(SqlTime))
                .bind(reason.as_str())
                .bind(execution.map(ExecutionId::as_uuid))
                .bind(id.as_uuid())
                .bind(i64::from(attempt))
                .execute(pool)
                .await
                .map_err(store)?
                .rows_affected()
        });
        Ok(changed == 1)
    }

    async fn stranded(&self, before: Timestamp, limit: u32) -> Result<Vec<Stranded>, RepositoryError> {
        let rows: Vec<StrandedRow> = on!(self.db, |pool| {
            let query = sqlx::query_as(STRANDED).bind(SqlTime(before)).bind(i64::from(limit));
            query.fetch_all(pool).await.map_err(store)?
        });
        rows.into_iter().map(Stranded::try_from).collect()
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, RepositoryError> {
        let due: Option<SqlTime> =
            on!(self.db, |pool| sqlx::query_scalar(NEXT_DUE).fetch_one(pool).await.map_err(store)?);
        Ok(due.map(|due| due.0))
    }

    async fn get(&self, tenant: &TenantId, id: OccurrenceId) -> Result<Occurrence, RepositoryError> {
        let row: Option<OccurrenceRow> = on!(self.db, |pool| {
            let query = sqlx::query_as("SELECT * FROM script_occurrences WHERE id = $1 AND tenant_id = $2");
            query.bind(id.as_uuid()).bind(tenant.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        row.ok_or(RepositoryError::NotFound)?.try_into()
    }

    async fn list(&self, tenant: &TenantId, query: &OccurrenceQuery) -> Result<Page<Occurrence>, RepositoryError> {
        let total = self.count(tenant, query).await?;
        let rows: Vec<OccurrenceRow> = on!(self.db, |pool| {
            let mut page = list::filtered("SELECT *", tenant, query);
            pages::cut(&mut page, Order::newest_by("due_at"), &query.page);
            page.build_query_as().fetch_all(pool).await.map_err(store)?
        });
        let found = rows.into_iter().map(Occurrence::try_from).collect::<Result<_, _>>()?;
        Ok(query.page.page(found, total, |one: &Occurrence| Cursor::of_time(one.due_at, one.id.as_uuid())))
    }

    async fn count(&self, tenant: &TenantId, query: &OccurrenceQuery) -> Result<Total, RepositoryError> {
        let counted: i64 = on!(self.db, |pool| {
            let mut counted = list::filtered(pages::COUNT, tenant, query);
            pages::capped(&mut counted).build_query_scalar().fetch_one(pool).await.map_err(store)?
        });
        Ok(total(counted))
    }

    async fn cancel(
        &self,
        tenant: &TenantId,
        id: OccurrenceId,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), RepositoryError> {
        const CANCEL: &str = "UPDATE script_occurrences SET state = 'cancelled', next_attempt_at = NULL, settled_at = $1, reason = $2 \
            WHERE id = $3 AND tenant_id = $4 AND state = 'due'";
        let changed = on!(self.db, |pool| {
            let query = sqlx::query(CANCEL).bind(SqlTime(now)).bind(reason).bind(id.as_uuid()).bind(tenant.as_str());
            query.execute(pool).await.map_err(store)?.rows_affected()
        });
        if changed == 1 {
            return Ok(());
        }
        self.get(tenant, id).await.and(Err(RepositoryError::WrongState))
    }

    async fn handle(&self, tenant: &TenantId, id: OccurrenceId, handled: &Handled) -> Result<(), RepositoryError> {
        const HANDLE: &str = "UPDATE script_occurrences SET handled = $1, handled_at = $2, handled_by = $3 \
            WHERE id = $4 AND tenant_id = $5 AND cause = 'event' AND state = 'failed' AND handled IS NULL";
        let Handled { how, stamp } = handled;
        let changed = on!(self.db, |pool| {
            let query = sqlx::query(HANDLE).bind(how.as_str()).bind(SqlTime(stamp.at)).bind(stamp.by.as_str());
            let query = query.bind(id.as_uuid()).bind(tenant.as_str());
            query.execute(pool).await.map_err(store)?.rows_affected()
        });
        if changed == 1 {
            return Ok(());
        }
        self.get(tenant, id).await.and(Err(RepositoryError::WrongState))
    }

    async fn upcoming(&self, tenant: &TenantId, limit: u32) -> Result<Vec<NextDue>, RepositoryError> {
        let rows: Vec<(Uuid, String, SqlTime)> = on!(self.db, |pool| {
            let query = sqlx::query_as(UPCOMING).bind(tenant.as_str()).bind(i64::from(limit));
            query.fetch_all(pool).await.map_err(store)?
        });
        let next = |(script, name, at): (Uuid, String, SqlTime)| {
            let reader = RowReader::new("scripts", script);
            Ok(NextDue {
                script: ScriptId::from_uuid(script),
                name: reader.read("name", ScriptName::parse(&name))?,
                at: at.0,
            })
        };
        rows.into_iter().map(next).collect()
    }

    async fn schedule(&self, tenant: &TenantId, script: ScriptId) -> Result<ScheduleRecord, RepositoryError> {
        let row: Option<ScheduleRow> = on!(self.db, |pool| {
            let query = sqlx::query_as("SELECT * FROM script_schedules WHERE script_id = $1 AND tenant_id = $2");
            query.bind(script.as_uuid()).bind(tenant.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        let row = row.ok_or(RepositoryError::NotFound)?;
        Ok(ScheduleRecord {
            zone: row.zone()?,
            follows_tenant: row.follows_tenant,
            next_due_at: row.next_due_at.map(|due| due.0),
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    refused(TABLE, &error)
}
