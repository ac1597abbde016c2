//! Advances schedules: each time that has come becomes an occurrence, in the transaction that computes the next one.

use std::{sync::LazyLock, time::Duration};

use iota_scripts_domain::{
    Cause, MissCause, Occurrence, OccurrenceState, Pause, PlanningGaps, Reason, RepositoryError, ScheduledTimes,
    TenantId, TimeZone, Timestamp,
};

use super::pauses::{self, PauseRow};
use super::{SqlOccurrenceRepository, insert, store};
use crate::persistence::columns;
use crate::persistence::db::{BeginWrite as _, on, on_writer};
use crate::persistence::rows::{DueScheduleRow, NewSchedule, OrphanRow, ScheduleRow, SqlTime};

/// Maximum times of one schedule per transaction. The remaining times are due again at once.
const MAX_TIMES: usize = 500;

/// How long a row that violates the domain's rules is skipped.
const BROKEN_PAUSE: Duration = Duration::from_secs(3600);

/// State of the previous occurrence if it is not settled: 3 running, 2 waiting for another attempt, 1 not begun. In the words of the index
/// that contains only unsettled occurrences, so that years of occurrences are not read for a single time.
const UNSETTLED: &str = "SELECT CAST(MAX(CASE WHEN state = 'running' THEN 3 WHEN attempt > 1 THEN 2 ELSE 1 END) AS BIGINT) \
    FROM script_occurrences WHERE tenant_id = $1 AND script_id = $2 AND cause = 'schedule' AND state IN ('due', 'running')";
const MOVE_ON: &str = "UPDATE script_schedules SET next_due_at = $1, updated_at = $2 WHERE script_id = $3";
const ORPHANS: &str = "SELECT s.id, s.tenant_id, s.cron_expression, s.timezone FROM scripts s \
    LEFT JOIN script_schedules p ON p.script_id = s.id \
    WHERE s.type = 'cron' AND s.is_active AND p.script_id IS NULL LIMIT 500";
static ADOPT: LazyLock<String> = LazyLock::new(|| insertion_of_schedule("DO NOTHING"));

/// Returns the statement that inserts a schedule, with the values of [`ScheduleRow`] and the time of the change. `known` is the action if
/// the script already has one.
pub(in crate::persistence) fn insertion_of_schedule(known: &str) -> String {
    columns::insert("script_schedules", &[ScheduleRow::NAMES, &["updated_at"]]) + " ON CONFLICT (script_id) " + known
}

pub(super) async fn advance(
    repository: &SqlOccurrenceRepository,
    now: Timestamp,
    grace: Duration,
    absences: &PlanningGaps,
    limit: u32,
) -> Result<u32, RepositoryError> {
    let lock = match repository.skip_locked() {
        "" => "",
        _ => " FOR UPDATE OF p SKIP LOCKED",
    };
    let due = format!(
        "SELECT p.*, s.name AS script_name FROM script_schedules p JOIN scripts s ON s.id = p.script_id \
         WHERE p.next_due_at <= $1 ORDER BY p.next_due_at LIMIT $2{lock}"
    );
    on_writer!(repository.db, |pool| {
        let mut tx = pool.begin_write().await.map_err(store)?;
        let query = sqlx::query_as(sqlx::AssertSqlSafe(due)).bind(SqlTime(now)).bind(i64::from(limit));
        let schedules: Vec<DueScheduleRow> = query.fetch_all(&mut *tx).await.map_err(store)?;
        // Read in this transaction, since another node may have changed the pauses a moment ago.
        let pauses: Vec<Pause> = match schedules.iter().filter_map(DueScheduleRow::due).min() {
            Some(earliest) => {
                let query = sqlx::query_as(pauses::SINCE).bind(SqlTime(earliest));
                let rows: Vec<PauseRow> = query.fetch_all(&mut *tx).await.map_err(store)?;
                rows.into_iter().map(Pause::try_from).collect::<Result<_, _>>()?
            }
            None => Vec::new(),
        };
        for row in &schedules {
            let schedule = match row.read() {
                Ok(schedule) => schedule,
                Err(error) => {
                    // One invalid row must not block the others; an operator has to fix it.
                    tracing::error!("cannot read a schedule, retrying in an hour: {error}");
                    let query = sqlx::query(MOVE_ON).bind(Some(SqlTime(now.plus(BROKEN_PAUSE)))).bind(SqlTime(now));
                    query.bind(row.script_id()).execute(&mut *tx).await.map_err(store)?;
                    continue;
                }
            };
            let mut times = ScheduledTimes::of(
                &schedule.expression,
                schedule.zone,
                (schedule.due, now),
                grace,
                absences,
                MAX_TIMES,
            );
            let own: Vec<Pause> = pauses.iter().filter(|pause| pause.tenant == schedule.tenant).cloned().collect();
            for (pause, first, number) in Pause::take_out(&own, &mut times.times) {
                let row = pauses::left_out(&schedule, pause, first, now);
                let known = insert(&row)?.execute(&mut *tx).await.map_err(store)?.rows_affected();
                let query = sqlx::query(pauses::COUNT_IN).bind(i64::try_from(number - known).unwrap_or(i64::MAX));
                let query = query.bind(SqlTime(now)).bind(schedule.script.as_uuid()).bind(row.key.as_str());
                query.execute(&mut *tx).await.map_err(store)?;
            }
            for planned in times.times {
                // The time is the key: a node that planned it before has written the same row. A time that was missed because the clock
                // jumped forward has a different key, since the time itself comes when the clock is corrected.
                let key = match planned.missed {
                    Some(MissCause::Clock) => format!("clock:{}", planned.at),
                    _ => planned.at.to_string(),
                };
                let whose = (schedule.tenant.clone(), schedule.script, schedule.name.clone());
                let mut occurrence = Occurrence::due(whose, Cause::Schedule, key, planned.at, now);
                if let Some(absence) = planned.missed {
                    occurrence = occurrence.settled(OccurrenceState::Missed, Reason::from(absence), now);
                } else {
                    let query = sqlx::query_scalar(UNSETTLED).bind(schedule.tenant.as_str());
                    let query = query.bind(schedule.script.as_uuid());
                    let unsettled: Option<i64> = query.fetch_one(&mut *tx).await.map_err(store)?;
                    if let Some(before) = unsettled {
                        occurrence = occurrence.settled(OccurrenceState::Skipped, skipped(before), now);
                    }
                }
                insert(&occurrence)?.execute(&mut *tx).await.map_err(store)?;
            }
            let query = sqlx::query(MOVE_ON).bind(times.next.map(SqlTime)).bind(SqlTime(now));
            query.bind(schedule.script.as_uuid()).execute(&mut *tx).await.map_err(store)?;
        }
        tx.commit().await.map_err(store)?;
        Ok(u32::try_from(schedules.len()).unwrap_or(u32::MAX))
    })
}

