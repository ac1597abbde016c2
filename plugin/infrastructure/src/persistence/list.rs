//! What lists have in common: counting what a filter lets through, up to a limit, and finding one page by the key of the entry beside
//! it. Only the first pages are found by their number.

use iota_scripts_domain::{
    Cursor, CursorKey, Direction, Page, PagePlace, PageRequest, RepositoryError, TenantId, Timestamp, Total,
};
use sqlx::QueryBuilder;

use super::columns::{Store, Stored};
use super::rows::SqlTime;

/// What a list is sorted by: a column, and the id where that is not unique by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) key: &'static str,
    pub(super) id: Option<&'static str>,
    pub(super) direction: Direction,
}

impl Order {
    /// The newest first, by a column of moments.
    pub(super) const fn newest_by(key: &'static str) -> Self {
        Self { key, id: Some("id"), direction: Direction::Desc }
    }
}

/// What begins a count that [`Filters::capped_at`] ends.
pub(super) const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1";

/// The parts of a statement that a list is asked with.
pub(super) trait Filters {
    /// Appends a text and the value behind it.
    fn with<'t>(&mut self, text: &str, value: impl Stored<'t>) -> &mut Self;

    /// Appends a text and the values behind it, and what closes their list.
    fn with_each<'t>(&mut self, text: &str, values: impl IntoIterator<Item = impl Stored<'t>>) -> &mut Self;

    /// Appends that a column of moments is at or after one, and before the other.
    fn within(&mut self, column: &str, from: Option<Timestamp>, to: Option<Timestamp>) -> &mut Self;

    /// Appends what makes a page of a filter. One row more than the page has is asked for: it says that the list goes on.
    fn cut(&mut self, order: Order, page: &PageRequest) -> &mut Self;

    /// Appends to a filter that begins with [`COUNT`] that counting stops at a figure.
    fn capped_at(&mut self, most: u64) -> &mut Self;
}

impl<DB: Store> Filters for QueryBuilder<DB> {
    fn with<'t>(&mut self, text: &str, value: impl Stored<'t>) -> &mut Self {
        self.push(text);
        DB::push(self, value);
        self
    }

    fn with_each<'t>(&mut self, text: &str, values: impl IntoIterator<Item = impl Stored<'t>>) -> &mut Self {
        self.push(text);
        for (place, value) in values.into_iter().enumerate() {
            self.with(if place == 0 { "" } else { ", " }, value);
        }
        self.push(")")
    }

    fn within(&mut self, column: &str, from: Option<Timestamp>, to: Option<Timestamp>) -> &mut Self {
        for (comparison, moment) in [(" >= ", from), (" < ", to)] {
            if let Some(moment) = moment {
                self.push(" AND ").push(column).with(comparison, SqlTime(moment));
            }
        }
        self
    }

    fn cut(&mut self, order: Order, page: &PageRequest) -> &mut Self {
        let direction = if page.is_backwards() { order.direction.reversed() } else { order.direction };
        if let PagePlace::After(cursor) | PagePlace::Before(cursor) = page.place() {
            let comparison = if direction == Direction::Asc { " > (" } else { " < (" };
            self.push(" AND (").push(order.key);
            if let Some(id) = order.id {
                self.push(", ").push(id);
            }
            self.push(")");
            match cursor.key() {
                CursorKey::Time(time) => self.with(comparison, SqlTime(*time)),
                CursorKey::Text(text) => self.with(comparison, text.as_str()),
                CursorKey::Number(number) => self.with(comparison, *number),
            };
            if order.id.is_some() {
                self.with(", ", cursor.id());
            }
            self.push(")");
        }
        let way = if direction == Direction::Asc { "" } else { " DESC" };
        self.push(" ORDER BY ").push(order.key).push(way);
        if let Some(id) = order.id {
            self.push(", ").push(id).push(way);
        }
        self.with(" LIMIT ", i64::from(page.size()) + 1);
        if page.offset() > 0 {
            self.with(" OFFSET ", i64::try_from(page.offset()).unwrap_or(i64::MAX));
        }
        self
    }

    fn capped_at(&mut self, most: u64) -> &mut Self {
        // A literal: a plan that is made without the figure takes it for a large part of the table.
        self.push(format_args!(" LIMIT {most}) AS counted"))
    }
}

/// A statement on the rows of one tenant.
pub(super) fn of_tenant<DB: Store>(select: &str, table: &str, tenant: &TenantId) -> QueryBuilder<DB> {
    let mut builder = QueryBuilder::new(select);
    builder.push(" FROM ").push(table).with(" WHERE tenant_id = ", tenant.as_str());
    builder
}

/// The page of what was found. How many there are is counted only if the page itself does not tell.
pub(super) async fn page_of<T>(
    page: &PageRequest,
    found: Vec<T>,
    count: impl Future<Output = Result<Total, RepositoryError>>,
    cursor: impl Fn(&T) -> Cursor,
) -> Result<Page<T>, RepositoryError> {
    let total = match page.total_of(found.len()) {
        Some(total) => total,
        None => count.await?,
    };
    Ok(page.page(found, total, cursor))
}

/// Where counting stops unless something is taken off.
pub(super) const CAP: u64 = Total::CAP + 1;

/// At which figures counting stops. There are few, since each makes a statement of its own.
const CAPS: [u64; 3] = [CAP, Total::CAP + 1_001, 2 * Total::CAP + 1];

/// Where to stop when so many will be taken off; nowhere when these are too many themselves.
pub(super) fn cap_above(taken_off: u64) -> Option<u64> {
    CAPS.into_iter().find(|cap| *cap > Total::CAP + taken_off)
}

/// What was counted so.
pub(super) fn total(counted: i64) -> Total {
    Total::of(count(counted))
}

/// A count of SQL, which is never negative.
pub(super) fn count(total: i64) -> u64 {
    u64::try_from(total).unwrap_or(0)
}
