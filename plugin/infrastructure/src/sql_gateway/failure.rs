//! What a database says, in words that name nothing but what is declared.
//!
//! A message of the database may hold the name of an undeclared table or a constraint: none is passed on. The whole of it goes to the log.

use std::time::Duration;

use iota_scripts_services::ports::{SqlError, SqlFailure};
use rusqlite::ffi;
use sqlx::error::ErrorKind;

/// An error, and what the database said of it, which is for the log alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) error: SqlError,
    pub(super) said: Option<String>,
}

/// What a database says of an error.
struct Said<'e> {
    kind: ErrorKind,
    code: &'e str,
    /// The class of SQLite's error, which is the lowest byte of its code; none for PostgreSQL's.
    class: Option<i32>,
    message: &'e str,
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Self {
        Self { error, said: None }
    }
}

impl Failure {
    /// Of a statement in PostgreSQL that was to take no longer than this.
    pub(super) fn of_postgres(error: &sqlx::Error, time: Duration) -> Self {
        match error {
            sqlx::Error::Database(cause) => {
                let code = cause.code().unwrap_or_default();
                Self::said(&Said { kind: cause.kind(), code: &code, class: None, message: cause.message() }, time)
            }
            sqlx::Error::PoolTimedOut => SqlError::Busy.into(),
            other => Self { error: SqlError::Unavailable(other.to_string()), said: Some(other.to_string()) },
        }
    }

    /// Of a statement in SQLite that was to take no longer than this.
    pub(super) fn of_sqlite(error: &rusqlite::Error, time: Duration) -> Self {
        let Some((code, message)) = sqlite_code(error) else {
            return Self { error: SqlError::Unavailable(error.to_string()), said: Some(error.to_string()) };
        };
        let kind = match code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => ErrorKind::UniqueViolation,
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ErrorKind::ForeignKeyViolation,
            ffi::SQLITE_CONSTRAINT_NOTNULL => ErrorKind::NotNullViolation,
            ffi::SQLITE_CONSTRAINT_CHECK => ErrorKind::CheckViolation,
            _ => ErrorKind::Other,
        };
        Self::said(&Said { kind, code: &code.to_string(), class: Some(code & 0xff), message }, time)
    }

    /// Of a statement that writes, on a connection that may: when it cannot, the file cannot be written.
    pub(super) fn of_sqlite_write(error: &rusqlite::Error, time: Duration) -> Self {
        let failure = Self::of_sqlite(error, time);
        match sqlite_code(error) {
            Some((code, _)) if code & 0xff == ffi::SQLITE_READONLY => {
                let said = failure.said.unwrap_or_default();
                Self { error: SqlError::Unavailable(said.clone()), said: Some(said) }
            }
            _ => failure,
        }
    }

    fn said(said: &Said<'_>, time: Duration) -> Self {
        Self { error: of_database(said, time), said: Some(format!("{} (code {})", said.message, said.code)) }
    }

    /// Tells the log, and gives what is left for a script.
    pub(super) fn told(self) -> SqlError {
        match (&self.error, &self.said) {
            (_, None) => {}
            (SqlError::Unavailable(_), Some(said)) => tracing::error!("the database of scripts: {said}"),
            (_, Some(said)) => tracing::debug!("a script's statement failed: {said}"),
        }
        self.error
    }
}

/// The error of a statement in PostgreSQL, which is told to the log.
pub(super) fn of_postgres(error: &sqlx::Error, time: Duration) -> SqlError {
    Failure::of_postgres(error, time).told()
}

/// SQLite's code of an error, and its words; none for an error that is not SQLite's.
fn sqlite_code(error: &rusqlite::Error) -> Option<(i32, &str)> {
    match error {
        rusqlite::Error::SqliteFailure(error, message) => {
            Some((error.extended_code, message.as_deref().unwrap_or_default()))
        }
        _ => None,
    }
}

fn of_database(said: &Said<'_>, time: Duration) -> SqlError {
    let failed = |message: &str, reason| SqlError::Failed { message: message.to_owned(), reason };
    match said.kind {
        ErrorKind::UniqueViolation => return failed("another row has the same key", SqlFailure::Constraint),
        ErrorKind::ForeignKeyViolation => {
            return failed("the row refers to one that is not there, or others refer to it", SqlFailure::Constraint);
        }
        ErrorKind::NotNullViolation => return failed("a column that needs a value got none", SqlFailure::Constraint),
        ErrorKind::CheckViolation => return failed("a check of the table does not hold", SqlFailure::Constraint),
        _ => {}
    }
    if is_out_of_order(said) {
        return SqlError::Unavailable(format!("{} (code {})", said.message, said.code));
    }
    match said.code {
        // PostgreSQL's statement timeout, SQLite's interrupt.
        "57014" | "9" => SqlError::TimedOut(time.as_millis()),
        // Lock timeout, deadlock, serialization; SQLite's busy and locked.
        "55P03" | "40P01" | "40001" | "5" | "6" | "261" | "517" => {
            failed("rows or tables that the statement needs are being written by another; try again", SqlFailure::Other)
        }
        "25006" | "8" => failed("the connection is read-only", SqlFailure::Other),
        "25P02" => {
            failed("an earlier statement of the transaction failed: it can only be rolled back", SqlFailure::Other)
        }
        "22012" => failed("a division by zero", SqlFailure::Value),
        "22003" => failed("a number is out of its type's range", SqlFailure::Value),
        "22P02" | "22007" | "22008" => failed("a value is none of its type", SqlFailure::Value),
        "21000" => failed("a subquery that stands for one value gives several rows", SqlFailure::Value),
        "42883" => failed("there is no such function or operator for these types; a cast may help", SqlFailure::Other),
        "42804" | "42846" => failed("the types do not go together; a cast may help", SqlFailure::Other),
        "42803" => failed("a column must be in GROUP BY or in an aggregate", SqlFailure::Other),
        "42702" => failed("a column is ambiguous", SqlFailure::Other),
        "42501" => failed("the database's role may not do this", SqlFailure::Other),
        code if code.starts_with("22") => failed("a value is not possible here", SqlFailure::Value),
        code if code.starts_with("23") => failed("a rule of the table does not hold", SqlFailure::Constraint),
        "18" => failed("a value is too large", SqlFailure::Value),
        "" => failed("the database does not take the statement", SqlFailure::Other),
        code => failed(&format!("the database does not take the statement (code {code})"), SqlFailure::Other),
    }
}

/// Whether the database could not do its work, whatever it was asked: another time it may.
fn is_out_of_order(said: &Said<'_>) -> bool {
    match said.class {
        // No memory, input and output, a damaged file, a full disk, no access to the file, no database in it.
        Some(class) => matches!(class, 7 | 10 | 11 | 13 | 14 | 26),
        // The connection, the server's resources, its files, its ending and starting; 57014 is a statement's timeout.
        None => matches!(said.code.get(..2), Some("08" | "53" | "58")) || said.code.starts_with("57P"),
    }
}