const fn skipped(before: i64) -> Reason {
    match before {
        3.. => Reason::SkippedRunning,
        2 => Reason::SkippedRetrying,
        _ => Reason::SkippedWaiting,
    }
}

pub(super) async fn adopt(repository: &SqlOccurrenceRepository, now: Timestamp) -> Result<(), RepositoryError> {
    loop {
        let orphans: Vec<OrphanRow> =
            on!(repository.db, |pool| sqlx::query_as(ORPHANS).fetch_all(pool).await.map_err(store)?);
        if orphans.is_empty() {
            return Ok(());
        }
        for row in orphans {
            let schedule = row.read()?;
            let zone = schedule.timezone.unwrap_or(TimeZone::UTC);
            let next = schedule.expression.next_after(now, zone);
            let new = NewSchedule { script: row.id, tenant: &row.tenant_id, schedule: &schedule, zone, next };
            on_writer!(repository.db, |pool| {
                let insert = columns::query(ADOPT.as_str(), |parameters| ScheduleRow::put(&new, parameters));
                insert.map_err(store)?.bind(SqlTime(now)).execute(pool).await.map_err(store)?;
            });
        }
    }
}

pub(super) async fn set_tenant_zone(
    repository: &SqlOccurrenceRepository,
    tenant: &TenantId,
    zone: TimeZone,
    now: Timestamp,
) -> Result<(), RepositoryError> {
    const OTHERS: &str = "SELECT * FROM script_schedules WHERE tenant_id = $1 AND follows_tenant AND timezone <> $2";
    // Only if the row has not been changed or moved meanwhile.
    const CHANGE: &str = "UPDATE script_schedules SET timezone = $1, next_due_at = $2, updated_at = $3 \
        WHERE script_id = $4 AND follows_tenant AND expression = $5 AND timezone = $6";
    let rows: Vec<ScheduleRow> = on!(repository.db, |pool| {
        let query = sqlx::query_as(OTHERS).bind(tenant.as_str()).bind(zone.name());
        query.fetch_all(pool).await.map_err(store)?
    });
    for row in rows {
        let next = row.expression()?.next_after(now, zone);
        on_writer!(repository.db, |pool| {
            let query = sqlx::query(CHANGE).bind(zone.name()).bind(next.map(SqlTime)).bind(SqlTime(now));
            let query = query.bind(row.script_id).bind(row.expression.as_str()).bind(row.timezone.as_str());
            query.execute(pool).await.map_err(store)?;
        });
    }
    Ok(())
}
