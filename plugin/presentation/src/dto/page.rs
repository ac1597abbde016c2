//! Pages of lists.

use iota_scripts_domain::{Page, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Number of the page, from 1.
    pub(crate) page: Option<u32>,
    /// Entries on a page, 1 to 200; 50 when not given.
    pub(crate) per_page: Option<u32>,
}

impl PageQuery {
    pub(crate) fn request(self) -> PageRequest {
        let usual = PageRequest::default();
        PageRequest::new(self.page.unwrap_or(usual.number()), self.per_page.unwrap_or(usual.size()))
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageDocument<T> {
    /// The entries of this page.
    items: Vec<T>,
    /// Entries on all pages.
    total: u64,
    /// Number of this page, from 1.
    page: u32,
    /// Entries on a full page.
    per_page: u32,
}

impl<T> PageDocument<T> {
    pub(crate) fn new<U>(page: Page<U>, request: PageRequest, convert: impl FnMut(U) -> T) -> Self {
        let page = page.map(convert);
        Self { items: page.items, total: page.total, page: request.number(), per_page: request.size() }
    }
}
