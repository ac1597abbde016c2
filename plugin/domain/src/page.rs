//! Pagination.
//!
//! A page is found by the key of the entry before or after it, so that the thousandth page costs as much as the first. Page numbers
//! reach only the beginning of a list, and counting stops at [`Total::CAP`], for the same reason.

mod cursor;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use cursor::{Cursor, CursorKey, CursorKind, InvalidCursor};

/// The requested page and its size, 1 to 200 items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    place: PagePosition,
    size: u32,
}

/// The position of a page in its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagePosition {
    /// Page number, from 1.
    Number(u32),
    /// The page after an entry.
    After(Cursor),
    /// The page before an entry.
    Before(Cursor),
}

impl PageRequest {
    /// Maximum page size.
    pub const MAX_SIZE: u32 = 200;
    /// Maximum number of items before a page that is requested by number. Later pages need a cursor.
    pub const MAX_OFFSET: u32 = 10_000;

    /// Creates a request by page number and size. Values out of range become the nearest allowed.
    ///
    /// ```
    /// use iota_scripts_domain::PageRequest;
    /// let page = PageRequest::new(3, 20);
    /// assert_eq!((page.offset(), page.size()), (40, 20));
    /// assert_eq!(PageRequest::new(0, 0), PageRequest::new(1, 1));
    /// assert_eq!(PageRequest::new(u32::MAX, 200).offset(), 10_000);
    /// ```
    #[must_use]
    pub fn new(number: u32, size: u32) -> Self {
        let size = size.clamp(1, Self::MAX_SIZE);
        Self { place: PagePosition::Number(number.clamp(1, Self::MAX_OFFSET / size + 1)), size }
    }

    /// Creates a request for the first page.
    #[must_use]
    pub fn first(size: u32) -> Self {
        Self::new(1, size)
    }

    /// Creates a request by position.
    #[must_use]
    pub fn at(place: PagePosition, size: u32) -> Self {
        match place {
            PagePosition::Number(number) => Self::new(number, size),
            place => Self { place, size: size.clamp(1, Self::MAX_SIZE) },
        }
    }

    /// Returns the position.
    #[must_use]
    pub const fn place(&self) -> &PagePosition {
        &self.place
    }

    /// Returns the page number; `None` if the page is requested by cursor.
    #[must_use]
    pub const fn number(&self) -> Option<u32> {
        match self.place {
            PagePosition::Number(number) => Some(number),
            PagePosition::After(_) | PagePosition::Before(_) => None,
        }
    }

    /// Returns the number of items on a full page.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.size
    }

    /// Returns the number of items to skip; 0 if the page is requested by cursor.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.number().map_or(0, |number| u64::from(number - 1) * u64::from(self.size))
    }

    /// Returns whether the store must read the list backwards to find the page.
    #[must_use]
    pub const fn is_backwards(&self) -> bool {
        matches!(self.place, PagePosition::Before(_))
    }

    /// Returns the total number of items if the page reveals it: if it is requested by number and is the last. `found` is the number of
    /// items that the store found when asked for one more than the page size.
    #[must_use]
    pub fn total_of(&self, found: usize) -> Option<Total> {
        let is_last = found <= self.size as usize && (found > 0 || self.offset() == 0);
        self.number().filter(|_| is_last).map(|_| Total::of(self.offset() + found as u64))
    }

    /// Builds the page from the items that the store found, in the order in which it read them. The store reads one item more than the page
    /// size; that item shows that the list continues.
    #[must_use]
    pub fn page<T>(&self, mut found: Vec<T>, total: Total, cursor: impl Fn(&T) -> Cursor) -> Page<T> {
        let size = self.size as usize;
        let more = found.len() > size;
        found.truncate(size);
        if self.is_backwards() {
            found.reverse();
        }
        let (first, last) = (found.first().map(&cursor), found.last().map(&cursor));
        let (previous, next) = match &self.place {
            PagePosition::Number(number) => (first.filter(|_| *number > 1), last.filter(|_| more)),
            // On an empty page past the end of the list, the requested entry leads back.
            PagePosition::After(named) => (Some(first.unwrap_or_else(|| named.clone())), last.filter(|_| more)),
            PagePosition::Before(named) => (first.filter(|_| more), Some(last.unwrap_or_else(|| named.clone()))),
        };
        Page { items: found, total: total.count, total_is_capped: total.is_capped, previous, next }
    }
}

/// The first page, of 50 items.
impl Default for PageRequest {
    fn default() -> Self {
        Self::first(50)
    }
}

