//! The database: SQLite or PostgreSQL behind one small interface, so that both use the same SQL.
//!
//! Columns are text or 64-bit integers only, parameters are `$1`, `$2` …; columns of a row are read by name. This module does not know
//! the tables; `schema` does.

mod connect;
mod row;
pub mod schema;
mod value;

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, PgPool, Postgres, Sqlite, SqlitePool};

pub use connect::{ConnectError, without_password};
pub use row::Row;
pub use value::Value;

/// Why a statement failed.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("the database failed: {0}")]
    Failed(#[from] sqlx::Error),
    #[error("column {column} is missing or of another type: {source}")]
    Column { column: String, source: sqlx::Error },
}

impl DbError {
    /// Whether a row was rejected because another has the same key.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Failed(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// A pool of connections.
#[derive(Debug, Clone)]
pub enum Db {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A transaction; rolled back on drop unless it was committed.
#[derive(Debug)]
pub enum Tx {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Db {
    /// Starts a transaction. On SQLite it takes the write lock immediately, so that it cannot fail half way.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// All rows of a query. `sql` is built from constants of this crate; user input belongs in `values`.
    pub async fn fetch(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, DbError> {
        Ok(match self {
            Self::Sqlite(pool) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite_arguments(values)?);
                query.fetch_all(pool).await?.into_iter().map(Row::from).collect()
            }
            Self::Postgres(pool) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres_arguments(values)?);
                query.fetch_all(pool).await?.into_iter().map(Row::from).collect()
            }
        })
    }

    /// The first row of a query, if any.
    pub async fn first(&self, sql: &str, values: &[Value]) -> Result<Option<Row>, DbError> {
        Ok(self.fetch(sql, values).await?.into_iter().next())
    }

    /// Runs a statement and returns the number of affected rows.
    pub async fn execute(&self, sql: &str, values: &[Value]) -> Result<u64, DbError> {
        let mut tx = self.begin().await?;
        let touched = tx.execute(sql, values).await?;
        tx.commit().await?;
        Ok(touched)
    }

    /// Closes the pool once its connections are idle.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// All rows of a query.
    pub async fn fetch(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, DbError> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite_arguments(values)?);
                query.fetch_all(&mut **tx).await?.into_iter().map(Row::from).collect()
            }
            Self::Postgres(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres_arguments(values)?);
                query.fetch_all(&mut **tx).await?.into_iter().map(Row::from).collect()
            }
        })
    }

    /// The first row of a query, if any.
    pub async fn first(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>, DbError> {
        Ok(self.fetch(sql, values).await?.into_iter().next())
    }

    /// Runs a statement and returns the number of affected rows.
    pub async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, DbError> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite_arguments(values)?);
                query.execute(&mut **tx).await?.rows_affected()
            }
            Self::Postgres(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres_arguments(values)?);
                query.execute(&mut **tx).await?.rows_affected()
            }
        })
    }

    /// Runs several statements that take no parameters.
    pub async fn execute_script(&mut self, sql: &'static str) -> Result<(), DbError> {
        match self {
            Self::Sqlite(tx) => {
                sqlx::raw_sql(sql).execute(&mut **tx).await?;
            }
            Self::Postgres(tx) => {
                sqlx::raw_sql(sql).execute(&mut **tx).await?;
            }
        }
        Ok(())
    }

    /// Inserts one row; `columns` and `values` are in the same order.
    pub async fn insert(&mut self, table: &str, columns: &[&str], values: Vec<Value>) -> Result<(), DbError> {
        self.insert_all(table, columns, vec![values]).await
    }

    /// Inserts many rows, a few hundred in each statement.
    pub async fn insert_all(&mut self, table: &str, columns: &[&str], rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        for chunk in rows.chunks(200) {
            let mut number = 0;
            let tuples: Vec<String> = chunk
                .iter()
                .map(|row| {
                    let marks: Vec<String> = row
                        .iter()
                        .map(|_| {
                            number += 1;
                            format!("${number}")
                        })
                        .collect();
                    format!("({})", marks.join(", "))
                })
                .collect();
            let sql = format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), tuples.join(", "));
            self.execute(&sql, &chunk.concat()).await?;
        }
        Ok(())
    }

    /// Commits the transaction.
    pub async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Rolls the transaction back.
    pub async fn rollback(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

fn sqlite_arguments(values: &[Value]) -> Result<SqliteArguments, DbError> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::Text(text) => arguments.add(text.clone()),
            Value::Int(number) => arguments.add(*number),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn postgres_arguments(values: &[Value]) -> Result<PgArguments, DbError> {
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Text(text) => arguments.add(text.clone()),
            Value::Int(number) => arguments.add(*number),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}
