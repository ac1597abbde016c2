//! [`OccurrenceRepository`] over SQL. Claims and settlements are single statements that require the previous state, so that only one of two
//! nodes succeeds.

mod claims;
mod list;
mod pauses;
mod planning;
mod realigning;

use std::{sync::LazyLock, time::Duration};

use async_trait::async_trait;
use iota_scripts_domain::{
    Backlog, Cursor, Handled, NextDue, NodeId, Occurrence, OccurrenceId, OccurrenceQuery, OccurrenceRepository,
    OrphanedOccurrence, Page, Pause, PendingRun, PlanningGaps, Reason, RepositoryError, ScheduleRecord, ScriptId,
    ScriptName, Settlement, Stamp, TenantId, TimeZone, Timestamp, Total, UserId,
};
use sqlx::{query::Query, types::Uuid};

use super::Dialect;
use super::columns::{self, Store};
use super::db::{Db, on, on_writer};
use super::error::repository_error;
use super::list::{self as pages, Filters as _, SortOrder, count};
use super::rows::{OccurrenceColumns, OccurrenceRow, RowReader, ScheduleRow, SqlTime, stored_reason};

pub(super) use planning::insertion_of_schedule;

const TABLE: &str = "script_occurrences";

/// Schedules and occurrences in a database.
#[derive(Debug, Clone)]
pub struct SqlOccurrenceRepository {
    db: Db,
}

impl SqlOccurrenceRepository {
    /// Creates the repository. The database must be migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }

    /// Counts the occurrences that match a query and a condition, up to a limit.
    async fn counted(
        &self,
        tenant: &TenantId,
        query: &OccurrenceQuery,
        condition: &str,
        most: u64,
    ) -> Result<u64, RepositoryError> {
        let counted: i64 = on!(self.db, |pool| {
            let mut counted = list::filtered(pages::COUNT, tenant, query);
            counted.push(condition).capped_at(most).build_query_scalar().fetch_one(pool).await.map_err(store)?
        });
        Ok(count(counted))
    }

    /// If two nodes claim at the same time, the second skips the rows that the first has locked. SQLite has one writer at a time.
    const fn skip_locked(&self) -> &'static str {
        match self.db.dialect() {
            Dialect::Sqlite => "",
            Dialect::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }
}

static INSERT: LazyLock<String> = LazyLock::new(|| {
    columns::insert("script_occurrences", &[OccurrenceColumns::NAMES])
        + " ON CONFLICT (script_id, cause, key) DO NOTHING"
});

/// Inserts an occurrence that is not claimed.
fn insert<'q, DB: Store>(occurrence: &Occurrence) -> Result<Query<'q, DB, DB::Arguments>, RepositoryError> {
    columns::query(INSERT.as_str(), |parameters| OccurrenceColumns::put(occurrence, parameters)).map_err(store)
}

const UPCOMING: &str = "SELECT scripts.id, scripts.name, next_due_at FROM script_schedules JOIN scripts ON scripts.id = script_id \
    WHERE script_schedules.tenant_id = $1 AND next_due_at IS NOT NULL ORDER BY next_due_at, script_id LIMIT $2";

pub(super) const SETTLE: &str = "UPDATE script_occurrences SET state = $1, attempt = $2, next_attempt_at = $3, settled_at = $4, reason = $5, \
    reason_code = $6, execution_id = COALESCE($7, execution_id), claimed_by = NULL, claimed_at = NULL \
    WHERE id = $8 AND attempt = $9 AND state = 'running'";

/// Settles an attempt that is running.
macro_rules! settle {
    ($id:expr, $attempt:expr, $settlement:expr) => {{
        use iota_scripts_domain::{ExecutionId, OccurrenceState, Settlement};
        use $crate::persistence::{occurrence_repository::SETTLE, rows::SqlTime};
        let (state, next, due, settled, reason, execution) = match $settlement {
            Settlement::Final { state, execution, reason, at } => {
                (*state, $attempt, None, Some(*at), reason, execution)
            }
            Settlement::Again { attempt, at, execution, reason } => {
                (OccurrenceState::Due, *attempt, Some(*at), None, reason, execution)
            }
        };
        sqlx::query(SETTLE)
            .bind(state.as_str())
            .bind(i64::from(next))
            .bind(due.map(SqlTime))
            .bind(settled.map(SqlTime))
            .bind($crate::persistence::rows::stored_reason(reason))
            .bind(reason.code())
            .bind(execution.map(ExecutionId::as_uuid))
            .bind($id.as_uuid())
            .bind(i64::from($attempt))
    }};
}
pub(super) use settle;

