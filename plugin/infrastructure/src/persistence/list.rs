//! What lists have in common: counting what a filter lets through, and cutting one page out of it.

use iota_scripts_domain::PageRequest;
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Appends `LIMIT` and `OFFSET`.
pub(super) fn cut<DB: Database>(builder: &mut QueryBuilder<DB>, page: PageRequest)
where
    i64: for<'q> Encode<'q, DB> + Type<DB>,
{
    builder.push(" LIMIT ").push_bind(i64::from(page.size()));
    builder.push(" OFFSET ").push_bind(offset(page));
}

/// The rows before a page.
pub(super) fn offset(page: PageRequest) -> i64 {
    i64::try_from(page.offset()).unwrap_or(i64::MAX)
}

/// A count of SQL, which is never negative.
pub(super) fn count(total: i64) -> u64 {
    u64::try_from(total).unwrap_or(0)
}
