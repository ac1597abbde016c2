//! A row of either database, read by column name.

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use super::DbError;
use crate::money::Money;

/// One row of a result.
#[derive(Debug)]
pub struct Row(Inner);

enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "SqliteRow",
            Self::Postgres(_) => "PgRow",
        })
    }
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self(Inner::Sqlite(row))
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self(Inner::Postgres(row))
    }
}

impl Row {
    /// A text column without nulls.
    pub fn text(&self, column: &str) -> Result<String, DbError> {
        match &self.0 {
            Inner::Sqlite(row) => row.try_get(column),
            Inner::Postgres(row) => row.try_get(column),
        }
        .map_err(|source| DbError::Column { column: column.to_owned(), source })
    }

    /// A nullable text column.
    pub fn optional_text(&self, column: &str) -> Result<Option<String>, DbError> {
        match &self.0 {
            Inner::Sqlite(row) => row.try_get(column),
            Inner::Postgres(row) => row.try_get(column),
        }
        .map_err(|source| DbError::Column { column: column.to_owned(), source })
    }

    /// An integer column without nulls.
    pub fn int(&self, column: &str) -> Result<i64, DbError> {
        match &self.0 {
            Inner::Sqlite(row) => row.try_get(column),
            Inner::Postgres(row) => row.try_get(column),
        }
        .map_err(|source| DbError::Column { column: column.to_owned(), source })
    }

    /// An amount of money.
    pub fn money(&self, column: &str) -> Result<Money, DbError> {
        self.int(column).map(Money::from_minor)
    }
}