const NEXT_DUE: &str = "SELECT MIN(next_due_at) FROM script_schedules WHERE next_due_at IS NOT NULL";
const NEXT_ATTEMPT: &str =
    "SELECT MIN(next_attempt_at) FROM script_occurrences WHERE state = 'due' AND attempt >= 1 AND next_attempt_at > $1";

#[async_trait]
impl OccurrenceRepository for SqlOccurrenceRepository {
    async fn advance_schedules(
        &self,
        now: Timestamp,
        grace: Duration,
        absences: &PlanningGaps,
        limit: u32,
    ) -> Result<u32, RepositoryError> {
        planning::advance(self, now, grace, absences, limit).await
    }

    async fn realign_schedules(&self, now: Timestamp, tolerance: Duration) -> Result<u32, RepositoryError> {
        realigning::schedules(self, now, tolerance).await
    }

    async fn realign_attempts(&self, now: Timestamp) -> Result<u64, RepositoryError> {
        realigning::attempts(self, now).await
    }

    async fn pause(&self, pause: &Pause) -> Result<Pause, RepositoryError> {
        pauses::begin(self, pause).await
    }

    async fn resume(&self, tenant: &TenantId, stamp: &Stamp) -> Result<Option<Pause>, RepositoryError> {
        pauses::end(self, tenant, stamp).await
    }

    async fn pause_in_force(&self, tenant: &TenantId, now: Timestamp) -> Result<Option<Pause>, RepositoryError> {
        pauses::in_force(self, tenant, now).await
    }

    async fn adopt_schedules(&self, now: Timestamp) -> Result<(), RepositoryError> {
        planning::adopt(self, now).await
    }

    async fn set_tenant_zone(&self, tenant: &TenantId, zone: TimeZone, now: Timestamp) -> Result<(), RepositoryError> {
        planning::set_tenant_zone(self, tenant, zone, now).await
    }

    async fn insert(&self, occurrence: &Occurrence) -> Result<bool, RepositoryError> {
        let inserted =
            on_writer!(self.db, |pool| insert(occurrence)?.execute(pool).await.map_err(store)?.rows_affected());
        Ok(inserted == 1)
    }

    async fn due_tenants(
        &self,
        now: Timestamp,
        after: Option<&TenantId>,
        limit: u32,
    ) -> Result<Vec<TenantId>, RepositoryError> {
        claims::due_tenants(self, now, after, limit).await
    }

    async fn claim(
        &self,
        node: &NodeId,
        now: Timestamp,
        shares: &[(TenantId, u32)],
    ) -> Result<Vec<Occurrence>, RepositoryError> {
        claims::claim(self, node, now, shares).await
    }

    async fn settle(&self, id: OccurrenceId, attempt: u32, settlement: &Settlement) -> Result<bool, RepositoryError> {
        let changed = on_writer!(self.db, |pool| {
            settle!(id, attempt, settlement).execute(pool).await.map_err(store)?.rows_affected()
        });
        Ok(changed == 1)
    }

    async fn stranded(&self, lease: Duration, limit: u32) -> Result<Vec<OrphanedOccurrence>, RepositoryError> {
        claims::stranded(self, lease, limit).await
    }

