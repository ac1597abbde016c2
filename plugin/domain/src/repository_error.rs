//! The error type of all repositories.

use crate::Version;

/// An error of a repository. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepositoryError {
    /// The tenant has no such entry.
    #[error("not found")]
    NotFound,
    /// Another script of the tenant has this name.
    #[error("another script already has this name")]
    NameTaken,
    /// Another script of the tenant handles this method and path.
    #[error("another script already handles this method and path")]
    EndpointTaken,
    /// The script changed since the version that the edit is based on.
    #[error("the script is now at version {current}")]
    Stale {
        /// Its current version.
        current: Version,
    },
    /// Another script of the tenant was saved since the change was validated.
    #[error("another script was saved meanwhile")]
    Overtaken,
    /// The run or occurrence is not in the state that the operation requires.
    #[error("the execution is past this step")]
    InvalidState,
    /// Another node runs this attempt of the occurrence.
    #[error("another node already runs this attempt")]
    AttemptTaken,
    /// The run has already ended.
    #[error("the run has already ended")]
    AlreadyFinished,
    /// The store did not respond, or rejected the operation. The text is for operators.
    #[error("the database did not answer: {0}")]
    Unavailable(String),
    /// A stored row violates a rule of this crate.
    #[error("row {id} of {table} has an impossible {column}: {reason}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// The row.
        id: String,
        /// Why the value is invalid.
        reason: String,
    },
}
