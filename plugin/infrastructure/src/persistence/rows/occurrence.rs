//! Rows of `script_schedules` and `script_occurrences`.

use iota_scripts_domain::{
    CronExpression, CronSchedule, ExecutionId, Handled, Handling, JsonText, Occurrence, OccurrenceId,
    OrphanedOccurrence, PinnedVersions, Reason, RepositoryError, ScriptId, ScriptName, Stamp, TenantId, TimeZone,
    Timestamp, UserId, Version,
};
use sqlx::types::Uuid;

use super::{RowReader, SqlTime};
use crate::persistence::columns::{columns, row};

columns! {
    /// The columns with which an occurrence is inserted.
    pub(in crate::persistence) struct OccurrenceColumns from (occurrence: &Occurrence) {
        let pinned = occurrence.pinned.as_ref();
    }
    id: Uuid = occurrence.id.as_uuid(),
    tenant_id: String = occurrence.tenant.as_str(),
    script_id: Uuid = occurrence.script.as_uuid(),
    script_name: String = occurrence.script_name.as_str(),
    cause: String = occurrence.cause.as_str(),
    key: String = occurrence.key.as_str(),
    due_at: SqlTime = SqlTime(occurrence.due_at),
    input: String = occurrence.args.as_str(),
    requested_by: Option<String> = occurrence.requested_by.as_ref().map(|user| user.as_str()),
    depth: i64 = i64::from(occurrence.depth),
    state: String = occurrence.state.as_str(),
    attempt: i64 = i64::from(occurrence.attempt),
    next_attempt_at: Option<SqlTime> = occurrence.next_attempt_at.map(SqlTime),
    reason: String = stored_reason(&occurrence.reason),
    reason_code: Option<String> = occurrence.reason.code(),
    created_at: SqlTime = SqlTime(occurrence.created_at),
    settled_at: Option<SqlTime> = occurrence.settled_at.map(SqlTime),
    replay_of: Option<Uuid> = occurrence.replay_of.map(|id| id.as_uuid()),
    script_version: Option<i64> = pinned.map(|pinned| pinned.script.get()),
    libraries: Option<String> = pinned.map(|pinned| serde_json::json!(pinned.libraries).to_string()),
}

/// Returns a reason as it is stored. A message that a script threw may contain NUL, which PostgreSQL's texts cannot.
pub(in crate::persistence) fn stored_reason(reason: &Reason) -> String {
    reason.to_string().replace('\0', "\u{fffd}")
}

row! {
    pub(in crate::persistence) struct OccurrenceRow {
        ..columns: OccurrenceColumns,
        execution_id: Option<Uuid>,
        times: i64,
        handled: Option<String>,
        handled_at: Option<SqlTime>,
        handled_by: Option<String>,
    }
}

row! {
    /// An occurrence with the run of its attempt.
    pub(in crate::persistence) struct OrphanedOccurrenceRow {
        ..occurrence: OccurrenceRow,
        run_id: Option<Uuid>,
        run_status: Option<String>,
    }
}

/// The values of a new schedule.
pub(in crate::persistence) struct NewSchedule<'s> {
    pub(in crate::persistence) script: Uuid,
    pub(in crate::persistence) tenant: &'s str,
    pub(in crate::persistence) schedule: &'s CronSchedule,
    pub(in crate::persistence) zone: TimeZone,
    pub(in crate::persistence) next: Option<Timestamp>,
}

columns! {
    pub(in crate::persistence) struct ScheduleRow from (new: &NewSchedule<'_>) {
        let schedule = new.schedule;
    }
    pub(in crate::persistence) script_id: Uuid = new.script,
    tenant_id: String = new.tenant,
    pub(in crate::persistence) expression: String = schedule.expression.as_str(),
    pub(in crate::persistence) timezone: String = new.zone.name(),
    pub(in crate::persistence) follows_tenant: bool = schedule.timezone.is_none(),
    pub(in crate::persistence) next_due_at: Option<SqlTime> = new.next.map(SqlTime),
}

row! {
    /// A due schedule with the name of its script.
    pub(in crate::persistence) struct DueScheduleRow {
        ..schedule: ScheduleRow,
        script_name: String,
    }
}

pub(in crate::persistence) struct DueSchedule {
    pub(in crate::persistence) tenant: TenantId,
    pub(in crate::persistence) script: ScriptId,
    pub(in crate::persistence) name: ScriptName,
    pub(in crate::persistence) expression: CronExpression,
    pub(in crate::persistence) zone: TimeZone,
    pub(in crate::persistence) due: Timestamp,
}

row! {
    /// A cron script without a schedule.
    pub(in crate::persistence) struct OrphanRow {
        pub(in crate::persistence) id: Uuid,
        pub(in crate::persistence) tenant_id: String,
        cron_expression: Option<String>,
        timezone: Option<String>,
    }
}