    async fn unpinned(&self, tenant: &TenantId) -> Result<Vec<PendingRun>, RepositoryError> {
        // The condition of an index that contains no other rows.
        const SQL: &str = "SELECT id, script_id, requested_by FROM script_occurrences WHERE tenant_id = $1 \
            AND state IN ('due', 'running') AND requested_by IS NOT NULL AND script_version IS NULL";
        let rows: Vec<(Uuid, Uuid, String)> =
            on!(self.db, |pool| sqlx::query_as(SQL).bind(tenant.as_str()).fetch_all(pool).await.map_err(store)?);
        let pending = |(id, script, user): (Uuid, Uuid, String)| {
            let requested_by = RowReader::new(TABLE, id).read("requested_by", UserId::parse(user))?;
            Ok(PendingRun { script: ScriptId::from_uuid(script), requested_by })
        };
        rows.into_iter().map(pending).collect()
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, RepositoryError> {
        let due: Option<SqlTime> =
            on!(self.db, |pool| sqlx::query_scalar(NEXT_DUE).fetch_one(pool).await.map_err(store)?);
        Ok(due.map(|due| due.0))
    }

    async fn next_attempt(&self, now: Timestamp) -> Result<Option<Timestamp>, RepositoryError> {
        let due: Option<SqlTime> = on!(self.db, |pool| {
            sqlx::query_scalar(NEXT_ATTEMPT).bind(SqlTime(now)).fetch_one(pool).await.map_err(store)?
        });
        Ok(due.map(|due| due.0))
    }

    async fn backlog(&self, tenant: Option<&TenantId>, now: Timestamp) -> Result<Backlog, RepositoryError> {
        claims::backlog(self, tenant, now).await
    }

    async fn get(&self, tenant: &TenantId, id: OccurrenceId) -> Result<Occurrence, RepositoryError> {
        let row: Option<OccurrenceRow> = on!(self.db, |pool| {
            let query = sqlx::query_as("SELECT * FROM script_occurrences WHERE id = $1 AND tenant_id = $2");
            query.bind(id.as_uuid()).bind(tenant.as_str()).fetch_optional(pool).await.map_err(store)?
        });
        row.ok_or(RepositoryError::NotFound)?.try_into()
    }

    async fn list(&self, tenant: &TenantId, query: &OccurrenceQuery) -> Result<Page<Occurrence>, RepositoryError> {
        let rows: Vec<OccurrenceRow> = on!(self.db, |pool| {
            let mut page = list::filtered("SELECT *", tenant, query);
            page.push_page(SortOrder::newest_by("due_at"), &query.page)
                .build_query_as()
                .fetch_all(pool)
                .await
                .map_err(store)?
        });
        let found: Vec<Occurrence> = rows.into_iter().map(Occurrence::try_from).collect::<Result<_, _>>()?;
        let cursor = |one: &Occurrence| Cursor::of_time(one.due_at, one.id.as_uuid());
        pages::page_of(&query.page, found, self.count(tenant, query), cursor).await
    }

    async fn count(&self, tenant: &TenantId, query: &OccurrenceQuery) -> Result<Total, RepositoryError> {
        if list::is_of_all_that_ran(query) {
            // No general index contains the state. Occurrences that did not run have indexes of their own, so they are counted and
            // subtracted.
            let all = list::in_any_state(query);
            let mut others = 0;
            for states in list::NOT_RAN {
                others += self.counted(tenant, &all, states, pages::CAP).await?;
            }
            if let Some(cap) = pages::cap_above(others) {
                return Ok(Total::of(self.counted(tenant, &all, "", cap).await?.saturating_sub(others)));
            }
        }
        self.counted(tenant, query, "", pages::CAP).await.map(Total::of)
    }

    async fn cancel(
        &self,
        tenant: &TenantId,
        id: OccurrenceId,
        reason: &Reason,
        now: Timestamp,
    ) -> Result<(), RepositoryError> {
        const CANCEL: &str = "UPDATE script_occurrences SET state = 'cancelled', next_attempt_at = NULL, settled_at = $1, reason = $2, \
            reason_code = $3 WHERE id = $4 AND tenant_id = $5 AND state = 'due'";
        let changed = on_writer!(self.db, |pool| {
            let query = sqlx::query(CANCEL).bind(SqlTime(now)).bind(stored_reason(reason)).bind(reason.code());
            let query = query.bind(id.as_uuid()).bind(tenant.as_str());
            query.execute(pool).await.map_err(store)?.rows_affected()
        });
        if changed == 1 {
            return Ok(());
        }
        self.get(tenant, id).await.and(Err(RepositoryError::InvalidState))
    }

    async fn handle(&self, tenant: &TenantId, id: OccurrenceId, handled: &Handled) -> Result<(), RepositoryError> {
        const HANDLE: &str = "UPDATE script_occurrences SET handled = $1, handled_at = $2, handled_by = $3 \
            WHERE id = $4 AND tenant_id = $5 AND cause = 'event' AND state = 'failed' AND handled IS NULL";
        let Handled { how, stamp } = handled;
        let changed = on_writer!(self.db, |pool| {
            let query = sqlx::query(HANDLE).bind(how.as_str()).bind(SqlTime(stamp.at)).bind(stamp.by.as_str());
            let query = query.bind(id.as_uuid()).bind(tenant.as_str());
            query.execute(pool).await.map_err(store)?.rows_affected()
        });
        if changed == 1 {
            return Ok(());
        }
        self.get(tenant, id).await.and(Err(RepositoryError::InvalidState))
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
    repository_error(TABLE, &error)
}
