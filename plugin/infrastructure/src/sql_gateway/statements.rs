//! Caches parsed statements: scripts run the same SQL repeatedly with different values.

use std::sync::Arc;

use moka::sync::Cache;

use super::scope::{ParsedStatement, SqlRejection};
use crate::persistence::Dialect;

/// Maximum total bytes of cached SQL texts. A parsed statement takes about fifty times the size of its text.
const CACHE_BYTES: u64 = 256 << 10;
/// Maximum bytes of one cached text; a longer one is parsed each time.
const MAX_CACHED_BYTES: usize = 4 << 10;

/// Parsed statements by SQL text, shared by all tenants, with the number of values each was parsed for.
#[derive(Debug)]
pub(super) struct StatementCache(Cache<Arc<str>, (usize, ParsedStatement)>);

impl Default for StatementCache {
    fn default() -> Self {
        let bytes = |text: &Arc<str>, _: &(usize, ParsedStatement)| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(bytes).max_capacity(CACHE_BYTES).build())
    }
}

impl StatementCache {
    /// Returns the parsed statement for `params` values, parsing it if it is not cached.
    pub(super) fn read(&self, sql: &str, dialect: Dialect, params: usize) -> Result<ParsedStatement, SqlRejection> {
        match self.0.get(sql) {
            Some((known, statement)) if known == params => return Ok(statement),
            _ => {}
        }
        let read = ParsedStatement::of(sql, dialect, params)?;
        if sql.len() <= MAX_CACHED_BYTES {
            self.0.insert(sql.into(), (params, read.clone()));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cached_text_is_parsed_again_for_another_value_count() {
        let statements = StatementCache::default();
        let read = |params| statements.read("SELECT $1 AS a", Dialect::Sqlite, params).map(drop);
        assert!(read(1).is_ok() && read(1).is_ok());
        assert!(read(0).is_err() && read(2).is_err(), "the number of values is checked even if the text is cached");
        assert!(read(1).is_ok());
        assert!(statements.read("SELECT", Dialect::Sqlite, 0).is_err());
    }
}
