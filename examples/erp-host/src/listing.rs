//! Lists: filters, order and paging. The same conditions come from a service call (`{filters: [{field, operator, value}], search, sort,
//! limit, offset}`) and from a query string (`query`).
//!
//! Fields and operators are looked up in a table of constants and values become parameters, so that no user input becomes SQL text.

mod condition;
mod query;

use chrono_tz::Tz;
use serde_json::Value as Json;

pub use condition::{Condition, OPERATORS};

use crate::db::{Db, DbError, Row, Value};
use crate::error::AppError;
use crate::fields::Fields;
use crate::tenant::TenantId;

/// Default number of entries in a list.
pub const DEFAULT_LIMIT: i64 = 50;
/// Maximum number of entries in a list.
pub const MAX_LIMIT: i64 = 500;

/// A list: the source of its rows and the fields for filters and sorting.
#[derive(Debug)]
pub struct Source {
    /// The columns of the result.
    pub select: &'static str,
    /// The tables with their joins.
    pub from: &'static str,
    /// The column of the tenant.
    pub tenant: &'static str,
    pub columns: &'static [Column],
    /// Lower-case text that `search` matches.
    pub search: &'static str,
    /// A sort key such as `-created_at`.
    pub default_sort: &'static str,
    /// A tie-breaker that makes the order total.
    pub id: &'static str,
}

/// A field of a list.
#[derive(Debug)]
pub struct Column {
    pub field: &'static str,
    pub sql: &'static str,
    pub kind: Kind,
}

/// How the values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Int,
    Money,
    Time,
    Date,
}

/// A request for a page of a list.
#[derive(Debug)]
pub struct Listing {
    conditions: Vec<Condition>,
    search: Option<String>,
    sort: &'static Column,
    descending: bool,
    pub limit: i64,
    pub offset: i64,
}

impl Source {
    fn column(&self, field: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    fn fields(&self) -> String {
        self.columns.iter().map(|column| column.field).collect::<Vec<_>>().join(", ")
    }
}

impl Listing {
    /// The first entries in the default order.
    pub fn all(source: &Source) -> Self {
        let (sort, descending) = sort_key(source, source.default_sort).unwrap_or((&source.columns[0], false));
        Self { conditions: Vec::new(), search: None, sort, descending, limit: DEFAULT_LIMIT, offset: 0 }
    }

