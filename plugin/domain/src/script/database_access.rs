//! The access of a script to the host's tables. The operator declares the tables.

use crate::{FieldError, FieldProblem};

/// The access of a script to the host's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DatabaseAccess {
    /// Read rows.
    #[default]
    Read,
    /// Read rows, and write rows of tables declared as writable.
    ReadWrite,
}

impl DatabaseAccess {
    /// Parses the name in forms and JSON. An empty text is the default.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `database_access`.
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
            _ => Err(FieldError::new("database_access", FieldProblem::Invalid, "must be \"read\" or \"read_write\"")),
        }
    }

    /// Returns the name in forms and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWrite => "read_write",
        }
    }
}
