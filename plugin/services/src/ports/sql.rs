//! The host's tables for scripts: statements are checked and rewritten first, and run only then.

use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_domain::{ColumnType, DeclaredTable, SqlValue, TenantId};

/// The tables that scripts may touch. Adapter: a pool on the host's database.
#[async_trait]
pub trait SqlGateway: Send + Sync {
    /// What is declared.
    fn tables(&self) -> &[DeclaredTable];
    /// Whether anything may be written, whatever a script may.
    fn mode(&self) -> SqlMode;
    /// Checks a statement and holds it to the tenant's rows.
    ///
    /// # Errors
    /// `Refused`, with what is not allowed.
    fn scope(&self, tenant: &TenantId, sql: &str, params: &[SqlValue]) -> Result<ScopedSql, SqlError>;
    /// Checks a write and says how a dry run shows it.
    ///
    /// # Errors
    /// `Refused`, with what is not allowed.
    fn preview(&self, tenant: &TenantId, sql: &str, params: &[SqlValue]) -> Result<PreviewSql, SqlError>;
    /// Runs a statement by itself.
    ///
    /// # Errors
    /// What the database said, or a limit.
    async fn run(&self, tenant: &TenantId, statement: ScopedSql, bounds: SqlBounds) -> Result<SqlRows, SqlError>;
    /// Begins a transaction. Dropped, it is rolled back.
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
    /// Runs a statement in it.
    async fn run(&mut self, statement: ScopedSql, bounds: SqlBounds) -> Result<SqlRows, SqlError>;
    /// Sets a savepoint of this depth.
    async fn save(&mut self, depth: u32) -> Result<(), SqlError>;
    /// Forgets the savepoint, and keeps what was done since.
    async fn keep(&mut self, depth: u32) -> Result<(), SqlError>;
    /// Undoes what was done since the savepoint, and forgets it.
    async fn undo(&mut self, depth: u32) -> Result<(), SqlError>;
    /// Makes all of it lasting.
    async fn commit(self: Box<Self>) -> Result<(), SqlError>;
    /// Undoes all of it.
    async fn rollback(self: Box<Self>) -> Result<(), SqlError>;
}

/// What the operator lets scripts do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SqlMode {
    /// Scripts that may write do.
    #[default]
    ReadWrite,
    /// No script writes.
    ReadOnly,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlEffect {
    /// It reads.
    Reads,
    /// It changes rows.
    Writes,
}

/// A statement that may run.
#[derive(Debug, Clone, PartialEq)]
pub struct ScopedSql {
    /// The text for the database.
    pub sql: String,
    /// The values that the text names.
    pub values: Vec<SqlValue>,
    /// Whether it changes rows.
    pub effect: SqlEffect,
    /// The columns of the rows that come back; empty when none come.
    pub columns: Vec<SqlColumn>,
    /// How a dry run shows it, in a dry run.
    pub preview: Option<Box<PreviewSql>>,
}

/// How a dry run shows a write.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewSql {
    /// The script's own text.
    pub sql: String,
    /// Reads the rows that it is about to change, a few of them; none where they cannot be told beforehand.
    pub before: Option<ScopedSql>,
    /// The write, with the rows that it has changed as its result.
    pub write: ScopedSql,
    /// Those rows are gone then.
    pub removes: bool,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlColumn {
    /// Its name.
    pub name: String,
    /// What its values were declared to be, where that is known.
    pub column_type: Option<ColumnType>,
}

/// How much one statement may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlBounds {
    /// What is left of the run's time.
    pub time: Duration,
    /// Rows that may still be read.
    pub rows_read: u64,
    /// Rows that may still be written.
    pub rows_written: u64,
}

/// What came of a statement.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SqlRows {
    /// The rows, in the order of the statement's columns.
    pub rows: Vec<Vec<SqlValue>>,
    /// How many rows were changed.
    pub changed: u64,
}

/// Why a statement gave nothing. The messages are for the author and name nothing that is not declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqlError {
    /// It is not allowed, or not understood.
    #[error("{0}")]
    Refused(String),
    /// The database did not take it.
    #[error("{message}")]
    Failed {
        /// One sentence.
        message: String,
        /// The class of the failure.
        reason: SqlFailure,
    },
    /// It gives more rows than it may.
    #[error("the statement gives more than the {0} rows that it may; add conditions, or LIMIT")]
    TooManyRows(u64),
    /// It gives more bytes than it may.
    #[error("the rows have more than the {0} bytes that they may; ask for fewer rows or columns")]
    TooManyBytes(usize),
    /// It changes more rows than it may.
    #[error("the statement changes more than the {0} rows that it may, and changed none")]
    TooManyChanges(u64),
    /// It took too long.
    #[error("the statement took longer than the {0} ms that it may")]
    TimedOut(u128),
    /// No connection became free.
    #[error("no connection for the tenant's scripts became free in time")]
    Busy,
    /// The database could not be asked.
    #[error("the database could not answer")]
    Unavailable(String),
}

/// Why the database did not take a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlFailure {
    /// Another row has the same key, or a check or reference does not hold.
    Constraint,
    /// A value is none of its type, or out of range.
    Value,
    /// Anything else.
    Other,
}
