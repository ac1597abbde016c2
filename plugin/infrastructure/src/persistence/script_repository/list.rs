//! The list of scripts: filters, order, page.

use iota_scripts_domain::{Cursor, Of, Script, ScriptQuery, ScriptSort, TenantId};
use sqlx::QueryBuilder;

use crate::persistence::columns::Store;
use crate::persistence::list::{self as pages, Filters as _, SortOrder};
use crate::persistence::rows::name_key;

/// Selects the scripts of a tenant that match a query.
pub(super) fn filtered<DB: Store>(select: &str, tenant: &TenantId, query: &ScriptQuery) -> QueryBuilder<DB> {
    let mut builder = pages::of_tenant(select, "scripts", tenant);
    if let Some(script_type) = query.script_type {
        builder.with(" AND type = ", script_type.as_str());
    }
    if let Some(active) = query.active {
        // In the words of the index of active scripts.
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

/// The small columns of active endpoints.
pub(super) const ENDPOINTS: (&str, &str) = (
    "SELECT id, name, description, endpoint_method, endpoint_path, endpoint_access, rate_limit_per_minute",
    " AND type = 'endpoint' AND is_active",
);
/// The small columns of active event handlers.
pub(super) const HANDLERS: (&str, &str) =
    ("SELECT id, name, event_patterns", " AND type = 'embedded' AND is_active AND event_patterns IS NOT NULL");

/// Selects the scripts of a tenant that match a condition, or one of them.
pub(super) fn of<DB: Store>((select, condition): (&str, &str), tenant: &TenantId, of: Of) -> QueryBuilder<DB> {
    let mut builder = pages::of_tenant(select, "scripts", tenant);
    builder.push(condition);
    match of {
        Of::All => builder.push(" ORDER BY id"),
        Of::Script(id) => builder.with(" AND id = ", id.as_uuid()),
    };
    builder
}

/// Returns the sort order. Ids ascend with their creation, so they break ties.
pub(super) const fn order(query: &ScriptQuery) -> SortOrder {
    let key = match query.sort {
        ScriptSort::Name => "name_key",
        ScriptSort::Created => "created_at",
        ScriptSort::Updated => "updated_at",
    };
    SortOrder { key, id: Some("id"), direction: query.direction }
}

/// Returns the position of a script in the list.
pub(super) fn cursor(script: &Script, sort: ScriptSort) -> Cursor {
    let id = script.id().as_uuid();
    match sort {
        ScriptSort::Name => Cursor::of_text(name_key(script), id),
        ScriptSort::Created => Cursor::of_time(script.created().at, id),
        ScriptSort::Updated => Cursor::of_time(script.updated().at, id),
    }
}

/// Returns a `LIKE` pattern that finds the text literally. It is cut at 4,000 characters, more than any searched text has, and NUL is
/// removed, because PostgreSQL cannot read it.
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
    fn a_search_pattern_matches_literally() {
        assert_eq!(pattern("  50%_A\\ "), Some("%50\\%\\_a\\\\%".to_owned()));
        assert_eq!(pattern("ОТЧЁТ"), Some("%отчёт%".to_owned()));
        assert_eq!(pattern(" "), None);
    }
}
