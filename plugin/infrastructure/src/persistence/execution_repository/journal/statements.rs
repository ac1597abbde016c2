//! What the journal writes: the begin of a run, its end, and both at once of runs that were not on record before.

use std::{fmt::Write as _, sync::LazyLock};

use iota_scripts_domain::{
    Execution, ExecutionState, JsonText, NodeId, OccurrenceId, RepositoryError, RunLog, Settlement,
};
use sqlx::types::Uuid;

use crate::persistence::{
    config::Dialect,
    execution_repository::{list, to_json},
    rows::SqlTime,
    run_counts::RunKind,
};

macro_rules! begin {
    ($dialect:tt) => {
        concat!(
            "INSERT INTO script_executions (id, tenant_id, script_id, script_version, script_name, entry_point, triggered_by, \
             triggered_by_user, input, created_at, node, started_at, libraries, truncated_bytes, status, dry_run, \
             occurrence_id, attempt, lease_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, ",
            store_later!($dialect, "$19"),
            ")"
        )
    };
}
pub(super) use begin;

pub(super) const END: &str = "UPDATE script_executions SET status = $1, completed_at = $2, result = $3, error = $4, output = $5, \
    receipt = $6, dry_run = COALESCE($7, dry_run), http_status = $8, error_lines = $9, started_at = $10, truncated_bytes = $11, \
    lease_until = NULL WHERE id = $12 AND tenant_id = $13 AND lease_until IS NOT NULL";

/// Rows that one statement inserts; a group is divided into these, so that each statement is prepared once.
pub(super) const ROWS: [usize; 4] = [64, 16, 4, 1];

/// The columns of a whole record, in the order in which [`head!`] and [`end!`] bind them.
const WHOLE: &str = "id, tenant_id, script_id, script_version, script_name, entry_point, triggered_by, triggered_by_user, input, \
    created_at, node, started_at, libraries, truncated_bytes, status, completed_at, result, error, output, receipt, dry_run, \
    http_status, error_lines";
const WHOLE_COLUMNS: usize = 23;

/// A run whose begin was written after all is ended by its whole record, and one that has ended stays as it is: so a group whose
/// commit was not heard of can be written again.
const ENDS_WHAT_BEGAN: &str = " ON CONFLICT (id) DO UPDATE SET status = excluded.status, completed_at = excluded.completed_at, \
    result = excluded.result, error = excluded.error, output = excluded.output, receipt = excluded.receipt, \
    dry_run = excluded.dry_run, http_status = excluded.http_status, error_lines = excluded.error_lines, \
    truncated_bytes = excluded.truncated_bytes, lease_until = NULL \
    WHERE script_executions.lease_until IS NOT NULL AND script_executions.tenant_id = excluded.tenant_id RETURNING id";

/// The insertion of so many whole records, as [`ROWS`] has them.
pub(super) fn whole(dialect: Dialect, rows: usize) -> &'static str {
    type Texts = [String; ROWS.len()];
    static SQLITE: LazyLock<Texts> = LazyLock::new(|| ROWS.map(|rows| insertion(Dialect::Sqlite, rows)));
    static POSTGRES: LazyLock<Texts> = LazyLock::new(|| ROWS.map(|rows| insertion(Dialect::Postgres, rows)));
    let texts = match dialect {
        Dialect::Sqlite => &*SQLITE,
        Dialect::Postgres => &*POSTGRES,
    };
    ROWS.iter().zip(texts).find(|(size, _)| **size == rows).map_or("", |(_, text)| text)
}

fn insertion(dialect: Dialect, rows: usize) -> String {
    let mut sql = format!("INSERT INTO script_executions ({WHOLE}) VALUES ");
    for row in 0..rows {
        for column in 1..=WHOLE_COLUMNS {
            let before = if column > 1 { ", " } else { ["(", ", ("][usize::from(row > 0)] };
            // Writing to a text does not fail.
            let _ = match dialect {
                // SQLite's driver asks for the name of each parameter, and SQLite goes through all the names before it.
                Dialect::Sqlite => write!(sql, "{before}?"),
                Dialect::Postgres => write!(sql, "{before}${}", row * WHOLE_COLUMNS + column),
            };
        }
        sql.push(')');
    }
    sql + ENDS_WHAT_BEGAN
}

/// What the end of a run writes.
#[derive(Debug)]
pub(super) struct End {
    pub(super) id: Uuid,
    pub(super) tenant: String,
    pub(super) status: &'static str,
    pub(super) started_at: Option<SqlTime>,
    pub(super) completed_at: SqlTime,
    pub(super) result: Option<String>,
    pub(super) error: Option<String>,
    pub(super) output: Option<String>,
    pub(super) receipt: Option<String>,
    pub(super) dry_run: Option<String>,
    pub(super) truncated_bytes: Option<i64>,
    /// What the row then holds of the tenant's history.
    pub(super) bytes: u64,
    /// How the run is counted whose begin is on record.
    pub(super) kind: RunKind,
    /// Whether the row is that of a trial, however the run began.
    pub(super) is_trial_by_itself: bool,
    pub(super) http_status: Option<i64>,
    pub(super) error_lines: i64,
}

