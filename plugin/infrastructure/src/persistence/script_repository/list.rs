//! The list of scripts: filters, order, page.

use iota_scripts_domain::{Direction, ScriptQuery, ScriptSort, TenantId};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// The scripts that a query lets through, of one tenant.
pub(super) fn filtered<DB: Database>(select: &str, tenant: &TenantId, query: &ScriptQuery) -> QueryBuilder<DB>
where
    DB::Arguments: Default,
    String: for<'q> Encode<'q, DB> + Type<DB>,
    bool: for<'q> Encode<'q, DB> + Type<DB>,
{
    let mut builder = QueryBuilder::new(select);
    builder.push(" FROM scripts WHERE tenant_id = ").push_bind(tenant.as_str().to_owned());
    if let Some(script_type) = query.script_type {
        builder.push(" AND type = ").push_bind(script_type.as_str().to_owned());
    }
    if let Some(active) = query.active {
        builder.push(" AND is_active = ").push_bind(active);
    }
    if query.quarantined {
        builder.push(" AND quarantine IS NOT NULL");
    }
    if let Some(pattern) = query.search.as_deref().and_then(pattern) {
        builder.push(" AND search_text LIKE ").push_bind(pattern).push(" ESCAPE '\\'");
    }
    builder
}

/// What the scripts are sorted by; ids are made in order, so they settle what is equal.
pub(super) const fn order(query: &ScriptQuery) -> &'static str {
    match (query.sort, query.direction) {
        (ScriptSort::Name, Direction::Asc) => " ORDER BY name_key, id",
        (ScriptSort::Name, Direction::Desc) => " ORDER BY name_key DESC, id DESC",
        (ScriptSort::Created, Direction::Asc) => " ORDER BY created_at, id",
        (ScriptSort::Created, Direction::Desc) => " ORDER BY created_at DESC, id DESC",
        (ScriptSort::Updated, Direction::Asc) => " ORDER BY updated_at, id",
        (ScriptSort::Updated, Direction::Desc) => " ORDER BY updated_at DESC, id DESC",
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
