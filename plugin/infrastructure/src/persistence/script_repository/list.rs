//! The list of scripts: filters, order, page.

use iota_scripts_domain::{Cursor, Of, Script, ScriptQuery, ScriptSort, TenantId};
use sqlx::QueryBuilder;

use crate::persistence::columns::Store;
use crate::persistence::list::{self as pages, Filters as _, Order};
use crate::persistence::rows::name_key;

/// The scripts that a query lets through, of one tenant.
pub(super) fn filtered<DB: Store>(select: &str, tenant: &TenantId, query: &ScriptQuery) -> QueryBuilder<DB> {
    let mut builder = pages::of_tenant(select, "scripts", tenant);
    if let Some(script_type) = query.script_type {
        builder.with(" AND type = ", script_type.as_str());
    }
    if let Some(active) = query.active {
        // As the index of active scripts says it.
        builder.push(if active { " AND is_active" } else { " AND NOT is_active" });
    }
    if query.quarantined {
        builder.push(" AND quarantine IS NOT NULL");
    }
    if let Some(pattern) = query.search.as_deref().and_then(pattern) {
        builder.with(" AND search_text LIKE ", pattern).push(" ESCAPE '\\'");
    }
    builder
}

/// Everything of an active endpoint that is small.
pub(super) const ENDPOINTS: (&str, &str) = (
    "SELECT id, name, description, endpoint_method, endpoint_path, endpoint_access, rate_limit_per_minute",
    " AND type = 'endpoint' AND is_active",
);
/// Everything of an active handler of events that is small.
pub(super) const HANDLERS: (&str, &str) =
    ("SELECT id, name, event_patterns", " AND type = 'embedded' AND is_active AND event_patterns IS NOT NULL");

/// Those of a tenant's scripts that a condition lets through, or one of them.
pub(super) fn of<DB: Store>((select, condition): (&str, &str), tenant: &TenantId, of: Of) -> QueryBuilder<DB> {
    let mut builder = pages::of_tenant(select, "scripts", tenant);
    builder.push(condition);
    match of {
        Of::All => builder.push(" ORDER BY id"),
        Of::Script(id) => builder.with(" AND id = ", id.as_uuid()),
    };
    builder
}

/// What the scripts are sorted by; ids are made in order, so they settle what is equal.
pub(super) const fn order(query: &ScriptQuery) -> Order {
    let key = match query.sort {
        ScriptSort::Name => "name_key",
        ScriptSort::Created => "created_at",
        ScriptSort::Updated => "updated_at",
    };
    Order { key, id: Some("id"), direction: query.direction }
}

/// The place of a script in the list.
pub(super) fn cursor(script: &Script, sort: ScriptSort) -> Cursor {
    let id = script.id().as_uuid();
    match sort {
        ScriptSort::Name => Cursor::of_text(name_key(script), id),
        ScriptSort::Created => Cursor::of_time(script.created().at, id),
        ScriptSort::Updated => Cursor::of_time(script.updated().at, id),
    }
}

/// A pattern for `LIKE` that finds the text as it is. It is longer than every searched text at most, and never NUL, which PostgreSQL
/// cannot read.
fn pattern(search: &str) -> Option<String> {
    let text = search.trim();
    if text.is_empty() {
        return None;
    }
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars().take(4_000).filter(|c| *c != '\0') {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_finds_the_text_as_it_is() {
        assert_eq!(pattern("  50%_A\\ "), Some("%50\\%\\_a\\\\%".to_owned()));
        assert_eq!(pattern("ОТЧЁТ"), Some("%отчёт%".to_owned()));
        assert_eq!(pattern(" "), None);
    }
}
