//! The host's tables for scripts: each statement is checked and rewritten before it runs.

use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_domain::{ColumnType, DeclaredTable, SqlValue, TenantId};

/// The tables that scripts may use. Adapter: a connection pool on the host's database.
#[async_trait]
pub trait SqlGateway: Send + Sync {
    /// Returns the declared tables.
    fn tables(&self) -> &[DeclaredTable];
    /// Returns whether writes are allowed at all.
    fn mode(&self) -> SqlMode;
    /// Checks a statement and restricts it to the tenant's rows.
    ///
    /// # Errors
    /// `Refused`, with the reason.
    fn scope(&self, tenant: &TenantId, sql: &str, params: &[SqlValue]) -> Result<ScopedSql, SqlError>;
    /// Checks a write and returns the statements that a dry run needs to show it.
    ///
    /// # Errors
    /// `Refused`, with the reason.
    fn preview(&self, tenant: &TenantId, sql: &str, params: &[SqlValue]) -> Result<PreviewSql, SqlError>;
    /// Runs a statement outside of a transaction.
    ///
    /// # Errors
    /// An error from the database, or an exceeded limit.
    async fn run(&self, tenant: &TenantId, statement: ScopedSql, bounds: SqlBounds) -> Result<SqlRows, SqlError>;
    /// Begins a transaction, which is rolled back when it is dropped.
    ///
    /// # Errors
    /// `Busy`, `Unavailable`.
    async fn begin(
        &self,
        tenant: &TenantId,
        effect: SqlEffect,
        patience: Duration,
    ) -> Result<Box<dyn SqlTransaction>, SqlError>;
}

/// A transaction on one connection.
#[async_trait]
pub trait SqlTransaction: Send {
    /// Runs a statement in the transaction.
    async fn run(&mut self, statement: ScopedSql, bounds: SqlBounds) -> Result<SqlRows, SqlError>;
    /// Sets a savepoint of this depth.
    async fn save(&mut self, depth: u32) -> Result<(), SqlError>;
    /// Releases the savepoint and keeps the changes made since.
    async fn keep(&mut self, depth: u32) -> Result<(), SqlError>;
    /// Rolls back to the savepoint and releases it.
    async fn undo(&mut self, depth: u32) -> Result<(), SqlError>;
    /// Commits the transaction.
    async fn commit(self: Box<Self>) -> Result<(), SqlError>;
    /// Rolls back the transaction.
    async fn rollback(self: Box<Self>) -> Result<(), SqlError>;
}

/// The operator's mode for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SqlMode {
    /// Scripts with the permission may write.
    #[default]
    ReadWrite,
    /// No script may write.
    ReadOnly,
}

/// The effect of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlEffect {
    /// Reads rows.
    Reads,
    /// Changes rows.
    Writes,
}

/// A checked statement, ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct ScopedSql {
    /// The SQL for the database.
    pub sql: String,
    /// The values of its parameters.
    pub values: Vec<SqlValue>,
    /// Whether it changes rows.
    pub effect: SqlEffect,
    /// The columns of the result; empty if it returns no rows.
    pub columns: Vec<SqlColumn>,
    /// The statements that show it in a dry run; `None` outside of one.
    pub preview: Option<Box<PreviewSql>>,
}

/// The statements that show a write in a dry run.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewSql {
    /// The script's own SQL.
    pub sql: String,
    /// Reads a few of the rows before they change; `None` if they cannot be determined in advance.
    pub before: Option<ScopedSql>,
    /// The write, returning the rows that it changed.
    pub write: ScopedSql,
    /// The write deletes these rows.
    pub removes: bool,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlColumn {
    /// Its name.
    pub name: String,
    /// The declared type of its values, if known.
    pub column_type: Option<ColumnType>,
}

/// The limits of one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlBounds {
    /// The rest of the run's time.
    pub time: Duration,
    /// Number of rows that may still be read.
    pub rows_read: u64,
    /// Number of rows that may still be written.
    pub rows_written: u64,
}

/// The result of a statement.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SqlRows {
    /// The rows, in the order of the statement's columns.
    pub rows: Vec<Vec<SqlValue>>,
    /// Number of changed rows.
    pub changed: u64,
}

/// Why a statement failed. The messages are for the author and name only declared tables and columns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqlError {
    /// It is not allowed, or not understood.
    #[error("{0}")]
    Refused(String),
    /// The database rejected it.
    #[error("{message}")]
    Failed {
        /// The reason in one sentence.
        message: String,
        /// The class of the failure.
        reason: SqlFailure,
    },
    /// It returns more rows than the limit.
    #[error("the statement returns more rows than the limit of {0}; add conditions, or LIMIT")]
    TooManyRows(u64),
    /// It returns more bytes than the limit.
    #[error("the rows exceed the limit of {0} bytes; select fewer rows or columns")]
    TooManyBytes(usize),
    /// It changes more rows than the limit.
    #[error("the statement would change more rows than the limit of {0}; it changed none")]
    TooManyChanges(u64),
    /// It exceeded its time limit in milliseconds.
    #[error("the statement exceeded its time limit of {0} ms")]
    TimedOut(u128),
    /// No connection became free.
    #[error("no connection for the tenant's scripts became free in time")]
    Busy,
    /// The database is not available.
    #[error("the database could not answer")]
    Unavailable(String),
}

/// Why the database rejected a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlFailure {
    /// Another row has the same key, or a check or reference does not hold.
    Constraint,
    /// A value has the wrong type or is out of range.
    Value,
    /// Anything else.
    Other,
}
