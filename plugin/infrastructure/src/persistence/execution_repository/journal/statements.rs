//! The journal's statements: the begin of a run, its end, and complete records of runs that were not recorded before.

use std::sync::LazyLock;

use iota_scripts_domain::{Execution, NodeId, OccurrenceId, Settlement};
use sqlx::{error::BoxDynError, types::Uuid};

use super::Record;
use crate::persistence::{
    columns::{self, Names, Parameters},
    config::Dialect,
    rows::{BeginColumns, End, EndColumns, HeadColumns, OriginColumns, ResultColumns, UnfinishedColumns},
    store_clock::{ByDialect, later_than_now},
};

/// The columns that the begin of a run writes in addition to its lease.
const BEGUN: [Names; 4] = [HeadColumns::NAMES, BeginColumns::NAMES, OriginColumns::NAMES, UnfinishedColumns::NAMES];

/// The columns that the end of a run writes.
const ENDED: [Names; 2] = [EndColumns::NAMES, ResultColumns::NAMES];

/// The columns of a complete record.
const WHOLE: [Names; 4] = [HeadColumns::NAMES, BeginColumns::NAMES, EndColumns::NAMES, ResultColumns::NAMES];

/// Returns the statement that inserts a run at its begin; the last parameter is the duration of its lease.
pub(super) fn begin(dialect: Dialect) -> &'static str {
    static TEXTS: ByDialect<String> = ByDialect::new(beginning);
    TEXTS.of(dialect)
}

fn beginning(dialect: Dialect) -> String {
    let (names, places) = (columns::names(&BEGUN), columns::placeholders(&BEGUN, 1));
    let lease = later_than_now(dialect, columns::next_parameter(&BEGUN));
    format!("INSERT INTO script_executions ({names}, lease_until) VALUES ({places}, {lease})")
}

/// Adds the values of [`BEGUN`].
pub(super) fn put_begun(
    execution: &Execution,
    node: &NodeId,
    parameters: &mut impl Parameters,
) -> Result<(), BoxDynError> {
    HeadColumns::put(execution, parameters)?;
    BeginColumns::put(execution, node, parameters)?;
    OriginColumns::put(execution, parameters)?;
    UnfinishedColumns::put(execution, parameters)
}

/// Ends a recorded run. The parameters after those of [`put_ended`] are the begin, the truncated bytes, the id and the tenant.
pub(super) static END: LazyLock<String> = LazyLock::new(|| {
    let set = columns::each(&ENDED, |name, index| match name {
        // The changes of a dry run were not known when the run began.
        "dry_run" => format!("dry_run = COALESCE(${}, dry_run)", index + 1),
        _ => format!("{name} = ${}", index + 1),
    });
    let next = columns::next_parameter(&ENDED);
    format!(
        "UPDATE script_executions SET {set}, started_at = ${next}, truncated_bytes = ${}, lease_until = NULL \
         WHERE id = ${} AND tenant_id = ${} AND lease_until IS NOT NULL",
        next + 1,
        next + 2,
        next + 3
    )
});

/// Adds the values of [`ENDED`].
pub(super) fn put_ended(end: &End, parameters: &mut impl Parameters) -> Result<(), BoxDynError> {
    EndColumns::put(end, parameters)?;
    ResultColumns::put(end, parameters)
}

/// Adds the values of [`WHOLE`].
pub(super) fn put_whole(record: &Record, parameters: &mut impl Parameters) -> Result<(), BoxDynError> {
    HeadColumns::put(&record.execution, parameters)?;
    BeginColumns::put(&record.execution, &record.node, parameters)?;
    put_ended(&record.end, parameters)
}

/// Numbers of rows that one statement inserts. A group is split into these sizes, so that each statement is prepared only once.
pub(super) const ROWS: [usize; 4] = [64, 16, 4, 1];

/// Returns the statement that inserts this number of complete records, one of [`ROWS`].
pub(super) fn whole(dialect: Dialect, rows: usize) -> &'static str {
    static TEXTS: ByDialect<[String; ROWS.len()]> = ByDialect::new(|dialect| ROWS.map(|rows| insertion(dialect, rows)));
    let texts = TEXTS.of(dialect);
    ROWS.iter().zip(texts).find(|(size, _)| **size == rows).map_or("", |(_, text)| text)
}

fn insertion(dialect: Dialect, rows: usize) -> String {
    let columns = columns::next_parameter(&WHOLE) - 1;
    let mut sql = format!("INSERT INTO script_executions ({}) VALUES ", columns::names(&WHOLE));
    for row in 0..rows {
        let places = match dialect {
            // SQLite's driver looks up the name of each parameter, and SQLite searches all names before it.
            Dialect::Sqlite => columns::each(&WHOLE, |_, _| "?".to_owned()),
            Dialect::Postgres => columns::placeholders(&WHOLE, row * columns + 1),
        };
        sql += if row > 0 { ", (" } else { "(" };
        sql += &places;
        sql.push(')');
    }
    // A run whose begin was written after all is ended by its complete record, and a run that has ended stays unchanged. So a group can be
    // written again if the result of its commit is unknown.
    sql + " ON CONFLICT (id) DO UPDATE SET "
        + &columns::excluded(&ENDED)
        + ", truncated_bytes = excluded.truncated_bytes, lease_until = NULL \
         WHERE script_executions.lease_until IS NOT NULL AND script_executions.tenant_id = excluded.tenant_id RETURNING id"
}

/// A change to the row of a run that is visible to others.
#[derive(Debug)]
pub(super) enum Change {
    Begin(Box<(Execution, NodeId)>),
    End(Box<End>, Option<Box<Settled>>),
}

impl Change {
    /// Returns the id of the run.
    pub(super) fn id(&self) -> Uuid {
        match self {
            Self::Begin(begin) => begin.0.id().as_uuid(),
            Self::End(end, _) => end.id,
        }
    }
}

/// An attempt that is settled together with the end of its run.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) occurrence: OccurrenceId,
    pub(super) attempt: u32,
    pub(super) settlement: Settlement,
}

impl Settled {
    /// Returns `None` if the run is not an attempt.
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
        let columns = columns::next_parameter(&WHOLE) - 1;
        for rows in ROWS {
            let sql = whole(Dialect::Postgres, rows);
            assert_eq!(sql.matches('$').count(), rows * columns);
            assert!(sql.contains(&format!("${})", rows * columns)));
            assert_eq!(whole(Dialect::Sqlite, rows).matches('?').count(), rows * columns);
        }
        assert!(whole(Dialect::Postgres, 4).contains("$23), ($24, $25"));
        assert_eq!(begin(Dialect::Postgres).matches('$').count(), columns::next_parameter(&BEGUN));
    }
}
