//! What a script may do with the host's tables. Which tables there are is the operator's to say.

use crate::{FieldError, FieldProblem};

/// What a script may do with the host's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DatabaseAccess {
    /// Read rows.
    #[default]
    Read,
    /// Read rows, and write those of tables that may be written.
    ReadWrite,
}

impl DatabaseAccess {
    /// Reads the word of a form or of JSON; an empty one is the usual.
    ///
    /// # Errors
    /// The mistake, for the field `database_access`.
    ///
    /// ```
    /// use iota_scripts_domain::DatabaseAccess;
    /// assert_eq!(DatabaseAccess::parse(""), Ok(DatabaseAccess::Read));
    /// assert_eq!(DatabaseAccess::parse("read_write"), Ok(DatabaseAccess::ReadWrite));
    /// assert!(DatabaseAccess::parse("all").is_err());
    /// ```
    pub fn parse(word: &str) -> Result<Self, FieldError> {
        match word.trim() {
            "" | "read" => Ok(Self::Read),
            "read_write" => Ok(Self::ReadWrite),
            _ => Err(FieldError::new("database_access", FieldProblem::Invalid, "either \"read\" or \"read_write\"")),
        }
    }

    /// The word of forms and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWrite => "read_write",
        }
    }
}
