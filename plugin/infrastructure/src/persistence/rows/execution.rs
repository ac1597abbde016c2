//! Rows of `script_executions`.

use iota_scripts_domain::{
    EntryPoint, Execution, ExecutionId, ExecutionState, ExecutionStatus, ExecutionSummary, Fault, JsonText,
    NewExecution, NodeId, OccurrenceId, Origin, Outcome, Receipt, RepositoryError, RunLog, RunRecord, ScriptId,
    ScriptName, ScriptRef, UserId, Version,
};
use sqlx::FromRow;
use sqlx::types::Uuid;

use super::{RowReader, SqlTime};
use crate::persistence::run_counts::RunKind;

/// The columns of a list.
#[derive(FromRow)]
pub(in crate::persistence) struct SummaryRow {
    id: Uuid,
    script_id: Uuid,
    script_version: i64,
    script_name: String,
    entry_point: String,
    triggered_by: String,
    triggered_by_user: Option<String>,
    status: String,
    created_at: SqlTime,
    started_at: Option<SqlTime>,
    completed_at: Option<SqlTime>,
    error: Option<String>,
    /// In lists an empty text, whatever there is.
    dry_run: Option<String>,
    http_status: Option<i64>,
    error_lines: i64,
}

/// All columns.
#[derive(FromRow)]
pub(in crate::persistence) struct ExecutionRow {
    #[sqlx(flatten)]
    summary: SummaryRow,
    tenant_id: String,
    input: String,
    node: String,
    lease_until: Option<SqlTime>,
    result: Option<String>,
    output: Option<String>,
    receipt: Option<String>,
    occurrence_id: Option<Uuid>,
    attempt: Option<i64>,
    libraries: Option<String>,
    truncated_bytes: Option<i64>,
}

impl ExecutionRow {
    /// How it is counted.
    pub(in crate::persistence) fn kind(&self) -> RunKind {
        let SummaryRow { created_at, status, http_status, triggered_by, dry_run, .. } = &self.summary;
        RunKind::of(&self.tenant_id, created_at.0, (status, *http_status), triggered_by, dry_run.as_deref())
    }

    /// What it holds of its tenant's history.
    pub(in crate::persistence) fn bytes(&self) -> u64 {
        let texts = [Some(&self.input), self.result.as_ref(), self.output.as_ref(), self.summary.dry_run.as_ref()];
        texts.into_iter().flatten().map(|text| text.len() as u64).sum()
    }
}

impl TryFrom<SummaryRow> for ExecutionSummary {
    type Error = RepositoryError;
    fn try_from(row: SummaryRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new("script_executions", row.id);
        row.read(&reader)
    }
}

impl TryFrom<ExecutionRow> for Execution {
    type Error = RepositoryError;
    fn try_from(row: ExecutionRow) -> Result<Self, RepositoryError> {
        let reader = RowReader::new("script_executions", row.summary.id);
        let truncated_bytes = u64::try_from(row.truncated_bytes.unwrap_or(0)).unwrap_or(0);
        let libraries = row.libraries.map_or_else(|| Ok(Vec::new()), |json| serde_json::from_str(&json));
        let would_change = row.summary.dry_run.clone().map(JsonText::parse).transpose();
        let summary = row.summary.read(&reader)?;
        let status = summary.status;
        let state = if status.is_final() {
            let finished_at = reader.require("completed_at", summary.finished_at)?;
            let outcome = read_outcome(&reader, status, row.result, summary.fault)?;
            let log = row.output.map_or_else(|| Ok(RunLog::default()), |json| serde_json::from_str(&json));
            let receipt = row.receipt.map(|json| read_receipt(&json)).transpose();
            let record = RunRecord {
                outcome,
                log: reader.read("output", log)?,
                receipt: reader.read("receipt", receipt)?,
                would_change: reader.read("dry_run", would_change)?,
                http_status: summary.http_status,
            };
            ExecutionState::Finished { started_at: summary.started_at, finished_at, record: Box::new(record) }
        } else {
            reader.require("lease_until", row.lease_until)?;
            let node = reader.read("node", NodeId::parse(row.node))?;
            match status {
                ExecutionStatus::Running => {
                    ExecutionState::Running { started_at: reader.require("started_at", summary.started_at)?, node }
                }
                _ => ExecutionState::Pending { node },
            }
        };
        let head = NewExecution {
            id: summary.id,
            tenant: reader.tenant(row.tenant_id)?,
            script: summary.script,
            libraries: reader.read("libraries", libraries)?,
            entry: summary.entry,
            trigger: summary.trigger,
            user: summary.user,
            origin: origin(&reader, row.occurrence_id, row.attempt)?,
            input: reader.read("input", JsonText::parse(row.input))?,
            dry_run: summary.dry_run,
            created_at: summary.created_at,
        };
        Ok(Self::stored(head, state).with_truncated_bytes(truncated_bytes))
    }
}

/// Figures, or what older versions wrote: the receipt with its names.
fn read_receipt(json: &str) -> serde_json::Result<Receipt> {
    if json.starts_with('[') {
        serde_json::from_str(json).map(|figures| Receipt::of_figures(&figures))
    } else {
        serde_json::from_str(json)
    }
}

fn origin(
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
        let fault: Result<Option<Fault>, _> = self.error.map(|json| serde_json::from_str(&json)).transpose();
        let http_status = reader.read("http_status", self.http_status.map(u16::try_from).transpose())?;
        Ok(ExecutionSummary {
            id: ExecutionId::from_uuid(self.id),
            script: ScriptRef {
                id: ScriptId::from_uuid(self.script_id),
                version: reader.read("script_version", Version::try_from(self.script_version))?,
                name: reader.read("script_name", ScriptName::parse(&self.script_name))?,
            },
            entry: reader.read("entry_point", EntryPoint::parse(&self.entry_point))?,
            trigger: reader.read("triggered_by", self.triggered_by.parse())?,
            user: reader.read("triggered_by_user", self.triggered_by_user.map(UserId::parse).transpose())?,
            status: told(reader.read("status", self.status.parse())?, http_status),
            dry_run: self.dry_run.is_some(),
            http_status,
            error_lines: u64::try_from(self.error_lines).unwrap_or_default(),
            created_at: self.created_at.0,
            started_at: self.started_at.map(|time| time.0),
            finished_at: self.completed_at.map(|time| time.0),
            fault: reader.read("error", fault)?,
        })
    }
}

/// The status of a row: a success with an HTTP status of 400 and more is a refusal.
fn told(stored: ExecutionStatus, http_status: Option<u16>) -> ExecutionStatus {
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
