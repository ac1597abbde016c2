//! Statements on runs whose SQL depends on the query: the list with its filters, the newest runs of several scripts, and the renewal of
//! several leases.

use std::sync::LazyLock;
use std::time::Duration;

use iota_scripts_domain::{ExecutionId, ExecutionQuery, ExecutionStatus, NodeId, ScriptId, TenantId, TrialFilter};
use sqlx::{Database, QueryBuilder, Sqlite};

use crate::persistence::Dialect;
use crate::persistence::columns::{self, Store};
use crate::persistence::list::Filters as _;
use crate::persistence::rows::{EndColumns, HeadColumns, stored};
use crate::persistence::store_clock::{by_dialect, micros, store_now};

/// All columns except large ones.
pub(in crate::persistence) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let columns = columns::each(&[HeadColumns::NAMES, EndColumns::NAMES], |name, _| match name {
        "dry_run" => "CASE WHEN dry_run IS NULL THEN NULL ELSE '' END AS dry_run".to_owned(),
        name => name.to_owned(),
    });
    format!("SELECT {columns}")
});

/// The status as the domain reports it. In the table a refusal is a success with an HTTP status from 400 to 499, so that nodes of the
/// previous release, which do not know `refused`, can read it.
const STATUS: &str = "CASE WHEN status = 'success' AND http_status >= 400 THEN 'refused' ELSE status END";

/// Returns SQL for the reported status of runs with these statuses. The index of unsuccessful runs has no HTTP status.
pub(super) fn status_column(statuses: &[ExecutionStatus]) -> &'static str {
    let plain = |status: &ExecutionStatus| !matches!(status, ExecutionStatus::Success | ExecutionStatus::Refused);
    if !statuses.is_empty() && statuses.iter().all(plain) { "status" } else { STATUS }
}

/// Neither a test of an unsaved text nor a dry run, in the words of the partial indexes.
pub(in crate::persistence) const THAT_COUNT: &str = "triggered_by <> 'test' AND dry_run IS NULL";

/// In the words of the index of unsuccessful runs: SQLite uses the index only for exactly this condition.
const UNSUCCESSFUL: &str = " AND status IN ('cancelled', 'failed', 'lost', 'timeout')";
/// In the words of the index of refusals.
const REFUSED: &str = " AND status = 'success' AND http_status >= 400";
/// In the words of the index of trials.
pub(super) const TRIALS: &str = "(triggered_by = 'test' OR dry_run IS NOT NULL)";
/// In the words of the index of leases: runs have one until they end.
const UNFINISHED: &str = " AND lease_until IS NOT NULL";

/// Returns the condition of an index that contains the runs with these statuses and few others, if there is one.
fn index_of(statuses: &[ExecutionStatus]) -> Option<&'static str> {
    use ExecutionStatus::{Cancelled, Failed, Lost, Pending, Running, Timeout};
    let all = |condition: fn(&ExecutionStatus) -> bool| !statuses.is_empty() && statuses.iter().all(condition);
    if all(|status| matches!(status, Cancelled | Failed | Lost | Timeout)) {
        Some(UNSUCCESSFUL)
    } else if all(|status| matches!(status, Pending | Running)) {
        Some(UNFINISHED)
    } else if all(|status| *status == ExecutionStatus::Refused) {
        Some(REFUSED)
    } else {
        None
    }
}

/// Selects the runs of a tenant that match a query.
pub(super) fn filtered<DB: Store>(select: &str, tenant: &TenantId, query: &ExecutionQuery) -> QueryBuilder<DB> {
    let mut builder = QueryBuilder::new(select);
    filter(&mut builder, tenant, query);
    builder
}

