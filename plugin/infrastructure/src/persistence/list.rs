//! Shared code of lists: counting the matching rows up to a limit, and finding a page by the key of an adjacent entry. Only the first pages
//! are found by their number.

use iota_scripts_domain::{
    Cursor, CursorKey, Direction, Page, PagePosition, PageRequest, RepositoryError, TenantId, Timestamp, Total,
};
use sqlx::QueryBuilder;

use super::columns::{Store, Stored};
use super::rows::SqlTime;

/// The sort order of a list: a column, and the id if the column is not unique.
#[derive(Debug, Clone, Copy)]
pub(super) struct SortOrder {
    pub(super) key: &'static str,
    pub(super) id: Option<&'static str>,
    pub(super) direction: Direction,
}

impl SortOrder {
    /// Newest first, by a column of timestamps.
    pub(super) const fn newest_by(key: &'static str) -> Self {
        Self { key, id: Some("id"), direction: Direction::Desc }
    }
}

/// Start of a count that [`Filters::capped_at`] ends.
pub(super) const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1";

/// Appends the filters and the page of a list to a statement.
pub(super) trait Filters {
    /// Appends SQL and then a parameter.
    fn with<'t>(&mut self, text: &str, value: impl Stored<'t>) -> &mut Self;

    /// Appends SQL, then a list of parameters and a closing parenthesis.
    fn with_each<'t>(&mut self, text: &str, values: impl IntoIterator<Item = impl Stored<'t>>) -> &mut Self;

    /// Appends the condition that a column of timestamps is in a range, including `from` and excluding `to`.
    fn push_range(&mut self, column: &str, from: Option<Timestamp>, to: Option<Timestamp>) -> &mut Self;

    /// Appends the order, cursor and limit of a page. The limit is one more than the page size, to detect whether the list continues.
    fn push_page(&mut self, order: SortOrder, page: &PageRequest) -> &mut Self;

    /// Appends a limit to a count that begins with [`COUNT`].
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

    fn push_range(&mut self, column: &str, from: Option<Timestamp>, to: Option<Timestamp>) -> &mut Self {
        for (comparison, moment) in [(" >= ", from), (" < ", to)] {
            if let Some(moment) = moment {
                self.push(" AND ").push(column).with(comparison, SqlTime(moment));
            }
        }
        self
    }

    fn push_page(&mut self, order: SortOrder, page: &PageRequest) -> &mut Self {
        let direction = if page.is_backwards() { order.direction.reversed() } else { order.direction };
        if let PagePosition::After(cursor) | PagePosition::Before(cursor) = page.place() {
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
        // The limit is a literal: a plan made without the value assumes a large part of the table.
        self.push(format_args!(" LIMIT {most}) AS counted"))
    }
}

/// Starts a statement on the rows of one tenant.
pub(super) fn of_tenant<DB: Store>(select: &str, table: &str, tenant: &TenantId) -> QueryBuilder<DB> {
    let mut builder = QueryBuilder::new(select);
    builder.push(" FROM ").push(table).with(" WHERE tenant_id = ", tenant.as_str());
    builder
}

/// Builds the page from the rows found. The total is counted only if it does not follow from the page itself.
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

/// Default limit of a count.
pub(super) const CAP: u64 = Total::CAP + 1;

/// The limits of counts. There are few, since each makes a separate statement.
const CAPS: [u64; 3] = [CAP, Total::CAP + 1_001, 2 * Total::CAP + 1];

/// Returns a limit for a count from which this number will be subtracted, or `None` if the number is too large.
pub(super) fn cap_above(taken_off: u64) -> Option<u64> {
    CAPS.into_iter().find(|cap| *cap > Total::CAP + taken_off)
}

/// Converts a count that used [`CAP`].
pub(super) fn total(counted: i64) -> Total {
    Total::of(count(counted))
}

/// Converts a count of SQL, which is never negative.
pub(super) fn count(total: i64) -> u64 {
    u64::try_from(total).unwrap_or(0)
}
