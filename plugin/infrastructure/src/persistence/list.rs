//! What lists have in common: counting what a filter lets through, up to a limit, and finding one page by the key of the entry beside
//! it. Only the first pages are found by their number.

use iota_scripts_domain::{CursorKey, Direction, PagePlace, PageRequest, Total};
use sqlx::types::Uuid;
use sqlx::{Database, Encode, QueryBuilder, Type};

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

/// Appends to a filter what makes a page of it. One row more than the page has is asked for: it says that the list goes on.
pub(super) fn cut<DB: Database>(builder: &mut QueryBuilder<DB>, order: Order, page: &PageRequest)
where
    DB::Arguments: Default,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
    String: for<'q> Encode<'q, DB> + Type<DB>,
    Uuid: for<'q> Encode<'q, DB> + Type<DB>,
    SqlTime: for<'q> Encode<'q, DB> + Type<DB>,
{
    let direction = if page.is_backwards() { order.direction.reversed() } else { order.direction };
    if let PagePlace::After(cursor) | PagePlace::Before(cursor) = page.place() {
        let comparison = if direction == Direction::Asc { " > (" } else { " < (" };
        builder.push(" AND (").push(order.key);
        if let Some(id) = order.id {
            builder.push(", ").push(id);
        }
        builder.push(")").push(comparison);
        match cursor.key() {
            CursorKey::Time(time) => builder.push_bind(SqlTime(*time)),
            CursorKey::Text(text) => builder.push_bind(text.clone()),
            CursorKey::Number(number) => builder.push_bind(*number),
        };
        if order.id.is_some() {
            builder.push(", ").push_bind(cursor.id());
        }
        builder.push(")");
    }
    let way = if direction == Direction::Asc { "" } else { " DESC" };
    builder.push(" ORDER BY ").push(order.key).push(way);
    if let Some(id) = order.id {
        builder.push(", ").push(id).push(way);
    }
    builder.push(" LIMIT ").push_bind(i64::from(page.size()) + 1);
    if page.offset() > 0 {
        builder.push(" OFFSET ").push_bind(i64::try_from(page.offset()).unwrap_or(i64::MAX));
    }
}

/// What begins a count that [`capped`] ends.
pub(super) const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1";

/// Appends to a filter that begins with [`COUNT`] that counting stops when there are many.
pub(super) fn capped<DB: Database>(builder: &mut QueryBuilder<DB>) -> &mut QueryBuilder<DB> {
    capped_at(builder, Total::CAP + 1)
}

/// The same at another figure.
pub(super) fn capped_at<DB: Database>(builder: &mut QueryBuilder<DB>, most: u64) -> &mut QueryBuilder<DB> {
    // A literal: a plan that is made without the figure takes it for a large part of the table.
    builder.push(format!(" LIMIT {most}) AS counted"))
}

/// At which figures counting stops. There are few, since each makes a statement of its own.
const CAPS: [u64; 3] = [Total::CAP + 1, Total::CAP + 1_001, 2 * Total::CAP + 1];

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
