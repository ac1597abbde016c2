//! The list of occurrences with its filters.

use iota_scripts_domain::{Cause, OccurrenceQuery, OccurrenceState, TenantId};
use sqlx::{Database, QueryBuilder, Sqlite};

use crate::persistence::columns::Store;
use crate::persistence::list::{self as pages, Filters as _};
use crate::persistence::rows::SqlTime;

/// Returns the condition of an index that contains the matching occurrences and few others, if there is one, in the words of the index.
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

/// All states except `ran`, in the words of two indexes.
pub(super) const NOT_RAN: [&str; 2] =
    [" AND state IN ('cancelled', 'failed', 'missed', 'skipped')", " AND state IN ('due', 'running')"];

/// Returns whether a query asks for the occurrences that ran, of all scripts and with any cause.
pub(super) fn is_of_all_that_ran(query: &OccurrenceQuery) -> bool {
    let OccurrenceQuery { script, state, cause, late_before, unhandled, .. } = query;
    *state == Some(OccurrenceState::Ran) && script.is_none() && cause.is_none() && late_before.is_none() && !unhandled
}

pub(super) fn in_any_state(query: &OccurrenceQuery) -> OccurrenceQuery {
    OccurrenceQuery { state: None, ..query.clone() }
}

/// Selects the occurrences of a tenant that match a query.
pub(super) fn filtered<DB: Store>(select: &str, tenant: &TenantId, query: &OccurrenceQuery) -> QueryBuilder<DB> {
    let mut builder = pages::of_tenant(select, "script_occurrences", tenant);
    let index = index_of(query);
    if let Some(script) = query.script {
        // Without this condition SQLite would scan all occurrences of the script for the few that have their own index.
        let other =
            if index.is_some() && DB::NAME == Sqlite::NAME { " AND +script_id = " } else { " AND script_id = " };
        builder.with(other, script.as_uuid());
    }
    if let Some(state) = query.state {
        builder.with(" AND state = ", state.as_str()).push(index.unwrap_or_default());
    }
    if let Some(cause) = query.cause {
        builder.with(" AND cause = ", cause.as_str());
        if index.is_none() && query.script.is_none() {
            // In the words of the indexes of causes.
            builder.push(if cause == Cause::Schedule { " AND cause = 'schedule'" } else { " AND cause <> 'schedule'" });
        }
    }
    if let Some(moment) = query.late_before {
        builder.with(" AND state = 'due' AND next_attempt_at < ", SqlTime(moment));
    }
    if query.unhandled {
        builder.push(" AND handled IS NULL");
    }
    builder.push_range("due_at", query.from, query.to);
    builder
}
