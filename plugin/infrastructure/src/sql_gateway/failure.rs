//! Translates database errors into messages that name only declared tables and columns.
//!
//! A database's own message may contain the name of an undeclared table or a constraint, so it is only written to the log and never
//! returned to a script.

use std::time::Duration;

use iota_scripts_services::ports::{SqlError, SqlFailure};
use rusqlite::ffi;
use sqlx::error::ErrorKind;

/// The error returned to the script, and the database's own message, which goes to the log only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) error: SqlError,
    pub(super) detail: Option<String>,
}

/// An error as the database driver reports it.
struct DbError<'e> {
    kind: ErrorKind,
    code: &'e str,
    /// SQLite's primary result code (the lowest byte of its code); `None` for PostgreSQL.
    class: Option<i32>,
    message: &'e str,
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Self {
        Self { error, detail: None }
    }
}

impl Failure {
    /// Converts an error of a PostgreSQL statement with the time limit `time`.
    pub(super) fn of_postgres(error: &sqlx::Error, time: Duration) -> Self {
        match error {
            sqlx::Error::Database(cause) => {
                let code = cause.code().unwrap_or_default();
                Self::from_db_error(
                    &DbError { kind: cause.kind(), code: &code, class: None, message: cause.message() },
                    time,
                )
            }
            sqlx::Error::PoolTimedOut => SqlError::Busy.into(),
            other => Self { error: SqlError::Unavailable(other.to_string()), detail: Some(other.to_string()) },
        }
    }

    /// Converts an error of an SQLite statement with the time limit `time`.
    pub(super) fn of_sqlite(error: &rusqlite::Error, time: Duration) -> Self {
        let Some((code, message)) = sqlite_code(error) else {
            return Self { error: SqlError::Unavailable(error.to_string()), detail: Some(error.to_string()) };
        };
        let kind = match code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => ErrorKind::UniqueViolation,
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ErrorKind::ForeignKeyViolation,
            ffi::SQLITE_CONSTRAINT_NOTNULL => ErrorKind::NotNullViolation,
            ffi::SQLITE_CONSTRAINT_CHECK => ErrorKind::CheckViolation,
            _ => ErrorKind::Other,
        };
        Self::from_db_error(&DbError { kind, code: &code.to_string(), class: Some(code & 0xff), message }, time)
    }

    /// Converts an error of a writing statement on a read-write connection. "Read-only" here means that the file itself cannot be written.
    pub(super) fn of_sqlite_write(error: &rusqlite::Error, time: Duration) -> Self {
        let failure = Self::of_sqlite(error, time);
        match sqlite_code(error) {
            Some((code, _)) if code & 0xff == ffi::SQLITE_READONLY => {
                let detail = failure.detail.unwrap_or_default();
                Self { error: SqlError::Unavailable(detail.clone()), detail: Some(detail) }
            }
            _ => failure,
        }
    }

    fn from_db_error(db_error: &DbError<'_>, time: Duration) -> Self {
        let detail = format!("{} (code {})", db_error.message, db_error.code);
        Self { error: classify(db_error, time), detail: Some(detail) }
    }

    /// Logs the database's own message and returns the error for the script.
    pub(super) fn logged(self) -> SqlError {
        match (&self.error, &self.detail) {
            (_, None) => {}
            (SqlError::Unavailable(_), Some(detail)) => tracing::error!("the script database is unavailable: {detail}"),
            (_, Some(detail)) => tracing::debug!("a script's statement failed: {detail}"),
        }
        self.error
    }
}

/// Converts and logs an error of a PostgreSQL statement.
pub(super) fn of_postgres(error: &sqlx::Error, time: Duration) -> SqlError {
    Failure::of_postgres(error, time).logged()
}

/// Returns SQLite's extended result code and message, or `None` if the error does not come from SQLite.
fn sqlite_code(error: &rusqlite::Error) -> Option<(i32, &str)> {
    match error {
        rusqlite::Error::SqliteFailure(error, message) => {
            Some((error.extended_code, message.as_deref().unwrap_or_default()))
        }
        _ => None,
    }
}

fn classify(db_error: &DbError<'_>, time: Duration) -> SqlError {
    let failed = |message: &str, reason| SqlError::Failed { message: message.to_owned(), reason };
    match db_error.kind {
        ErrorKind::UniqueViolation => return failed("a row with the same key already exists", SqlFailure::Constraint),
        ErrorKind::ForeignKeyViolation => {
            return failed(
                "the row references a row that does not exist, or other rows still reference it",
                SqlFailure::Constraint,
            );
        }
        ErrorKind::NotNullViolation => return failed("a required column has no value", SqlFailure::Constraint),
        ErrorKind::CheckViolation => {
            return failed("the row violates a CHECK constraint of the table", SqlFailure::Constraint);
        }
        _ => {}
    }
    if is_unavailable(db_error) {
        return SqlError::Unavailable(format!("{} (code {})", db_error.message, db_error.code));
    }
    match db_error.code {
        // PostgreSQL's statement timeout; SQLite's interrupt.
        "57014" | "9" => SqlError::TimedOut(time.as_millis()),
        // Lock timeout, deadlock, serialization; SQLite's busy and locked.
        "55P03" | "40P01" | "40001" | "5" | "6" | "261" | "517" => {
            failed("the statement conflicts with another transaction; try again", SqlFailure::Other)
        }
        "25006" | "8" => failed("the connection is read-only", SqlFailure::Other),
        "25P02" => {
            failed("an earlier statement of the transaction failed; roll the transaction back", SqlFailure::Other)
        }
        "22012" => failed("division by zero", SqlFailure::Value),
        "22003" => failed("a number is out of range for its type", SqlFailure::Value),
        "22P02" | "22007" | "22008" => failed("a value is not valid for its type", SqlFailure::Value),
        "21000" => failed("a subquery used as a value returned more than one row", SqlFailure::Value),
        "42883" => failed("no function or operator accepts these types; add a cast", SqlFailure::Other),
        "42804" | "42846" => failed("the types do not match; add a cast", SqlFailure::Other),
        "42803" => failed("a column must be in GROUP BY or in an aggregate function", SqlFailure::Other),
        "42702" => failed("a column name is ambiguous", SqlFailure::Other),
        "42501" => failed("the database role lacks the permission", SqlFailure::Other),
        code if code.starts_with("22") => failed("a value is not valid here", SqlFailure::Value),
        code if code.starts_with("23") => failed("the row violates a constraint of the table", SqlFailure::Constraint),
        "18" => failed("a value is too large for the database", SqlFailure::Value),
        "" => failed("the database rejected the statement", SqlFailure::Other),
        code => failed(&format!("the database rejected the statement (code {code})"), SqlFailure::Other),
    }
}

/// Whether the database itself failed, regardless of the statement, so that a later try may succeed.
fn is_unavailable(db_error: &DbError<'_>) -> bool {
    match db_error.class {
        // Out of memory, I/O error, corrupt file, disk full, cannot open, not a database.
        Some(class) => matches!(class, 7 | 10 | 11 | 13 | 14 | 26),
        // Connection errors, insufficient resources, system errors, and shutdown or startup; 57014 is the statement timeout.
        None => matches!(db_error.code.get(..2), Some("08" | "53" | "58")) || db_error.code.starts_with("57P"),
    }
}
