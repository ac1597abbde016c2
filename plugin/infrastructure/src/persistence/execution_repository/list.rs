//! Statements on runs whose text depends on what is asked: the list with its filters, the newest of several scripts, and the renewal
//! of several leases.

use std::sync::LazyLock;
use std::time::Duration;

use iota_scripts_domain::{ExecutionId, ExecutionQuery, ExecutionStatus, NodeId, ScriptId, TenantId, Trials};
use sqlx::{Database, QueryBuilder, Sqlite};

use crate::persistence::Dialect;
use crate::persistence::columns::{self, Store};
use crate::persistence::list::Filters as _;
use crate::persistence::rows::{EndColumns, HeadColumns, stored};
use crate::persistence::store_clock::{by_dialect, micros, store_now};

/// Everything but what may be large.
pub(in crate::persistence) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let columns = columns::each(&[HeadColumns::NAMES, EndColumns::NAMES], |name, _| match name {
        "dry_run" => "CASE WHEN dry_run IS NULL THEN NULL ELSE '' END AS dry_run".to_owned(),
        name => name.to_owned(),
    });
    format!("SELECT {columns}")
});

/// The status as it is told. In the table a refusal is a success with a status of HTTP from 400 to 499, so that nodes of the
/// release before, which do not know the word, can read it.
const STATUS: &str = "CASE WHEN status = 'success' AND http_status >= 400 THEN 'refused' ELSE status END";

/// The status of runs of these statuses as it is told. The index of unsuccessful ones has no status of HTTP.
pub(super) fn told(statuses: &[ExecutionStatus]) -> &'static str {
    let plain = |status: &ExecutionStatus| !matches!(status, ExecutionStatus::Success | ExecutionStatus::Refused);
    if !statuses.is_empty() && statuses.iter().all(plain) { "status" } else { STATUS }
}

/// Neither a test of a text that is not saved nor a dry run: as the partial indexes say it.
pub(in crate::persistence) const THAT_COUNT: &str = "triggered_by <> 'test' AND dry_run IS NULL";

/// As the index of unsuccessful runs says it: SQLite takes it for no other words.
const UNSUCCESSFUL: &str = " AND status IN ('cancelled', 'failed', 'lost', 'timeout')";
/// As the index of refusals says it.
const REFUSED: &str = " AND status = 'success' AND http_status >= 400";
/// As the index of trials says it.
pub(super) const TRIALS: &str = "(triggered_by = 'test' OR dry_run IS NOT NULL)";
/// As the index of leases says it: runs have one until they end.
const UNFINISHED: &str = " AND lease_until IS NOT NULL";

/// Which index has the runs of these statuses, if one has few others; the condition that makes it serve.
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

/// The runs that a query lets through, of one tenant.
pub(super) fn filtered<DB: Store>(select: &str, tenant: &TenantId, query: &ExecutionQuery) -> QueryBuilder<DB> {
    let mut builder = QueryBuilder::new(select);
    filter(&mut builder, tenant, query);
    builder
}

/// What comes behind the columns.
pub(super) fn filter<DB: Store>(builder: &mut QueryBuilder<DB>, tenant: &TenantId, query: &ExecutionQuery) {
    let index = index_of(&query.statuses);
    // SQLite would go through all runs of the tenant, of the script or by the trigger, for the few that an index of their own has.
    let few = index.or((query.trials == Trials::Only).then_some(TRIALS));
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
        // One word in the table for two statuses: the column of the status finds the rows, the other tells them apart.
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
        Trials::Included => {}
        Trials::Excluded => drop(builder.push(" AND ").push(THAT_COUNT)),
        Trials::Only => drop(builder.push(" AND ").push(TRIALS)),
    }
    builder.within("created_at", query.from, query.to);
}

macro_rules! lasting {
    ($dialect:tt) => {
        concat!("UPDATE script_executions SET lease_until = ", store_now!($dialect), " + ")
    };
}

/// Extends the lease of those runs that the node still has, and names them.
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
    // Rows are locked in the order of their ids, as by those who write ends: otherwise each could wait for the other.
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

/// The newest run of each script that is no trial: one look into an index for each.
pub(super) fn latest<DB: Store>(tenant: &TenantId, scripts: &[ScriptId]) -> QueryBuilder<DB> {
    let mut builder = QueryBuilder::new(COLUMNS.as_str());
    builder.push(" FROM script_executions WHERE id IN (SELECT (SELECT run.id FROM script_executions AS run WHERE run.tenant_id = ");
    // Not as values: without them PostgreSQL may expect that no run is left, and read them all.
    builder
        .with("", tenant.as_str())
        .push(" AND run.script_id = scripts.id AND run.triggered_by <> 'test' AND run.dry_run IS NULL");
    // By their ids alone: with the tenant beside them PostgreSQL would rather look for them among all of the tenant's scripts.
    builder.push(" ORDER BY run.created_at DESC, run.id DESC LIMIT 1) FROM scripts WHERE scripts.id IN (");
    builder.with_each("", scripts.iter().map(|id| id.as_uuid())).push(")");
    builder
}