/// The number of items in a list, counted up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// Number of items, at most [`Total::CAP`].
    pub count: u64,
    /// Whether there are more than `count`.
    pub is_capped: bool,
}

impl Total {
    /// Maximum count.
    pub const CAP: u64 = 10_000;

    /// Creates a total from the count of a store, which stops at `CAP + 1`.
    ///
    /// ```
    /// use iota_scripts_domain::Total;
    /// assert_eq!(Total::of(10_000), Total { count: 10_000, is_capped: false });
    /// assert_eq!(Total::of(10_001), Total { count: 10_000, is_capped: true });
    /// assert_eq!(Total::of(10_001).to_string(), "10000+");
    /// ```
    #[must_use]
    pub fn of(counted: u64) -> Self {
        Self { count: counted.min(Self::CAP), is_capped: counted > Self::CAP }
    }
}

/// Writes `10000+` if there are more.
impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, if self.is_capped { "+" } else { "" })
    }
}

/// A page of items, the total number of items, and cursors of the adjacent pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Items in the requested order.
    pub items: Vec<T>,
    /// Number of items on all pages, counted up to [`Total::CAP`].
    pub total: u64,
    /// Whether there are more than `total`.
    pub total_is_capped: bool,
    /// Cursor of the previous page; `None` on the first page.
    pub previous: Option<Cursor>,
    /// Cursor of the next page; `None` on the last page.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Creates a page that is the whole list.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self { total: items.len() as u64, items, total_is_capped: false, previous: None, next: None }
    }

    /// Converts the items.
    #[must_use]
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        let Self { items, total, total_is_capped, previous, next } = self;
        Page { items: items.into_iter().map(convert).collect(), total, total_is_capped, previous, next }
    }
}

/// The direction of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Ascending.
    #[default]
    Asc,
    /// Descending.
    Desc,
}

impl Direction {
    /// Returns the opposite direction.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Asc => Self::Desc,
            Self::Desc => Self::Asc,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(number: &i64) -> Cursor {
        Cursor::of_number(*number)
    }

    /// Reads a page from a store of the numbers 1 to 7 in ascending order.
    fn page(request: &PageRequest) -> Page<i64> {
        let size = request.size() as usize + 1;
        let number = |cursor: &Cursor| if let CursorKey::Number(number) = cursor.key() { *number } else { 0 };
        let found: Vec<i64> = match request.place() {
            PagePosition::Number(_) => (1..=7).skip(request.offset() as usize).take(size).collect(),
            PagePosition::After(after) => (1..=7).filter(|n| *n > number(after)).take(size).collect(),
            PagePosition::Before(before) => (1..=7).rev().filter(|n| *n < number(before)).take(size).collect(),
        };
        request.page(found, Total::of(7), cursor)
    }

    #[test]
    fn cursors_lead_through_the_list_and_back() {
        let mut seen = Vec::new();
        let mut at = page(&PageRequest::first(3));
        assert_eq!(at.previous, None);
        loop {
            seen.push(at.items.clone());
            let Some(next) = at.next.clone() else { break };
            at = page(&PageRequest::at(PagePosition::After(next), 3));
        }
        assert_eq!(seen, [vec![1, 2, 3], vec![4, 5, 6], vec![7]]);
        let mut back = Vec::new();
        while let Some(previous) = at.previous.clone() {
            at = page(&PageRequest::at(PagePosition::Before(previous), 3));
            back.push(at.items.clone());
        }
        assert_eq!(back, [vec![4, 5, 6], vec![1, 2, 3]]);
        assert_eq!(at.next, Some(cursor(&3)));
    }

    #[test]
    fn the_last_page_by_number_reveals_the_total() {
        for (number, found, total) in
            [(1, 4, None), (1, 3, Some(3)), (1, 0, Some(0)), (3, 1, Some(7)), (4, 0, None), (2, 4, None)]
        {
            let actual = PageRequest::new(number, 3).total_of(found);
            assert_eq!(actual, total.map(Total::of), "page {number} with {found}");
        }
        assert_eq!(PageRequest::at(PagePosition::After(cursor(&1)), 3).total_of(1), None);
    }

    #[test]
    fn a_page_beyond_the_end_leads_back() {
        let beyond = page(&PageRequest::at(PagePosition::After(cursor(&7)), 3));
        assert_eq!((beyond.items, beyond.next, beyond.previous), (vec![], None, Some(cursor(&7))));
        let numbered = page(&PageRequest::new(2, 3));
        assert_eq!((numbered.previous, numbered.next), (Some(cursor(&4)), Some(cursor(&6))));
    }
}
