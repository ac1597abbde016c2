//! Why a statement does not run. Each message is for the author and names the construct.

use thiserror::Error;

/// The refusal of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SqlRejection {
    /// It is no SQL of this dialect.
    #[error("the SQL cannot be read: {0}")]
    Unreadable(String),
    /// It is more than fits.
    #[error("the SQL is too large: {0}")]
    TooLarge(String),
    /// There is not exactly one statement.
    #[error("a call takes exactly one statement; there are {0}")]
    StatementCache(usize),
    /// A construct that is not on the list of what scripts may use.
    #[error("{0} cannot be used by scripts")]
    Construct(String),
    /// A table that is not declared.
    #[error("there is no table `{name}`; there are: {known}")]
    Table { name: String, known: String },
    /// A column that is not there.
    #[error("there is no column `{name}`{place}")]
    Column { name: String, place: String },
    /// A name that several columns have.
    #[error("the column `{0}` is ambiguous: write the table's name or alias before it")]
    Ambiguous(String),
    /// A name that two relations have.
    #[error("the name `{0}` is given twice in one FROM: use an alias")]
    DuplicateName(String),
    /// A function that is not on the list.
    #[error("the function `{0}` cannot be used by scripts")]
    Function(String),
    /// A type that is not on the list.
    #[error("the type `{0}` cannot be used by scripts")]
    Type(String),
    /// A write to a table that is only read.
    #[error("the table `{0}` is read-only for scripts")]
    ReadOnlyTable(String),
    /// A write that touches the tenant column.
    #[error("the column `{0}` says whose the row is: it is set by itself and cannot be given or changed")]
    TenantColumn(String),
    /// A tenant whose id cannot stand in the tenant column.
    #[error("the tenant's id is none that the column `{0}` can hold")]
    Tenant(String),
    /// Placeholders and values that do not go together.
    #[error("{0}")]
    Parameters(String),
}

/// Refuses a construct by its name.
pub(super) fn unsupported<T>(name: impl Into<String>) -> Result<T, SqlRejection> {
    Err(SqlRejection::Construct(name.into()))
}

/// Refuses a clause if it is there.
pub(super) fn unless(absent: bool, name: &str) -> Result<(), SqlRejection> {
    if absent { Ok(()) } else { unsupported(name) }
}