impl TryFrom<OccurrenceRow> for Occurrence {
    type Error = RepositoryError;
    fn try_from(row: OccurrenceRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new("script_occurrences", row.columns.id);
        let handled = handled(&reader, row.handled, row.handled_at, row.handled_by)?;
        let columns = row.columns;
        let pinned = pinned(&reader, columns.script_version, columns.libraries.as_deref())?;
        Ok(Self {
            id: OccurrenceId::from_uuid(columns.id),
            tenant: reader.tenant(columns.tenant_id)?,
            script: ScriptId::from_uuid(columns.script_id),
            script_name: reader.read("script_name", ScriptName::parse(&columns.script_name))?,
            cause: reader.read("cause", columns.cause.parse())?,
            key: columns.key,
            due_at: columns.due_at.0,
            args: reader.read("input", JsonText::parse(columns.input))?,
            requested_by: reader.read("requested_by", columns.requested_by.map(UserId::parse).transpose())?,
            depth: reader.read("depth", u32::try_from(columns.depth))?,
            state: reader.read("state", columns.state.parse())?,
            attempt: reader.read("attempt", u32::try_from(columns.attempt))?,
            next_attempt_at: columns.next_attempt_at.map(|time| time.0),
            execution: row.execution_id.map(ExecutionId::from_uuid),
            reason: Reason::stored(columns.reason_code.as_deref(), columns.reason),
            created_at: columns.created_at.0,
            settled_at: columns.settled_at.map(|time| time.0),
            replay_of: columns.replay_of.map(OccurrenceId::from_uuid),
            times: reader.read("times", u64::try_from(row.times))?,
            handled,
            pinned,
        })
    }
}

fn pinned(
    reader: &RowReader,
    version: Option<i64>,
    libraries: Option<&str>,
) -> Result<Option<PinnedVersions>, RepositoryError> {
    let Some(version) = version else { return Ok(None) };
    let libraries = libraries.map_or_else(|| Ok(Vec::new()), serde_json::from_str);
    Ok(Some(PinnedVersions {
        script: reader.read("script_version", Version::try_from(version))?,
        libraries: reader.read("libraries", libraries)?,
    }))
}

fn handled(
    reader: &RowReader,
    how: Option<String>,
    at: Option<SqlTime>,
    by: Option<String>,
) -> Result<Option<Handled>, RepositoryError> {
    let Some(how) = how else { return Ok(None) };
    let how = reader.read("handled", Handling::parse(&how).ok_or("unknown handling"))?;
    let by = reader.read("handled_by", UserId::parse(reader.require("handled_by", by)?))?;
    Ok(Some(Handled { how, stamp: Stamp { at: reader.require("handled_at", at)?.0, by } }))
}

impl TryFrom<OrphanedOccurrenceRow> for OrphanedOccurrence {
    type Error = RepositoryError;
    fn try_from(row: OrphanedOccurrenceRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new("script_executions", row.occurrence.columns.id);
        let status = reader.read("status", row.run_status.as_deref().map(str::parse).transpose())?;
        let run = row.run_id.map(ExecutionId::from_uuid).zip(status);
        Ok(Self { occurrence: row.occurrence.try_into()?, run })
    }
}

impl ScheduleRow {
    fn reader(&self) -> RowReader {
        RowReader::new("script_schedules", self.script_id)
    }

    pub(in crate::persistence) fn expression(&self) -> Result<CronExpression, RepositoryError> {
        self.reader().read("expression", CronExpression::parse(&self.expression))
    }

    pub(in crate::persistence) fn zone(&self) -> Result<TimeZone, RepositoryError> {
        self.reader().read("timezone", TimeZone::parse(&self.timezone))
    }
}

impl DueScheduleRow {
    pub(in crate::persistence) const fn script_id(&self) -> Uuid {
        self.schedule.script_id
    }

    pub(in crate::persistence) fn due(&self) -> Option<Timestamp> {
        self.schedule.next_due_at.map(|due| due.0)
    }

    pub(in crate::persistence) fn read(&self) -> Result<DueSchedule, RepositoryError> {
        let reader = self.schedule.reader();
        Ok(DueSchedule {
            tenant: reader.tenant(self.schedule.tenant_id.clone())?,
            script: ScriptId::from_uuid(self.schedule.script_id),
            name: reader.read("script_name", ScriptName::parse(&self.script_name))?,
            expression: self.schedule.expression()?,
            zone: self.schedule.zone()?,
            due: reader.require("next_due_at", self.schedule.next_due_at)?.0,
        })
    }
}

impl OrphanRow {
    pub(in crate::persistence) fn read(&self) -> Result<CronSchedule, RepositoryError> {
        let reader = RowReader::new("scripts", self.id);
        let expression = reader.require("cron_expression", self.cron_expression.as_deref())?;
        Ok(CronSchedule {
            expression: reader.read("cron_expression", CronExpression::parse(expression))?,
            timezone: reader.read("timezone", self.timezone.as_deref().map(TimeZone::parse).transpose())?,
        })
    }
}
