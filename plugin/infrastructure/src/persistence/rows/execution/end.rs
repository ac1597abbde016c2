//! The values that the end of a run writes, and how it is counted in the usage of its tenant.

use iota_scripts_domain::{Execution, ExecutionState, ExecutionStatus, JsonText, RepositoryError, RunLog};
use serde::Serialize;
use sqlx::types::Uuid;

use super::{SqlTime, truncated};
use crate::persistence::run_counts::RunKind;

/// The values that the end of a run writes.
#[derive(Debug)]
pub(in crate::persistence) struct End {
    pub(in crate::persistence) id: Uuid,
    pub(in crate::persistence) tenant: String,
    pub(in crate::persistence) status: &'static str,
    pub(in crate::persistence) started_at: Option<SqlTime>,
    pub(in crate::persistence) completed_at: SqlTime,
    pub(in crate::persistence) result: Option<String>,
    pub(in crate::persistence) error: Option<String>,
    pub(in crate::persistence) output: Option<String>,
    pub(in crate::persistence) receipt: Option<String>,
    pub(in crate::persistence) dry_run: Option<String>,
    pub(in crate::persistence) truncated_bytes: Option<i64>,
    /// Size of the row in the tenant's history, in bytes.
    pub(in crate::persistence) bytes: u64,
    /// The kind under which a run is counted whose begin is recorded.
    pub(in crate::persistence) kind: RunKind,
    /// Whether the row is that of a trial, regardless of its begin.
    pub(in crate::persistence) row_is_trial: bool,
    pub(in crate::persistence) http_status: Option<i64>,
    pub(in crate::persistence) error_lines: i64,
}

impl End {
    /// Returns the end of a run that has ended.
    pub(in crate::persistence) fn of(execution: &Execution) -> Result<Self, RepositoryError> {
        let ExecutionState::Finished { started_at, finished_at, record } = execution.state() else {
            return Err(RepositoryError::InvalidState);
        };
        let outcome = &record.outcome;
        let error = outcome.fault().map(|fault| to_json(execution, "error", fault)).transpose()?;
        let output =
            if record.log == RunLog::default() { None } else { Some(to_json(execution, "output", &record.log)?) };
        let receipt = record.receipt.map(|receipt| to_json(execution, "receipt", &receipt.to_figures())).transpose()?;
        let texts = [outcome.result(), record.would_change.as_ref(), Some(&execution.head().input)];
        let texts: usize = texts.into_iter().flatten().map(|json| json.as_str().len()).sum();
        let bytes = texts + output.as_ref().map_or(0, String::len);
        let (head, status) = (execution.head(), stored(outcome.status()));
        let kind = |dry_run| {
            let ended = (status, record.http_status.map(i64::from));
            RunKind::of(head.tenant.as_str(), head.created_at, ended, head.trigger.as_str(), dry_run)
        };
        let would_change = record.would_change.as_ref().map(JsonText::as_str);
        Ok(Self {
            bytes: bytes as u64,
            kind: kind(would_change.or(head.dry_run.then_some("{}"))),
            row_is_trial: kind(would_change).trial,
            truncated_bytes: truncated(execution),
            id: execution.id().as_uuid(),
            tenant: execution.tenant().as_str().to_owned(),
            status,
            started_at: started_at.map(SqlTime),
            completed_at: SqlTime(*finished_at),
            result: outcome.result().map(|json| json.as_str().to_owned()),
            error,
            output,
            receipt,
            dry_run: record.would_change.as_ref().map(|json| json.as_str().to_owned()),
            http_status: record.http_status.map(i64::from),
            error_lines: i64::try_from(record.log.errors()).unwrap_or(i64::MAX),
        })
    }
}

/// Returns the word in the table for a status. [`super::reported_status`] is the inverse.
pub(in crate::persistence) const fn stored(status: ExecutionStatus) -> &'static str {
    match status {
        ExecutionStatus::Refused => ExecutionStatus::Success.as_str(),
        other => other.as_str(),
    }
}

fn to_json(execution: &Execution, column: &str, value: &impl Serialize) -> Result<String, RepositoryError> {
    serde_json::to_string(value).map_err(|error| RepositoryError::Inconsistent {
        table: "script_executions",
        column: column.to_owned(),
        id: execution.id().to_string(),
        reason: error.to_string(),
    })
}
