//! Why a statement is rejected. The messages are for script authors and name the construct.

use thiserror::Error;

/// A rejected statement.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SqlRejection {
    /// The text is not valid SQL of this dialect.
    #[error("the SQL cannot be parsed: {0}")]
    Unreadable(String),
    /// The statement exceeds a size limit.
    #[error("the SQL is too large: {0}")]
    TooLarge(String),
    /// The text does not contain exactly one statement.
    #[error("expected exactly one statement, found {0}")]
    StatementCount(usize),
    /// A kind of statement that is not supported.
    #[error("{0} statements cannot be used by scripts; use SELECT, INSERT, UPDATE or DELETE")]
    StatementKind(String),
    /// A construct that is not supported.
    #[error("{0} cannot be used by scripts")]
    Construct(String),
    /// A table that is not declared.
    #[error("no table `{name}`; declared tables: {known}")]
    Table { name: String, known: String },
    /// A column that does not exist or is not declared.
    #[error("no column `{name}`{place}")]
    Column { name: String, place: String },
    /// A name shared by several columns.
    #[error("the column `{0}` is ambiguous: qualify it with the table name or alias")]
    Ambiguous(String),
    /// A name shared by two relations.
    #[error("the name `{0}` is used twice in one FROM: add an alias")]
    DuplicateName(String),
    /// A function that is not in the catalogue.
    #[error("the function `{0}` cannot be used by scripts")]
    Function(String),
    /// A type that is not supported.
    #[error("the type `{0}` cannot be used by scripts")]
    Type(String),
    /// A write to a read-only table.
    #[error("the table `{0}` is read-only for scripts")]
    ReadOnlyTable(String),
    /// A write to the tenant column.
    #[error("the column `{0}` holds the tenant: it is set automatically and cannot be written; leave it out")]
    TenantColumn(String),
    /// A tenant whose id is not valid for the tenant column.
    #[error("the tenant's id is not valid for the tenant column `{0}`")]
    Tenant(String),
    /// Placeholders that do not match the values.
    #[error("{0}")]
    Parameters(String),
}

/// Rejects a construct by its name.
pub(super) fn unsupported<T>(name: impl Into<String>) -> Result<T, SqlRejection> {
    Err(SqlRejection::Construct(name.into()))
}

/// Rejects a clause unless it is absent.
pub(super) fn unless(absent: bool, name: &str) -> Result<(), SqlRejection> {
    if absent { Ok(()) } else { unsupported(name) }
}
