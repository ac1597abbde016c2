//! What a repository can answer instead of what it was asked for; the same words for every store.

use crate::Version;

/// Why a repository did not do it. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepositoryError {
    /// This tenant has no such thing.
    #[error("not found")]
    NotFound,
    /// Another script of the tenant has the name.
    #[error("another script already has this name")]
    NameTaken,
    /// Another script of the tenant answers to this method and path.
    #[error("another script already handles this method and path")]
    EndpointTaken,
    /// The script changed since the version that the edit is based on.
    #[error("the script is now at version {current}")]
    Stale {
        /// The version it is at.
        current: Version,
    },
    /// Another script of the tenant was saved since the change was decided.
    #[error("another script was saved meanwhile")]
    Overtaken,
    /// The execution is past this step: it runs already, or is finished.
    #[error("the execution is past this step")]
    WrongState,
    /// Another node runs this attempt of the occurrence.
    #[error("another node already runs this attempt")]
    AttemptTaken,
    /// The execution is finished, by this caller or another.
    #[error("the run has already ended")]
    AlreadyFinished,
    /// The store did not answer, or refused; the text is for operators.
    #[error("the database did not answer: {0}")]
    Unavailable(String),
    /// A stored row breaks the rules of this crate.
    #[error("row {id} of {table} has an impossible {column}: {reason}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// The row.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
}