    /// Reads the one argument of a service's `list`; without it, the first entries are listed.
    pub fn from_argument(source: &Source, argument: Option<&Json>, zone: Tz) -> Result<Self, AppError> {
        let mut listing = Self::all(source);
        let Some(argument) = argument.filter(|argument| !argument.is_null()) else { return Ok(listing) };
        let mut fields = Fields::of(argument)?;
        if let Some(filters) = fields.get("filters") {
            let Json::Array(filters) = filters else { return Err(fields.wrong("filters", "must be a list")) };
            if filters.len() > 20 {
                return Err(fields.wrong("filters", "must have at most 20 entries"));
            }
            for (index, filter) in filters.iter().enumerate() {
                listing.conditions.push(Condition::parse(source, &format!("filters[{index}]"), filter, zone)?);
            }
        }
        listing.search = fields.optional_text("search", 100)?.map(|text| text.to_lowercase());
        if let Some(key) = fields.optional_text("sort", 60)? {
            listing.sort_by(source, &key)?;
        }
        listing.limit = fields.optional_int("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
        listing.offset = fields.optional_int("offset", 0, 1_000_000)?.unwrap_or(0);
        fields.finish()?;
        Ok(listing)
    }

    /// Adds a condition of the caller.
    pub fn and(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    fn sort_by(&mut self, source: &Source, key: &str) -> Result<(), AppError> {
        let (sort, descending) = sort_key(source, key).ok_or_else(|| {
            AppError::field(
                "sort",
                format!("sort must be one of {}, prefixed with - for descending order", source.fields()),
            )
        })?;
        self.sort = sort;
        self.descending = descending;
        Ok(())
    }

    fn where_clause(&self, source: &Source, tenant: &TenantId) -> (String, Vec<Value>) {
        let mut values = vec![Value::from(tenant.as_str())];
        let mut clauses = vec![format!("{} = $1", source.tenant)];
        for condition in &self.conditions {
            clauses.push(condition.to_sql(&mut values));
        }
        if let Some(search) = &self.search {
            values.push(condition::like_pattern(search).into());
            clauses.push(format!("{} LIKE ${} ESCAPE '\\'", source.search, values.len()));
        }
        (clauses.join(" AND "), values)
    }
}

/// The rows that a listing requests.
pub async fn fetch(db: &Db, source: &Source, tenant: &TenantId, listing: &Listing) -> Result<Vec<Row>, DbError> {
    let (clause, mut values) = listing.where_clause(source, tenant);
    values.extend([listing.limit.into(), listing.offset.into()]);
    let direction = if listing.descending { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT {} FROM {} WHERE {clause} ORDER BY {} {direction}, {} LIMIT ${} OFFSET ${}",
        source.select,
        source.from,
        listing.sort.sql,
        source.id,
        values.len() - 1,
        values.len(),
    );
    db.fetch(&sql, &values).await
}

/// The number of matching rows on all pages.
pub async fn count(db: &Db, source: &Source, tenant: &TenantId, listing: &Listing) -> Result<i64, DbError> {
    let (clause, values) = listing.where_clause(source, tenant);
    let sql = format!("SELECT COUNT(*) AS total FROM {} WHERE {clause}", source.from);
    db.first(&sql, &values).await?.map_or(Ok(0), |row| row.int("total"))
}

fn sort_key(source: &Source, key: &str) -> Option<(&'static Column, bool)> {
    let (field, descending) = key.strip_prefix('-').map_or((key, false), |field| (field, true));
    source.column(field).map(|column| (column, descending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static PEOPLE: Source = Source {
        select: "*",
        from: "people p",
        tenant: "p.tenant_id",
        columns: &[
            Column { field: "name", sql: "p.name", kind: Kind::Text },
            Column { field: "seen", sql: "p.seen", kind: Kind::Time },
            Column { field: "debt", sql: "p.debt", kind: Kind::Money },
        ],
        search: "p.search_text",
        default_sort: "name",
        id: "p.id",
    };

    fn clause(argument: &Json) -> Result<(String, Vec<Value>), AppError> {
        let listing = Listing::from_argument(&PEOPLE, Some(argument), Tz::UTC)?;
        Ok(listing.where_clause(&PEOPLE, &TenantId::new("t")))
    }

    #[test]
    fn values_become_parameters() {
        let filters = json!({ "filters": [
            { "field": "seen", "operator": "lt", "value": "2026-01-31T09:00:00Z" },
            { "field": "name", "operator": "eq", "value": "'; DROP TABLE people" },
            { "field": "debt", "operator": "in", "value": [1, 2.5] },
        ] });
        let (sql, values) = clause(&filters).expect("a clause");
        assert_eq!(sql, "p.tenant_id = $1 AND p.seen < $2 AND p.name = $3 AND p.debt IN ($4, $5)");
        assert_eq!(values.len(), 5);
        assert!(matches!(&values[1], Value::Text(Some(at)) if at == "2026-01-31T09:00:00.000Z"));
        assert!(matches!(values[4], Value::Int(Some(250))));
    }

    #[test]
    fn unknown_fields_operators_and_limits_are_named() {
        let wrong = [
            (json!({ "filters": [{ "field": "age", "operator": "eq", "value": 1 }] }), "filters[0].field"),
            (json!({ "filters": [{ "field": "name", "operator": "~", "value": "a" }] }), "filters[0].operator"),
            (json!({ "filters": [{ "field": "seen", "operator": "lt", "value": "soon" }] }), "filters[0].value"),
            (json!({ "filters": {} }), "filters"),
            (json!({ "limit": 501 }), "limit"),
            (json!({ "limit": 0 }), "limit"),
            (json!({ "sort": "age" }), "sort"),
            (json!({ "filter": [] }), "filter"),
        ];
        for (argument, field) in wrong {
            assert_eq!(clause(&argument).expect_err("wrong").field_name(), Some(field), "{argument}");
        }
    }

    #[test]
    fn nothing_asked_for_is_the_first_entries() {
        let listing = Listing::from_argument(&PEOPLE, None, Tz::UTC).expect("a listing");
        assert_eq!((listing.limit, listing.offset), (DEFAULT_LIMIT, 0));
        assert_eq!(listing.sort.field, "name");
    }

    #[test]
    fn a_search_is_taken_literally() {
        let (sql, values) = clause(&json!({ "search": "50%_Ä" })).expect("a clause");
        assert_eq!(sql, r"p.tenant_id = $1 AND p.search_text LIKE $2 ESCAPE '\'");
        assert!(matches!(&values[1], Value::Text(Some(text)) if text == r"%50\%\_ä%"));
    }
}
