//! The list of occurrences with its filters.

use iota_scripts_domain::{Cause, OccurrenceQuery, OccurrenceState, TenantId};
use sqlx::types::Uuid;
use sqlx::{Database, Encode, QueryBuilder, Sqlite, Type};

use crate::persistence::rows::SqlTime;

/// Which index has the occurrences of a state, if one has few others; the condition that makes it serve, in the index's own words.
const fn index_of(query: &OccurrenceQuery) -> Option<&'static str> {
    match (query.state, query.cause) {
        (Some(OccurrenceState::Failed), Some(Cause::Event)) if query.unhandled => {
            Some(" AND cause = 'event' AND state = 'failed' AND handled IS NULL")
        }
        (Some(OccurrenceState::Due | OccurrenceState::Running), _) => Some(" AND state IN ('due', 'running')"),
        (Some(OccurrenceState::Ran) | None, _) => None,
        (Some(_), _) => Some(" AND state IN ('cancelled', 'failed', 'missed', 'skipped')"),
    }
}

/// The states but that of what ran, in the words of two indexes.
pub(super) const NOT_RAN: [&str; 2] =
    [" AND state IN ('cancelled', 'failed', 'missed', 'skipped')", " AND state IN ('due', 'running')"];

/// Whether a query asks for what ran of all scripts and for any cause.
pub(super) fn is_of_all_that_ran(query: &OccurrenceQuery) -> bool {
    let OccurrenceQuery { script, state, cause, late_before, unhandled, .. } = query;
    *state == Some(OccurrenceState::Ran) && script.is_none() && cause.is_none() && late_before.is_none() && !unhandled
}

pub(super) fn in_any_state(query: &OccurrenceQuery) -> OccurrenceQuery {
    OccurrenceQuery { state: None, ..query.clone() }
}

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
    let index = index_of(query);
    if let Some(script) = query.script {
        // SQLite would go through all of the script's for the few that an index of their own has.
        let other =
            if index.is_some() && DB::NAME == Sqlite::NAME { " AND +script_id = " } else { " AND script_id = " };
        builder.push(other).push_bind(script.as_uuid());
    }
    if let Some(state) = query.state {
        builder.push(" AND state = ").push_bind(state.as_str().to_owned()).push(index.unwrap_or_default());
    }
    if let Some(cause) = query.cause {
        builder.push(" AND cause = ").push_bind(cause.as_str().to_owned());
        if index.is_none() && query.script.is_none() {
            // In the words of the indexes of causes.
            builder.push(if cause == Cause::Schedule { " AND cause = 'schedule'" } else { " AND cause <> 'schedule'" });
        }
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
