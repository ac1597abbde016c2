//! Pauses of a tenant's schedules.

use std::sync::LazyLock;

use iota_scripts_domain::{
    Cause, Occurrence, OccurrenceState, Pause, PauseId, PauseReason, RepositoryError, Stamp, TenantId, Timestamp,
};
use sqlx::types::Uuid;

use super::SqlOccurrenceRepository;
use crate::persistence::columns::{self, columns};
use crate::persistence::db::{BeginWrite as _, on, on_writer};
use crate::persistence::error::repository_error;
use crate::persistence::rows::{DueSchedule, RowReader, SqlTime};

const TABLE: &str = "script_pauses";

/// Selects the pauses of all tenants that may cover a time at or after a given one.
pub(super) const SINCE: &str = "SELECT * FROM script_pauses WHERE ends_at IS NULL OR ends_at > $1";

/// Adds to the number of times in the row of a script and pause.
pub(super) const COUNT_IN: &str = "UPDATE script_occurrences SET times = times + $1, settled_at = $2 \
    WHERE script_id = $3 AND cause = 'schedule' AND key = $4";

const IN_FORCE: &str = "SELECT * FROM script_pauses WHERE tenant_id = $1 AND (ends_at IS NULL OR ends_at > $2) \
    ORDER BY paused_at DESC, id DESC LIMIT 1";

const CHANGE: &str = "UPDATE script_pauses SET reason = $1, paused_by = $2, name = $3, ends_at = $4 WHERE id = $5";

static BEGIN: LazyLock<String> = LazyLock::new(|| columns::insert(TABLE, &[PauseRow::NAMES]));

const END: &str = "UPDATE script_pauses SET ends_at = $1, resumed_by = $2 \
    WHERE tenant_id = $3 AND (ends_at IS NULL OR ends_at > $1)";

columns! {
    pub(super) struct PauseRow from (pause: &Pause) {}
    id: Uuid = pause.id.as_uuid(),
    tenant_id: String = pause.tenant.as_str(),
    reason: String = pause.reason.as_str(),
    paused_at: SqlTime = SqlTime(pause.paused.at),
    paused_by: String = pause.paused.by.as_str(),
    name: String = pause.name.as_str(),
    ends_at: Option<SqlTime> = pause.ends_at.map(SqlTime),
}

impl TryFrom<PauseRow> for Pause {
    type Error = RepositoryError;
    fn try_from(row: PauseRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new(TABLE, row.id);
        Ok(Self {
            id: PauseId::from_uuid(row.id),
            tenant: reader.tenant(row.tenant_id)?,
            reason: reader.read("reason", PauseReason::parse(&row.reason))?,
            paused: reader.stamp("paused_by", row.paused_at, row.paused_by)?,
            name: row.name,
            ends_at: row.ends_at.map(|end| end.0),
        })
    }
}

/// Returns the occurrence that represents all times of a schedule that one pause skips.
pub(super) fn left_out(schedule: &DueSchedule, pause: &Pause, first: Timestamp, now: Timestamp) -> Occurrence {
    let whose = (schedule.tenant.clone(), schedule.script, schedule.name.clone());
    let occurrence = Occurrence::due(whose, Cause::Schedule, format!("pause {}", pause.id), first, now);
    occurrence.settled(OccurrenceState::Skipped, pause.sentence(), now)
}

pub(super) async fn begin(repository: &SqlOccurrenceRepository, pause: &Pause) -> Result<Pause, RepositoryError> {
    on_writer!(repository.db, |pool| {
        let mut tx = pool.begin_write().await.map_err(store)?;
        let query = sqlx::query_as(IN_FORCE).bind(pause.tenant.as_str()).bind(SqlTime(pause.paused.at));
        let known: Option<PauseRow> = query.fetch_optional(&mut *tx).await.map_err(store)?;
        let changed = match known.map(Pause::try_from).transpose()? {
            Some(known) => {
                let paused = Stamp { at: known.paused.at, by: pause.paused.by.clone() };
                let query = sqlx::query(CHANGE).bind(pause.reason.as_str()).bind(pause.paused.by.as_str());
                let query = query.bind(pause.name.as_str()).bind(pause.ends_at.map(SqlTime)).bind(known.id.as_uuid());
                query.execute(&mut *tx).await.map_err(store)?;
                Pause { id: known.id, paused, ..pause.clone() }
            }
            None => {
                let query = columns::query(BEGIN.as_str(), |parameters| PauseRow::put(pause, parameters));
                query.map_err(store)?.execute(&mut *tx).await.map_err(store)?;
                pause.clone()
            }
        };
        tx.commit().await.map_err(store)?;
        Ok(changed)
    })
}

pub(super) async fn end(
    repository: &SqlOccurrenceRepository,
    tenant: &TenantId,
    stamp: &Stamp,
) -> Result<Option<Pause>, RepositoryError> {
    let known = in_force(repository, tenant, stamp.at).await?;
    let ended = on_writer!(repository.db, |pool| {
        let query = sqlx::query(END).bind(SqlTime(stamp.at)).bind(stamp.by.as_str()).bind(tenant.as_str());
        query.execute(pool).await.map_err(store)?.rows_affected()
    });
    Ok(known.filter(|_| ended > 0))
}

pub(super) async fn in_force(
    repository: &SqlOccurrenceRepository,
    tenant: &TenantId,
    now: Timestamp,
) -> Result<Option<Pause>, RepositoryError> {
    let row: Option<PauseRow> = on!(repository.db, |pool| {
        let query = sqlx::query_as(IN_FORCE).bind(tenant.as_str()).bind(SqlTime(now));
        query.fetch_optional(pool).await.map_err(store)?
    });
    row.map(Pause::try_from).transpose()
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    repository_error(TABLE, &error)
}
