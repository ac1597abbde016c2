//! One page of a longer list.
//!
//! A page is found by the key of the entry beside it, so that the thousandth costs what the first does; numbers reach only the
//! beginning of a list. Counting stops at [`Total::CAP`] for the same reason.

mod cursor;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use cursor::{Cursor, CursorKey, CursorKind, InvalidCursor};

/// Which page is wanted, and of how many items: 1 to 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    place: PagePlace,
    size: u32,
}

/// Where a page lies in its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagePlace {
    /// By its number, from 1.
    Number(u32),
    /// What follows an entry.
    After(Cursor),
    /// What comes before an entry.
    Before(Cursor),
}

impl PageRequest {
    /// The largest page.
    pub const MAX_SIZE: u32 = 200;
    /// The most items before a page that is asked for by its number: those that follow are reached by cursors.
    pub const MAX_OFFSET: u32 = 10_000;

    /// A page by its number and size; figures out of range become the nearest allowed.
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
        Self { place: PagePlace::Number(number.clamp(1, Self::MAX_OFFSET / size + 1)), size }
    }

    /// The first page.
    #[must_use]
    pub fn first(size: u32) -> Self {
        Self::new(1, size)
    }

    /// A page by its place.
    #[must_use]
    pub fn at(place: PagePlace, size: u32) -> Self {
        match place {
            PagePlace::Number(number) => Self::new(number, size),
            place => Self { place, size: size.clamp(1, Self::MAX_SIZE) },
        }
    }

    /// Where it lies.
    #[must_use]
    pub const fn place(&self) -> &PagePlace {
        &self.place
    }

    /// Its number, unless it was asked for by a cursor.
    #[must_use]
    pub const fn number(&self) -> Option<u32> {
        match self.place {
            PagePlace::Number(number) => Some(number),
            PagePlace::After(_) | PagePlace::Before(_) => None,
        }
    }

    /// Items on a full page.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.size
    }

    /// Items to skip; none where a cursor says where the page begins.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.number().map_or(0, |number| u64::from(number - 1) * u64::from(self.size))
    }

    /// Whether the list is read backwards to find the page.
    #[must_use]
    pub const fn is_backwards(&self) -> bool {
        matches!(self.place, PagePlace::Before(_))
    }

    /// How many there are in all, where what a store found for the page tells it: the last page by its number, with one item more asked for
    /// than it has.
    #[must_use]
    pub fn total_of(&self, found: usize) -> Option<Total> {
        let is_last = found <= self.size as usize && (found > 0 || self.offset() == 0);
        self.number().filter(|_| is_last).map(|_| Total::of(self.offset() + found as u64))
    }

    /// The page of what a store found, in the order of its reading: one item more than the page has says that the list goes on.
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
            PagePlace::Number(number) => (first.filter(|_| *number > 1), last.filter(|_| more)),
            // Beyond the end of the list the way back is the entry that was named.
            PagePlace::After(named) => (Some(first.unwrap_or_else(|| named.clone())), last.filter(|_| more)),
            PagePlace::Before(named) => (first.filter(|_| more), Some(last.unwrap_or_else(|| named.clone()))),
        };
        Page { items: found, total: total.count, total_is_capped: total.is_capped, previous, next }
    }
}

/// The first 50.
impl Default for PageRequest {
    fn default() -> Self {
        Self::first(50)
    }
}

/// How many there are, counted up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// At most [`Total::CAP`].
    pub count: u64,
    /// There are more.
    pub is_capped: bool,
}

impl Total {
    /// Where counting stops.
    pub const CAP: u64 = 10_000;

    /// What a store counted that stopped at one more than the limit.
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

/// `10000+` where there are more.
impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, if self.is_capped { "+" } else { "" })
    }
}

/// A page, how many items there are on all pages, and the way to its neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// In the order that was asked for.
    pub items: Vec<T>,
    /// On all pages together, counted up to [`Total::CAP`].
    pub total: u64,
    /// There are more than `total`.
    pub total_is_capped: bool,
    /// The page before this one is what comes before this entry; none on the first page.
    pub previous: Option<Cursor>,
    /// The page after this one is what follows this entry; none on the last page.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A list that is one page.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self { total: items.len() as u64, items, total_is_capped: false, previous: None, next: None }
    }

    /// The same page of something else.
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
    /// Smallest, oldest, A first.
    #[default]
    Asc,
    /// Largest, newest, Z first.
    Desc,
}

impl Direction {
    /// The other way.
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

    /// A store of the numbers 1 to 7, as a list that begins with the smallest.
    fn page(request: &PageRequest) -> Page<i64> {
        let size = request.size() as usize + 1;
        let number = |cursor: &Cursor| if let CursorKey::Number(number) = cursor.key() { *number } else { 0 };
        let found: Vec<i64> = match request.place() {
            PagePlace::Number(_) => (1..=7).skip(request.offset() as usize).take(size).collect(),
            PagePlace::After(after) => (1..=7).filter(|n| *n > number(after)).take(size).collect(),
            PagePlace::Before(before) => (1..=7).rev().filter(|n| *n < number(before)).take(size).collect(),
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
            at = page(&PageRequest::at(PagePlace::After(next), 3));
        }
        assert_eq!(seen, [vec![1, 2, 3], vec![4, 5, 6], vec![7]]);
        let mut back = Vec::new();
        while let Some(previous) = at.previous.clone() {
            at = page(&PageRequest::at(PagePlace::Before(previous), 3));
            back.push(at.items.clone());
        }
        assert_eq!(back, [vec![4, 5, 6], vec![1, 2, 3]]);
        assert_eq!(at.next, Some(cursor(&3)));
    }

    #[test]
    fn the_last_page_by_its_number_tells_how_many_there_are() {
        for (number, found, total) in
            [(1, 4, None), (1, 3, Some(3)), (1, 0, Some(0)), (3, 1, Some(7)), (4, 0, None), (2, 4, None)]
        {
            let told = PageRequest::new(number, 3).total_of(found);
            assert_eq!(told, total.map(Total::of), "page {number} with {found}");
        }
        assert_eq!(PageRequest::at(PagePlace::After(cursor(&1)), 3).total_of(1), None);
    }

    #[test]
    fn a_page_beyond_the_end_leads_back() {
        let beyond = page(&PageRequest::at(PagePlace::After(cursor(&7)), 3));
        assert_eq!((beyond.items, beyond.next, beyond.previous), (vec![], None, Some(cursor(&7))));
        let numbered = page(&PageRequest::new(2, 3));
        assert_eq!((numbered.previous, numbered.next), (Some(cursor(&4)), Some(cursor(&6))));
    }
}
