//! Rows of `script_executions`.

use iota_scripts_domain::{
    EntryPoint, Execution, ExecutionId, ExecutionState, ExecutionStatus, ExecutionSummary, Fault, JsonText,
    NewExecution, NodeId, OccurrenceId, Origin, Outcome, Receipt, RepositoryError, RunLog, RunRecord, ScriptId,
    ScriptName, ScriptRef, UserId, Version,
};
use sqlx::types::Uuid;

use super::{RowReader, SqlTime};
use crate::persistence::columns::{columns, row};
use crate::persistence::run_counts::RunKind;

mod end;

pub(in crate::persistence) use end::{End, stored};

columns! {
    /// Columns that a list shows and that are known when a run begins.
    pub(in crate::persistence) struct HeadColumns from (execution: &Execution) {
        let head = execution.head();
    }
    id: Uuid = head.id.as_uuid(),
    script_id: Uuid = head.script.id.as_uuid(),
    script_version: i64 = head.script.version.get(),
    script_name: String = head.script.name.as_str(),
    entry_point: String = head.entry.as_str(),
    triggered_by: String = head.trigger.as_str(),
    triggered_by_user: Option<String> = head.user.as_ref().map(|user| user.as_str()),
    created_at: SqlTime = SqlTime(head.created_at),
    started_at: Option<SqlTime> = execution.started_at().map(SqlTime),
}

columns! {
    /// Other columns that are known when a run begins; they are not in lists.
    pub(in crate::persistence) struct BeginColumns from (execution: &Execution, node: &NodeId) {
        let head = execution.head();
    }
    tenant_id: String = head.tenant.as_str(),
    input: String = head.input.as_str(),
    node: String = node.as_str(),
    libraries: Option<String> = (!head.libraries.is_empty()).then(|| serde_json::json!(head.libraries).to_string()),
    truncated_bytes: Option<i64> = truncated(execution),
}

columns! {
    /// The occurrence that a run is an attempt of; a complete record has none.
    pub(in crate::persistence) struct OriginColumns from (execution: &Execution) {
        let origin = execution.head().origin;
    }
    occurrence_id: Option<Uuid> = origin.map(|origin| origin.occurrence.as_uuid()),
    attempt: Option<i64> = origin.map(|origin| i64::from(origin.attempt)),
}

columns! {
    /// Columns of the end of a run that a list shows.
    pub(in crate::persistence) struct EndColumns from (end: &End) {}
    status: String = end.status,
    completed_at: Option<SqlTime> = end.completed_at,
    error: Option<String> = end.error.as_deref(),
    /// An empty text in lists if there is a value.
    dry_run: Option<String> = end.dry_run.as_deref(),
    http_status: Option<i64> = end.http_status,
    error_lines: i64 = end.error_lines,
}

columns! {
    /// The results of a run, which are not in lists.
    pub(in crate::persistence) struct ResultColumns from (end: &End) {}
    result: Option<String> = end.result.as_deref(),
    output: Option<String> = end.output.as_deref(),
    receipt: Option<String> = end.receipt.as_deref(),
}

columns! {
    /// The columns of [`EndColumns`] that a run has from its begin.
    pub(in crate::persistence) values UnfinishedColumns from (execution: &Execution) {}
    status = execution.status().as_str(),
    // The changes of a dry run are written with the end.
    dry_run = execution.head().dry_run.then_some("{}"),
}

/// Returns the number of bytes that were truncated, if any.
fn truncated(execution: &Execution) -> Option<i64> {
    i64::try_from(execution.truncated_bytes()).ok().filter(|bytes| *bytes > 0)
}

row! {
    /// A row of a list.
    pub(in crate::persistence) struct SummaryRow {
        ..head: HeadColumns,
        ..end: EndColumns,
    }
}

row! {
    /// A complete row.
    pub(in crate::persistence) struct ExecutionRow {
        ..summary: SummaryRow,
        ..begin: BeginColumns,
        ..origin: OriginColumns,
        ..result: ResultColumns,
        lease_until: Option<SqlTime>,
    }
}

impl ExecutionRow {
    /// Returns the kind under which the row is counted.
    pub(in crate::persistence) fn kind(&self) -> RunKind {
        let SummaryRow { head, end } = &self.summary;
        let ended = (end.status.as_str(), end.http_status);
        RunKind::of(&self.begin.tenant_id, head.created_at.0, ended, &head.triggered_by, end.dry_run.as_deref())
    }

    /// Returns the size of the row in its tenant's history, in bytes.
    pub(in crate::persistence) fn bytes(&self) -> u64 {
        let (result, dry_run) = (&self.result, self.summary.end.dry_run.as_ref());
        let texts = [Some(&self.begin.input), result.result.as_ref(), result.output.as_ref(), dry_run];
        texts.into_iter().flatten().map(|text| text.len() as u64).sum()
    }
}

impl TryFrom<SummaryRow> for ExecutionSummary {
    type Error = RepositoryError;
    fn try_from(row: SummaryRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new("script_executions", row.head.id);
        row.read(&reader)
    }
}

