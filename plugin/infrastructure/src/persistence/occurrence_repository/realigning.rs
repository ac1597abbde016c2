//! Corrects times that were computed while the clock was ahead, so that nothing waits until the time of that clock has come.

use std::time::Duration;

use iota_scripts_domain::{RepositoryError, RetryPolicy, Timestamp};

use super::{SqlOccurrenceRepository, store};
use crate::persistence::db::{on, on_writer};
use crate::persistence::rows::{ScheduleRow, SqlTime};

/// Schedules that one pass corrects; the rest is found by the next pass.
const BATCH: i64 = 500;

const AHEAD: &str = "SELECT * FROM script_schedules WHERE updated_at > $1 ORDER BY updated_at LIMIT $2";
/// Only if the row has not been changed or moved meanwhile.
const REALIGN: &str = "UPDATE script_schedules SET next_due_at = $1, updated_at = $2 \
    WHERE script_id = $3 AND expression = $4 AND timezone = $5 AND updated_at > $2";

/// A run requested for later may wait up to a year for its first attempt and stays unchanged; any other attempt waits no longer than a
/// retry pause.
const ATTEMPTS: &str = "UPDATE script_occurrences SET next_attempt_at = $1 \
    WHERE state = 'due' AND attempt >= 1 AND next_attempt_at > $2 AND (cause <> 'later' OR next_attempt_at <> due_at)";

pub(super) async fn schedules(
    repository: &SqlOccurrenceRepository,
    now: Timestamp,
    tolerance: Duration,
) -> Result<u32, RepositoryError> {
    let rows: Vec<ScheduleRow> = on!(repository.db, |pool| {
        let query = sqlx::query_as(AHEAD).bind(SqlTime(now.plus(tolerance))).bind(BATCH);
        query.fetch_all(pool).await.map_err(store)?
    });
    for row in &rows {
        // Rows that cannot be read are reported by the planning.
        let Ok((expression, zone)) = row.expression().and_then(|expression| Ok((expression, row.zone()?))) else {
            continue;
        };
        let computed = expression.next_after(now, zone);
        // A schedule that is already due stays due.
        let next = row.next_due_at.map(|due| due.0).filter(|due| *due <= now).or(computed);
        on_writer!(repository.db, |pool| {
            let query = sqlx::query(REALIGN).bind(next.map(SqlTime)).bind(SqlTime(now)).bind(row.script_id);
            let query = query.bind(row.expression.as_str()).bind(row.timezone.as_str());
            query.execute(pool).await.map_err(store)?;
        });
    }
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

pub(super) async fn attempts(repository: &SqlOccurrenceRepository, now: Timestamp) -> Result<u64, RepositoryError> {
    let furthest = now.plus(RetryPolicy::LONGEST_DELAY);
    on_writer!(repository.db, |pool| {
        let query = sqlx::query(ATTEMPTS).bind(SqlTime(now)).bind(SqlTime(furthest));
        Ok(query.execute(pool).await.map_err(store)?.rows_affected())
    })
}