impl End {
    /// Of a run that has ended.
    pub(super) fn of(execution: &Execution) -> Result<Self, RepositoryError> {
        let ExecutionState::Finished { started_at, finished_at, record } = execution.state() else {
            return Err(RepositoryError::WrongState);
        };
        let outcome = &record.outcome;
        let error = outcome.fault().map(|fault| to_json(execution, "error", fault)).transpose()?;
        let output =
            if record.log == RunLog::default() { None } else { Some(to_json(execution, "output", &record.log)?) };
        let receipt = record.receipt.map(|receipt| to_json(execution, "receipt", &receipt.to_figures())).transpose()?;
        let texts = [outcome.result(), record.would_change.as_ref(), Some(&execution.head().input)];
        let texts: usize = texts.into_iter().flatten().map(|json| json.as_str().len()).sum();
        let bytes = texts + output.as_ref().map_or(0, String::len);
        let (head, status) = (execution.head(), list::stored(outcome.status()));
        let kind = |dry_run| {
            let ended = (status, record.http_status.map(i64::from));
            RunKind::of(head.tenant.as_str(), head.created_at, ended, head.trigger.as_str(), dry_run)
        };
        let would_change = record.would_change.as_ref().map(JsonText::as_str);
        Ok(Self {
            bytes: bytes as u64,
            kind: kind(would_change.or(head.dry_run.then_some("{}"))),
            is_trial_by_itself: kind(would_change).trial,
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

/// What was left out of the row, if anything.
pub(super) fn truncated(execution: &Execution) -> Option<i64> {
    i64::try_from(execution.truncated_bytes()).ok().filter(|bytes| *bytes > 0)
}

/// The run and its node as the first fourteen parameters of a row.
macro_rules! head {
    ($query:expr, $execution:expr, $node:expr) => {{
        let head = $execution.head();
        $query
            .bind(head.id.as_uuid())
            .bind(head.tenant.as_str())
            .bind(head.script.id.as_uuid())
            .bind(head.script.version.get())
            .bind(head.script.name.as_str())
            .bind(head.entry.as_str())
            .bind(head.trigger.as_str())
            .bind(head.user.as_ref().map(|user| user.as_str()))
            .bind(head.input.as_str())
            .bind($crate::persistence::rows::SqlTime(head.created_at))
            .bind($node.as_str())
            .bind($execution.started_at().map($crate::persistence::rows::SqlTime))
            .bind((!head.libraries.is_empty()).then(|| serde_json::json!(head.libraries).to_string()))
            .bind($crate::persistence::execution_repository::journal::statements::truncated($execution))
    }};
}
pub(super) use head;

/// How the run ended as the nine after those, and the first nine of [`END`].
macro_rules! end {
    ($query:expr, $end:expr) => {
        $query
            .bind($end.status)
            .bind($end.completed_at)
            .bind($end.result.as_deref())
            .bind($end.error.as_deref())
            .bind($end.output.as_deref())
            .bind($end.receipt.as_deref())
            .bind($end.dry_run.as_deref())
            .bind($end.http_status)
            .bind($end.error_lines)
    };
}
pub(super) use end;

/// One change to the row of a run that others know of.
#[derive(Debug)]
pub(super) enum Change {
    Begin(Box<(Execution, NodeId)>),
    End(Box<End>, Option<Box<Settled>>),
}

impl Change {
    /// The run.
    pub(super) fn id(&self) -> Uuid {
        match self {
            Self::Begin(begin) => begin.0.id().as_uuid(),
            Self::End(end, _) => end.id,
        }
    }
}

/// An attempt that is settled with the end of its run.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) occurrence: OccurrenceId,
    pub(super) attempt: u32,
    pub(super) settlement: Settlement,
}

impl Settled {
    /// None of a run that is no attempt.
    pub(super) fn with(execution: &Execution, settlement: &Settlement) -> Option<Self> {
        let origin = execution.head().origin?;
        Some(Self { occurrence: origin.occurrence, attempt: origin.attempt, settlement: settlement.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_a_parameter_for_each_column_of_each_row() {
        assert_eq!(WHOLE.split(", ").count(), WHOLE_COLUMNS);
        for rows in ROWS {
            let sql = whole(Dialect::Postgres, rows);
            assert_eq!(sql.matches('$').count(), rows * WHOLE_COLUMNS);
            assert!(sql.contains(&format!("${})", rows * WHOLE_COLUMNS)));
            assert_eq!(whole(Dialect::Sqlite, rows).matches('?').count(), rows * WHOLE_COLUMNS);
        }
        assert!(whole(Dialect::Postgres, 4).contains("$23), ($24, $25"));
    }
}
