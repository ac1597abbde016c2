//! View models of lists, details and forms. The templates know only these shapes, not the records.

use askama::Template;
use axum::http::StatusCode;
use serde_json::Value as Json;

use super::{AppState, PageResult, respond};
use crate::caller::Caller;
use crate::db::DbError;
use crate::error::AppError;
use crate::listing::{self, Listing, Source};
use crate::web::urls;

/// One cell of a table, or one fact.
#[derive(Debug, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) href: Option<String>,
    pub(super) class: &'static str,
    pub(super) badge: bool,
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(super) fn optional(text: Option<&str>) -> Self {
        Self::text(text.unwrap_or("–"))
    }

    pub(super) fn link(text: impl Into<String>, href: String) -> Self {
        Self { href: Some(href), ..Self::text(text) }
    }

    pub(super) fn number(value: &impl ToString) -> Self {
        Self { class: "num", ..Self::text(value.to_string()) }
    }

    pub(super) fn badge(word: &str) -> Self {
        Self { badge: true, ..Self::text(word) }
    }

    pub(super) const fn with_class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }
}

/// A column's title and how its cells are aligned.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) numeric: bool,
}

/// A table with a name for screen readers.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) label: &'static str,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) empty: &'static str,
}

impl Table {
    /// Columns whose title begins with `#` hold numbers.
    pub(super) fn new(label: &'static str, titles: &[&'static str], rows: Vec<Vec<Cell>>) -> Self {
        let columns = titles.iter().map(|title| match title.strip_prefix('#') {
            Some(title) => Column { title, numeric: true },
            None => Column { title, numeric: false },
        });
        Self { label, columns: columns.collect(), rows, empty: "No entries." }
    }
}

/// A filter with a few values.
#[derive(Debug)]
pub(super) struct Choice {
    name: &'static str,
    label: &'static str,
    options: &'static [&'static str],
    selected: String,
    /// The label of the empty choice.
    unset: &'static str,
}

#[derive(Debug)]
struct Pager {
    page: i64,
    pages: i64,
    previous: Option<String>,
    next: Option<String>,
}

/// Address of a list's button.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) label: &'static str,
    pub(super) href: &'static str,
}

/// A list requested by a browser: its page, and the error of an invalid query.
#[derive(Debug)]
pub(super) struct ListRequest {
    pub(super) listing: Listing,
    source: &'static Source,
    query: Vec<(String, String)>,
    problem: Option<String>,
}

impl ListRequest {
    /// Reads the query. An invalid query shows the first entries and the error.
    pub(super) fn read(source: &'static Source, caller: &Caller, query: Vec<(String, String)>) -> Self {
        match Listing::from_query(source, &query, caller.context.tenant.time_zone) {
            Ok(listing) => Self { listing, source, query, problem: None },
            Err(error) => Self { listing: Listing::all(source), source, query, problem: Some(error.to_string()) },
        }
    }

    /// The current value of a filter in the query.
    pub(super) fn choice(&self, name: &'static str, label: &'static str, options: &'static [&'static str]) -> Choice {
        let unset = if name == "sort" { "default" } else { "all" };
        Choice { name, label, options, selected: self.value(name).unwrap_or_default().to_owned(), unset }
    }

    /// The page around the rows of this list.
    pub(super) async fn respond(
        self,
        state: &AppState,
        caller: &Caller,
        (title, active): (&'static str, &str),
        parts: ListParts,
    ) -> PageResult {
        let total = listing::count(&state.erp.db, self.source, &caller.context.tenant.id, &self.listing).await;
        let total = total.map_err(|error: DbError| AppError::from(error))?;
        let status = if self.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let list = List {
            title,
            total,
            action: parts.action,
            search: parts.searchable.then(|| self.value("q").unwrap_or_default().to_owned()),
            choices: parts.choices,
            pager: self.pager(total),
            problem: self.problem,
            table: parts.table,
        };
        respond(state, caller, (title, active), status, &list)
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn pager(&self, total: i64) -> Option<Pager> {
        let limit = self.listing.limit.max(1);
        let (page, pages) = (self.listing.page(), (total + limit - 1) / limit);
        let href = |page: i64| {
            let page = page.to_string();
            let kept = self.query.iter().filter(|(name, value)| name != "page" && !value.is_empty());
            let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
            format!("?{}", urls::query(kept.chain([("page", page.as_str())])))
        };
        (pages > 1).then(|| Pager {
            page,
            pages,
            previous: (page > 1).then(|| href(page - 1)),
            next: (page < pages).then(|| href(page + 1)),
        })
    }
}

/// Additions of a page to a list.
#[derive(Debug)]
pub(super) struct ListParts {
    pub(super) table: Table,
    pub(super) choices: Vec<Choice>,
    pub(super) searchable: bool,
    pub(super) action: Option<Link>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct List {
    title: &'static str,
    total: i64,
    action: Option<Link>,
    search: Option<String>,
    choices: Vec<Choice>,
    problem: Option<String>,
    table: Table,
    pager: Option<Pager>,
}

/// A button of an action.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) label: &'static str,
    pub(super) path: String,
    pub(super) class: &'static str,
}

/// One record with its facts, related tables and actions.
#[derive(Debug, Template)]
#[template(path = "detail.html")]
pub(super) struct Detail {
    pub(super) title: String,
    pub(super) csrf: String,
    pub(super) actions: Vec<Action>,
    pub(super) problem: Option<String>,
    pub(super) facts: Vec<(&'static str, Cell)>,
    pub(super) tables: Vec<Table>,
}

/// A field of a form.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: &'static str,
    pub(super) required: bool,
    pub(super) hint: &'static str,
    pub(super) options: &'static [&'static str],
    pub(super) value: String,
    pub(super) wrong: bool,
}

impl Field {
    pub(super) const fn new(name: &'static str, label: &'static str, kind: &'static str) -> Self {
        Self { name, label, kind, required: false, hint: "", options: &[], value: String::new(), wrong: false }
    }
}

/// A form that adds one record.
#[derive(Debug, Template)]
#[template(path = "form.html")]
pub(super) struct FormPage {
    title: &'static str,
    path: &'static str,
    submit: &'static str,
    csrf: String,
    problem: Option<String>,
    fields: Vec<Field>,
}

impl FormPage {
    /// An empty form.
    pub(super) fn new(
        (title, path, submit): (&'static str, &'static str, &'static str),
        caller: &Caller,
        fields: Vec<Field>,
    ) -> Self {
        Self { title, path, submit, csrf: csrf(caller), problem: None, fields }
    }

    /// The same form with the submitted values and the error.
    pub(super) fn refused(mut self, sent: &Json, error: &AppError) -> Self {
        for field in &mut self.fields {
            field.value = sent[field.name].as_str().unwrap_or_default().to_owned();
            field.wrong = error.field_name() == Some(field.name);
        }
        self.problem = Some(error.to_string());
        self
    }

    /// The response with this form.
    pub(super) fn respond(&self, state: &AppState, caller: &Caller, active: &str, status: StatusCode) -> PageResult {
        respond(state, caller, (self.title, active), status, self)
    }
}

/// The token that forms of this caller carry.
pub(super) fn csrf(caller: &Caller) -> String {
    caller.csrf_token.clone().unwrap_or_default()
}