/// Appends the part of the statement after the columns.
pub(super) fn filter<DB: Store>(builder: &mut QueryBuilder<DB>, tenant: &TenantId, query: &ExecutionQuery) {
    let index = index_of(&query.statuses);
    // Without this condition SQLite would scan all runs of the tenant, the script or the trigger for the few that have their own index.
    let few = index.or((query.trials == TrialFilter::Only).then_some(TRIALS));
    let (all, other) = match few.filter(|_| DB::NAME == Sqlite::NAME) {
        Some(UNFINISHED) => ("+", "+"),
        Some(_) => ("", "+"),
        None => ("", ""),
    };
    builder.push(" FROM script_executions WHERE ").push(all).with("tenant_id = ", tenant.as_str());
    if let Some(script) = query.script {
        builder.push(" AND ").push(other).with("script_id = ", script.as_uuid());
    }
    if !query.statuses.is_empty() {
        let statuses = query.statuses.iter().map(|status| stored(*status));
        builder.with_each(" AND status IN (", statuses).push(index.unwrap_or_default());
        // The table stores two statuses as one word: the column of the status finds the rows, and the HTTP status tells them apart.
        let asked = |status| query.statuses.contains(&status);
        match (asked(ExecutionStatus::Success), asked(ExecutionStatus::Refused)) {
            (true, false) => builder.push(" AND (status <> 'success' OR http_status IS NULL OR http_status < 400)"),
            (false, true) => builder.push(" AND (status <> 'success' OR http_status >= 400)"),
            (true, true) | (false, false) => builder,
        };
    }
    if let Some(trigger) = query.trigger {
        builder.push(" AND ").push(other).with("triggered_by = ", trigger.as_str());
    }
    match query.trials {
        TrialFilter::Included => {}
        TrialFilter::Excluded => drop(builder.push(" AND ").push(THAT_COUNT)),
        TrialFilter::Only => drop(builder.push(" AND ").push(TRIALS)),
    }
    builder.push_range("created_at", query.from, query.to);
}

macro_rules! lasting {
    ($dialect:tt) => {
        concat!("UPDATE script_executions SET lease_until = ", store_now!($dialect), " + ")
    };
}

/// Extends the leases of the runs that this node still has, and returns their ids.
pub(super) fn renewal<DB: Store>(
    dialect: Dialect,
    lease: Duration,
    node: &NodeId,
    ids: &[ExecutionId],
) -> QueryBuilder<DB> {
    let mut builder = QueryBuilder::new(by_dialect!(dialect, lasting));
    builder.with("", micros(lease));
    if dialect == Dialect::Postgres {
        builder.push(" * INTERVAL '1 microsecond'");
    }
    builder.with(" WHERE lease_until IS NOT NULL AND node = ", node.as_str()).push(" AND id IN (");
    // Rows are locked in the order of their ids, as by the writers of ends; otherwise the two could deadlock.
    if dialect == Dialect::Postgres {
        builder.push("SELECT id FROM script_executions WHERE id IN (");
    }
    builder.with_each("", ids.iter().map(|id| id.as_uuid()));
    if dialect == Dialect::Postgres {
        builder.push(" ORDER BY id FOR UPDATE)");
    }
    builder.push(" RETURNING id");
    builder
}

/// Selects the newest run of each script that is not a trial, with one index lookup per script.
pub(super) fn latest<DB: Store>(tenant: &TenantId, scripts: &[ScriptId]) -> QueryBuilder<DB> {
    let mut builder = QueryBuilder::new(COLUMNS.as_str());
    builder.push(" FROM script_executions WHERE id IN (SELECT (SELECT run.id FROM script_executions AS run WHERE run.tenant_id = ");
    // Literals instead of parameters: without the values PostgreSQL may assume that no run is left, and read all of them.
    builder
        .with("", tenant.as_str())
        .push(" AND run.script_id = scripts.id AND run.triggered_by <> 'test' AND run.dry_run IS NULL");
    // By their ids alone: with the tenant in the condition PostgreSQL would search all of the tenant's scripts.
    builder.push(" ORDER BY run.created_at DESC, run.id DESC LIMIT 1) FROM scripts WHERE scripts.id IN (");
    builder.with_each("", scripts.iter().map(|id| id.as_uuid())).push(")");
    builder
}
