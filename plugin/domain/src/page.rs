//! One page of a longer list.

use serde::{Deserialize, Serialize};

/// Which page is wanted: 1-based, 1 to 200 items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    number: u32,
    size: u32,
}

impl PageRequest {
    /// The largest page.
    pub const MAX_SIZE: u32 = 200;
    /// The last page that can be asked for: a deeper one is found by narrowing the filter.
    pub const MAX_NUMBER: u32 = 1_000_000;

    /// A page by its number and size; figures out of range become the nearest allowed.
    ///
    /// ```
    /// use iota_scripts_domain::PageRequest;
    /// let page = PageRequest::new(3, 20);
    /// assert_eq!((page.offset(), page.size()), (40, 20));
    /// assert_eq!(PageRequest::new(0, 0), PageRequest::new(1, 1));
    /// ```
    #[must_use]
    pub fn new(number: u32, size: u32) -> Self {
        Self { number: number.clamp(1, Self::MAX_NUMBER), size: size.clamp(1, Self::MAX_SIZE) }
    }

    /// 1 for the first page.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Items on a full page.
    #[must_use]
    pub const fn size(self) -> u32 {
        self.size
    }

    /// Items before this page.
    #[must_use]
    pub fn offset(self) -> u64 {
        u64::from(self.number - 1) * u64::from(self.size)
    }
}

/// The first 50.
impl Default for PageRequest {
    fn default() -> Self {
        Self::new(1, 50)
    }
}

/// A page and how many items there are on all pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// In the order that was asked for.
    pub items: Vec<T>,
    /// On all pages together.
    pub total: u64,
}

impl<T> Page<T> {
    /// The same page of something else.
    #[must_use]
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(convert).collect(), total: self.total }
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
