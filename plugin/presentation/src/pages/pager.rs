//! Navigation between the pages of a list, with the filters kept.

use iota_scripts_domain::{Cursor, CursorKind, FieldError, Page as ListPage, PageRequest};

use super::page_context::Page;
use crate::dto::PageQuery;

/// The position in a list.
pub(super) struct Pager {
    /// Number of entries, as text.
    pub(super) entries: String,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

impl Pager {
    /// Creates the pager of a list at a path with the filters of its query; empty filters are left out of addresses.
    pub(super) fn new<T>(path: &str, filters: &[(&str, &String)], found: &ListPage<T>, page: &Page) -> Self {
        let address = |side: &str, cursor: &Cursor| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(filters.iter().filter(|(_, value)| !value.is_empty()));
            query.append_pair(side, &cursor.to_string());
            format!("{path}?{}", query.finish())
        };
        let key = if found.total_is_capped { "pager.more_entries" } else { "pager.entries" };
        Self {
            entries: page.plural(key, &found.total),
            previous: found.previous.as_ref().map(|cursor| address("before", cursor)),
            next: found.next.as_ref().map(|cursor| address("after", cursor)),
        }
    }
}

/// Returns the page that an address requests.
pub(super) fn requested(after: &str, before: &str, kind: CursorKind, size: u32) -> Result<PageRequest, FieldError> {
    let query = PageQuery { after: non_empty(after), before: non_empty(before), page: None, per_page: Some(size) };
    query.request(kind)
}

/// Returns the value of a field, or `None` if it is empty.
pub(super) fn non_empty(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn links_to_other_pages_keep_the_filters() {
        let (search, none, page) = ("a b&c".to_owned(), String::new(), Page::plain(Locale::En));
        let next = Cursor::of_number(7);
        let found =
            ListPage { next: Some(next.clone()), total: 10_000, total_is_capped: true, ..ListPage::whole(vec![7]) };
        let pager = Pager::new("/x", &[("search", &search), ("type", &none)], &found, &page);
        assert_eq!(pager.entries, "10,000+ entries");
        let address = pager.next.unwrap();
        let cursor = address.strip_prefix("/x?search=a+b%26c&after=").unwrap();
        assert_eq!(
            requested(cursor, "", CursorKind::Number, 10),
            Ok(PageRequest::at(iota_scripts_domain::PagePosition::After(next), 10))
        );
        assert!(requested("", "elsewhere", CursorKind::Time, 10).is_err());
        let empty = Pager::new("/x", &[], &ListPage::whole(Vec::<u8>::new()), &page);
        assert_eq!((empty.entries.as_str(), empty.next, empty.previous), ("0 entries", None, None));
    }
}
