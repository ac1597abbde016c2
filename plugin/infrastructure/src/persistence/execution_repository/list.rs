//! Statements on runs whose text depends on what is asked: the list with its filters, the newest of several scripts, and the renewal
//! of several leases.

use std::time::Duration;

use iota_scripts_domain::{ExecutionId, ExecutionQuery, NodeId, ScriptId, TenantId, Trials, Trigger};
use sqlx::types::Uuid;
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::persistence::Dialect;
use crate::persistence::rows::SqlTime;
use crate::persistence::store_clock::{by_dialect, micros, store_now};

/// Everything but what may be large.
pub(in crate::persistence) const COLUMNS: &str = "SELECT id, script_id, script_version, script_name, entry_point, triggered_by, triggered_by_user, status, \
    created_at, started_at, completed_at, error, CASE WHEN dry_run IS NULL THEN NULL ELSE '' END AS dry_run";

/// Neither a test of a text that is not saved nor a dry run: as the partial indexes say it.
pub(in crate::persistence) const THAT_COUNT: &str = "triggered_by <> 'test' AND dry_run IS NULL";

/// The runs that a query lets through, of one tenant.
pub(super) fn filtered<DB: Database>(select: &str, tenant: &TenantId, query: &ExecutionQuery) -> QueryBuilder<DB>
where
    DB::Arguments: Default,
    String: for<'q> Encode<'q, DB> + Type<DB>,
    Uuid: for<'q> Encode<'q, DB> + Type<DB>,
    SqlTime: for<'q> Encode<'q, DB> + Type<DB>,
{
    let mut builder = QueryBuilder::new(select);
    builder.push(" FROM script_executions WHERE tenant_id = ").push_bind(tenant.as_str().to_owned());
    if let Some(script) = query.script {
        builder.push(" AND script_id = ").push_bind(script.as_uuid());
    }
    if !query.statuses.is_empty() {
        builder.push(" AND status IN (");
        let mut list = builder.separated(", ");
        for status in &query.statuses {
            list.push_bind(status.as_str().to_owned());
        }
        builder.push(")");
    }
    if let Some(trigger) = query.trigger {
        builder.push(" AND triggered_by = ").push_bind(trigger.as_str().to_owned());
    }
    match query.trials {
        Trials::Included => {}
        Trials::Excluded => drop(builder.push(" AND ").push(THAT_COUNT)),
        Trials::Only => drop(builder.push(" AND NOT (").push(THAT_COUNT).push(")")),
    }
    if let Some(from) = query.from {
        builder.push(" AND created_at >= ").push_bind(SqlTime(from));
    }
    if let Some(to) = query.to {
        builder.push(" AND created_at < ").push_bind(SqlTime(to));
    }
    builder
}

macro_rules! lasting {
    ($dialect:tt) => {
        concat!("UPDATE script_executions SET lease_until = ", store_now!($dialect), " + ")
    };
}

/// Extends the lease of those runs that the node still has, and names them.
pub(super) fn renewal<DB: Database>(
    dialect: Dialect,
    lease: Duration,
    node: &NodeId,
    ids: &[ExecutionId],
) -> QueryBuilder<DB>
where
    DB::Arguments: Default,
    String: for<'q> Encode<'q, DB> + Type<DB>,
    Uuid: for<'q> Encode<'q, DB> + Type<DB>,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
{
    let mut builder = QueryBuilder::new(by_dialect!(dialect, lasting));
    builder.push_bind(micros(lease));
    if dialect == Dialect::Postgres {
        builder.push(" * INTERVAL '1 microsecond'");
    }
    builder.push(" WHERE lease_until IS NOT NULL AND node = ");
    builder.push_bind(node.as_str().to_owned()).push(" AND id IN (");
    let mut list = builder.separated(", ");
    for id in ids {
        list.push_bind(id.as_uuid());
    }
    builder.push(") RETURNING id");
    builder
}

/// The newest run of each script: one look into an index for each.
pub(super) fn latest<DB: Database>(tenant: &TenantId, scripts: &[ScriptId]) -> QueryBuilder<DB>
where
    DB::Arguments: Default,
    String: for<'q> Encode<'q, DB> + Type<DB>,
    Uuid: for<'q> Encode<'q, DB> + Type<DB>,
{
    let mut builder = QueryBuilder::new(COLUMNS);
    builder.push(" FROM script_executions WHERE id IN (SELECT (SELECT run.id FROM script_executions AS run WHERE run.tenant_id = ");
    builder.push_bind(tenant.as_str().to_owned()).push(" AND run.script_id = scripts.id AND run.triggered_by <> ");
    builder.push_bind(Trigger::Test.as_str().to_owned());
    builder.push(" ORDER BY run.created_at DESC, run.id DESC LIMIT 1) FROM scripts WHERE scripts.tenant_id = ");
    builder.push_bind(tenant.as_str().to_owned()).push(" AND scripts.id IN (");
    let mut list = builder.separated(", ");
    for id in scripts {
        list.push_bind(id.as_uuid());
    }
    builder.push("))");
    builder
}
