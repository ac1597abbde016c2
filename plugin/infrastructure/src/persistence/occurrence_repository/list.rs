//! The list of occurrences with its filters.

use iota_scripts_domain::{OccurrenceQuery, TenantId};
use sqlx::types::Uuid;
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::persistence::rows::SqlTime;

/// The occurrences that a query lets through, of one tenant.
pub(super) fn filtered<DB: Database>(select: &str, tenant: &TenantId, query: &OccurrenceQuery) -> QueryBuilder<DB>
where
    DB::Arguments: Default,
    String: for<'q> Encode<'q, DB> + Type<DB>,
    Uuid: for<'q> Encode<'q, DB> + Type<DB>,
    SqlTime: for<'q> Encode<'q, DB> + Type<DB>,
{
    let mut builder = QueryBuilder::new(select);
    builder.push(" FROM script_occurrences WHERE tenant_id = ").push_bind(tenant.as_str().to_owned());
    if let Some(script) = query.script {
        builder.push(" AND script_id = ").push_bind(script.as_uuid());
    }
    if let Some(state) = query.state {
        builder.push(" AND state = ").push_bind(state.as_str().to_owned());
    }
    if let Some(cause) = query.cause {
        builder.push(" AND cause = ").push_bind(cause.as_str().to_owned());
    }
    if let Some(moment) = query.late_before {
        builder.push(" AND state = 'due' AND next_attempt_at < ").push_bind(SqlTime(moment));
    }
    if query.unhandled {
        builder.push(" AND handled IS NULL");
    }
    if let Some(from) = query.from {
        builder.push(" AND due_at >= ").push_bind(SqlTime(from));
    }
    if let Some(to) = query.to {
        builder.push(" AND due_at < ").push_bind(SqlTime(to));
    }
    builder
}
