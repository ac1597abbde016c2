//! From one page of a list to the next, with the filters kept.

use iota_scripts_domain::PageRequest;

/// Where a list stands.
pub(super) struct Pager {
    pub(super) total: u64,
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

impl Pager {
    /// For a list at a path, with the filters of its query; empty ones are left out of addresses.
    pub(super) fn new(path: &str, filters: &[(&str, &String)], page: PageRequest, total: u64) -> Self {
        let address = |number: u32| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(filters.iter().filter(|(_, value)| !value.is_empty()));
            query.append_pair("page", &number.to_string());
            format!("{path}?{}", query.finish())
        };
        let end = page.offset() + u64::from(page.size());
        Self {
            total,
            first: (page.offset() + 1).min(total),
            last: end.min(total),
            previous: (page.number() > 1).then(|| address(page.number() - 1)),
            next: (end < total).then(|| address(page.number() + 1)),
        }
    }
}

/// What a field says, if it says anything.
pub(super) fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_on_with_their_filters() {
        let (search, none) = ("a b&c".to_owned(), String::new());
        let pager = Pager::new("/x", &[("search", &search), ("type", &none)], PageRequest::new(2, 10), 25);
        assert_eq!((pager.first, pager.last), (11, 20));
        assert_eq!(pager.next.unwrap(), "/x?search=a+b%26c&page=3");
        let empty = Pager::new("/x", &[], PageRequest::new(1, 10), 0);
        assert_eq!((empty.first, empty.last, empty.next, empty.previous), (0, 0, None, None));
    }
}
