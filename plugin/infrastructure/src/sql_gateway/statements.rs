//! Statements that were read of late: scripts ask the same again and again, with other values.

use std::sync::Arc;

use moka::sync::Cache;

use super::scope::{ReadStatement, SqlRejection};
use crate::persistence::Dialect;

/// Bytes of the texts whose statements are kept; a statement takes some fifty times its text.
const KEPT: u64 = 256 << 10;
/// A longer text is read each time.
const LONGEST: usize = 4 << 10;

/// By their texts, whoever asked.
#[derive(Debug)]
pub(super) struct Statements(Cache<Arc<str>, (usize, ReadStatement)>);

impl Default for Statements {
    fn default() -> Self {
        let bytes = |text: &Arc<str>, _: &(usize, ReadStatement)| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(bytes).max_capacity(KEPT).build())
    }
}

impl Statements {
    /// Reads a statement that names so many values, unless it was read before.
    pub(super) fn read(&self, sql: &str, dialect: Dialect, params: usize) -> Result<ReadStatement, SqlRejection> {
        match self.0.get(sql) {
            Some((known, statement)) if known == params => return Ok(statement),
            _ => {}
        }
        let read = ReadStatement::of(sql, dialect, params)?;
        if sql.len() <= LONGEST {
            self.0.insert(sql.into(), (params, read.clone()));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_for_as_many_values_as_it_is_given() {
        let statements = Statements::default();
        let read = |params| statements.read("SELECT $1 AS a", Dialect::Sqlite, params).map(drop);
        assert!(read(1).is_ok() && read(1).is_ok());
        assert!(read(0).is_err() && read(2).is_err(), "each value has its place, though the text is known");
        assert!(read(1).is_ok());
        assert!(statements.read("SELECT", Dialect::Sqlite, 0).is_err());
    }
}
