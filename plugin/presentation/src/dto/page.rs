//! Pagination of lists.

use iota_scripts_domain::{Cursor, CursorKind, FieldError, FieldProblem, Page, PagePosition, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Selects a page: by a cursor, else by its number.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Cursor: entries after `next` of an earlier response.
    pub(crate) after: Option<String>,
    /// Cursor: entries before `previous` of an earlier response.
    pub(crate) before: Option<String>,
    /// Page number, from 1; only for the first 10,000 entries.
    pub(crate) page: Option<u32>,
    /// Entries per page, 1 to 200; default 50.
    pub(crate) per_page: Option<u32>,
}

impl PageQuery {
    /// Returns the request for a page of a list that has cursors of this kind.
    pub(crate) fn request(&self, kind: CursorKind) -> Result<PageRequest, FieldError> {
        let size = self.per_page.unwrap_or(PageRequest::default().size());
        let cursor = |field: &'static str, text: &str| {
            let cursor = Cursor::parse(text, kind);
            cursor.map_err(|error| FieldError::new(field, FieldProblem::Invalid, error.to_string()))
        };
        let position = match (&self.after, &self.before, self.page) {
            (None, None, number) => {
                let (number, last) = (number.unwrap_or(1), PageRequest::new(u32::MAX, size).number().unwrap_or(1));
                if number > last {
                    let message = format!(
                        "page numbers end at {last} (the first {} entries); use `after` to read further",
                        PageRequest::MAX_OFFSET
                    );
                    return Err(FieldError::new("page", FieldProblem::OutOfRange, message));
                }
                PagePosition::Number(number)
            }
            (Some(after), None, None) => PagePosition::After(cursor("after", after)?),
            (None, Some(before), None) => PagePosition::Before(cursor("before", before)?),
            (Some(_), ..) => return Err(only_one("after", "`before` and `page`")),
            (None, Some(_), _) => return Err(only_one("before", "`page`")),
        };
        Ok(PageRequest::at(position, size))
    }
}

fn only_one(field: &'static str, others: &str) -> FieldError {
    FieldError::new(field, FieldProblem::NotApplicable, format!("cannot be combined with {others}"))
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageDocument<T> {
    /// The entries of this page.
    items: Vec<T>,
    /// Number of entries on all pages, counted up to 10,000.
    total: u64,
    /// Whether there are more entries than `total`.
    total_is_capped: bool,
    /// Number of this page, from 1, if it was requested by number.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    /// Maximum number of entries per page.
    per_page: u32,
    /// Cursor of the next page, for `after`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Cursor of the previous page, for `before`; absent on the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
}

impl<T> PageDocument<T> {
    pub(crate) fn new<U>(page: Page<U>, request: &PageRequest, convert: impl FnMut(U) -> T) -> Self {
        let page = page.map(convert);
        Self {
            items: page.items,
            total: page.total,
            total_is_capped: page.total_is_capped,
            page: request.number(),
            per_page: request.size(),
            next: page.next.map(|cursor| cursor.to_string()),
            previous: page.previous.map(|cursor| cursor.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(query: &PageQuery) -> FieldError {
        query.request(CursorKind::Number).expect_err("no page")
    }

    #[test]
    fn a_page_is_requested_by_number_or_cursor() {
        let first = PageQuery::default();
        assert_eq!(first.request(CursorKind::Number), Ok(PageRequest::first(50)));
        let cursor = Cursor::of_number(7);
        let after = PageQuery { after: Some(cursor.to_string()), per_page: Some(2), ..PageQuery::default() };
        assert_eq!(after.request(CursorKind::Number), Ok(PageRequest::at(PagePosition::After(cursor), 2)));
        let last = PageQuery { page: Some(51), per_page: Some(200), ..PageQuery::default() };
        assert!(last.request(CursorKind::Number).is_ok());
    }

    #[test]
    fn an_invalid_page_is_rejected_with_its_field() {
        let bad = PageQuery { after: Some("7".into()), ..PageQuery::default() };
        let expected =
            "after: not a cursor of this list; send `next` or `previous` of an earlier response unchanged".to_owned();
        assert_eq!(rejection(&bad).to_string(), expected);
        let both = PageQuery { before: Some("7".into()), ..bad };
        assert_eq!(rejection(&both).to_string(), "after: cannot be combined with `before` and `page`");
        let deep = PageQuery { page: Some(52), per_page: Some(200), ..PageQuery::default() };
        let expected = "page: page numbers end at 51 (the first 10000 entries); use `after` to read further";
        assert_eq!(rejection(&deep).to_string(), expected);
    }
}