impl TryFrom<ExecutionRow> for Execution {
    type Error = RepositoryError;
    fn try_from(row: ExecutionRow) -> Result<Self, RepositoryError> {
        let ExecutionRow { summary, begin, origin, result, lease_until } = row;
        let reader = RowReader::new("script_executions", summary.head.id);
        let truncated_bytes = u64::try_from(begin.truncated_bytes.unwrap_or(0)).unwrap_or(0);
        let libraries = begin.libraries.map_or_else(|| Ok(Vec::new()), |json| serde_json::from_str(&json));
        let would_change = summary.end.dry_run.clone().map(JsonText::parse).transpose();
        let summary = summary.read(&reader)?;
        let status = summary.status;
        let state = if status.is_final() {
            let finished_at = reader.require("completed_at", summary.finished_at)?;
            let outcome = read_outcome(&reader, status, result.result, summary.fault)?;
            let log = result.output.map_or_else(|| Ok(RunLog::default()), |json| serde_json::from_str(&json));
            let receipt = result.receipt.map(|json| read_receipt(&json)).transpose();
            let record = RunRecord {
                outcome,
                log: reader.read("output", log)?,
                receipt: reader.read("receipt", receipt)?,
                would_change: reader.read("dry_run", would_change)?,
                http_status: summary.http_status,
            };
            ExecutionState::Finished { started_at: summary.started_at, finished_at, record: Box::new(record) }
        } else {
            reader.require("lease_until", lease_until)?;
            let node = reader.read("node", NodeId::parse(begin.node))?;
            let started_at = match status {
                // Older versions recorded a run before it began.
                ExecutionStatus::Pending => summary.started_at.unwrap_or(summary.created_at),
                _ => reader.require("started_at", summary.started_at)?,
            };
            ExecutionState::Running { started_at, node }
        };
        let head = NewExecution {
            id: summary.id,
            tenant: reader.tenant(begin.tenant_id)?,
            script: summary.script,
            libraries: reader.read("libraries", libraries)?,
            entry: summary.entry,
            trigger: summary.trigger,
            user: summary.user,
            origin: read_origin(&reader, origin.occurrence_id, origin.attempt)?,
            input: reader.read("input", JsonText::parse(begin.input))?,
            dry_run: summary.dry_run,
            created_at: summary.created_at,
        };
        Ok(Self::stored(head, state).with_truncated_bytes(truncated_bytes))
    }
}

/// Parses the figures, or the receipt with names that older versions wrote.
fn read_receipt(json: &str) -> serde_json::Result<Receipt> {
    if json.starts_with('[') {
        serde_json::from_str(json).map(|figures| Receipt::of_figures(&figures))
    } else {
        serde_json::from_str(json)
    }
}

fn read_origin(
    reader: &RowReader,
    occurrence: Option<Uuid>,
    attempt: Option<i64>,
) -> Result<Option<Origin>, RepositoryError> {
    let Some(occurrence) = occurrence else { return Ok(None) };
    let attempt = reader.read("attempt", u32::try_from(reader.require("attempt", attempt)?))?;
    Ok(Some(Origin { occurrence: OccurrenceId::from_uuid(occurrence), attempt }))
}

impl SummaryRow {
    fn read(self, reader: &RowReader) -> Result<ExecutionSummary, RepositoryError> {
        let Self { head, end } = self;
        let fault: Result<Option<Fault>, _> = end.error.map(|json| serde_json::from_str(&json)).transpose();
        let http_status = reader.read("http_status", end.http_status.map(u16::try_from).transpose())?;
        Ok(ExecutionSummary {
            id: ExecutionId::from_uuid(head.id),
            script: ScriptRef {
                id: ScriptId::from_uuid(head.script_id),
                version: reader.read("script_version", Version::try_from(head.script_version))?,
                name: reader.read("script_name", ScriptName::parse(&head.script_name))?,
            },
            entry: reader.read("entry_point", EntryPoint::parse(&head.entry_point))?,
            trigger: reader.read("triggered_by", head.triggered_by.parse())?,
            user: reader.read("triggered_by_user", head.triggered_by_user.map(UserId::parse).transpose())?,
            status: reported_status(reader.read("status", end.status.parse())?, http_status),
            dry_run: end.dry_run.is_some(),
            http_status,
            error_lines: u64::try_from(end.error_lines).unwrap_or_default(),
            created_at: head.created_at.0,
            started_at: head.started_at.map(|time| time.0),
            finished_at: end.completed_at.map(|time| time.0),
            fault: reader.read("error", fault)?,
        })
    }
}

/// Returns the status of a row: a success with an HTTP status of 400 or more is a refusal.
fn reported_status(stored: ExecutionStatus, http_status: Option<u16>) -> ExecutionStatus {
    if stored == ExecutionStatus::Success && http_status >= Some(400) { ExecutionStatus::Refused } else { stored }
}

fn read_outcome(
    reader: &RowReader,
    status: ExecutionStatus,
    result: Option<String>,
    fault: Option<Fault>,
) -> Result<Outcome, RepositoryError> {
    let result = reader.read("result", result.map(JsonText::parse).transpose())?;
    let build = match status {
        ExecutionStatus::Success => return reader.require("result", result).map(Outcome::Success),
        ExecutionStatus::Refused => return reader.require("result", result).map(Outcome::Refused),
        ExecutionStatus::Failed => match result {
            Some(answer) => return reader.require("error", fault).map(|fault| Outcome::FailedAnswer(answer, fault)),
            None => Outcome::Failed,
        },
        ExecutionStatus::Timeout => Outcome::TimedOut,
        ExecutionStatus::Cancelled => Outcome::Cancelled,
        ExecutionStatus::Lost => Outcome::Lost,
        ExecutionStatus::Pending | ExecutionStatus::Running => {
            return reader.read("status", Err("the run has not ended"));
        }
    };
    reader.require("error", fault).map(build)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_in_either_form() {
        let named = r#"{"wall_ms": {"used": 3, "allowed": 30000}}"#;
        assert_eq!(read_receipt(named).unwrap(), read_receipt("[[[3, 30000]], []]").unwrap());
        assert!(read_receipt("[[3], []]").is_err());
    }
}
