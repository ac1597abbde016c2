//! The wire form of a failure.

use iota_scripts_services::ports::{SqlError, SqlFailure};
use serde::{Deserialize, Serialize};

use super::super::super::failure::Failure;

/// An error, with the database's own message.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::sql_gateway::sqlite) struct Failed {
    error: Error,
    said: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Error {
    Refused(String),
    Constraint(String),
    Value(String),
    Failed(String),
    TooManyRows(u64),
    TooManyBytes(usize),
    TooManyChanges(u64),
    TimedOut(u64),
    Busy,
    Unavailable(String),
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        let error = match failure.error {
            SqlError::Refused(message) => Error::Refused(message),
            SqlError::Failed { message, reason: SqlFailure::Constraint } => Error::Constraint(message),
            SqlError::Failed { message, reason: SqlFailure::Value } => Error::Value(message),
            SqlError::Failed { message, reason: SqlFailure::Other } => Error::Failed(message),
            SqlError::TooManyRows(most) => Error::TooManyRows(most),
            SqlError::TooManyBytes(most) => Error::TooManyBytes(most),
            SqlError::TooManyChanges(most) => Error::TooManyChanges(most),
            SqlError::TimedOut(ms) => Error::TimedOut(u64::try_from(ms).unwrap_or(u64::MAX)),
            SqlError::Busy => Error::Busy,
            SqlError::Unavailable(reason) => Error::Unavailable(reason),
        };
        Self { error, said: failure.detail }
    }
}

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        let because = |message, reason| SqlError::Failed { message, reason };
        let error = match failed.error {
            Error::Refused(message) => SqlError::Refused(message),
            Error::Constraint(message) => because(message, SqlFailure::Constraint),
            Error::Value(message) => because(message, SqlFailure::Value),
            Error::Failed(message) => because(message, SqlFailure::Other),
            Error::TooManyRows(most) => SqlError::TooManyRows(most),
            Error::TooManyBytes(most) => SqlError::TooManyBytes(most),
            Error::TooManyChanges(most) => SqlError::TooManyChanges(most),
            Error::TimedOut(ms) => SqlError::TimedOut(ms.into()),
            Error::Busy => SqlError::Busy,
            Error::Unavailable(reason) => SqlError::Unavailable(reason),
        };
        Self { error, detail: failed.said }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_survives_a_round_trip() {
        let failed = |reason| SqlError::Failed { message: "m".to_owned(), reason };
        for error in [
            SqlError::Refused("r".to_owned()),
            failed(SqlFailure::Constraint),
            failed(SqlFailure::Value),
            failed(SqlFailure::Other),
            SqlError::TooManyRows(1),
            SqlError::TooManyBytes(2),
            SqlError::TooManyChanges(3),
            SqlError::TimedOut(4),
            SqlError::Busy,
            SqlError::Unavailable("u".to_owned()),
        ] {
            let failure = Failure { error, detail: Some("detail".to_owned()) };
            let there = serde_json::to_vec(&Failed::from(failure.clone())).unwrap();
            assert_eq!(Failure::from(serde_json::from_slice::<Failed>(&there).unwrap()), failure);
        }
    }
}
