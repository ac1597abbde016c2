//! Messages between the library and the SQLite process, serialized with serde, one frame each.
//!
//! The process's control socket carries first the request to open the files, then new connections: one byte each, with a socket. On a
//! connection, requests and responses alternate; to cancel a request, the library closes the connection. Both programs come from one build,
//! so a single version number is enough. The database's own error messages are included for the application's log, because the process has
//! none.

mod failed;
mod value;

use std::{
    io,
    os::{fd::AsFd, unix::net::UnixStream},
    path::PathBuf,
    time::Duration,
};

use iota_scripts_domain::{ColumnType, SqlValue};
use iota_scripts_runtime::protocol::{frame, handover};
use iota_scripts_services::ports::{ScopedSql, SqlColumn, SqlEffect, SqlError, SqlRows};
use serde::{Deserialize, Serialize};

use super::super::{Caps, failure::Failure, rows::MAX_BYTES};

pub(super) use failed::Failed;
use value::Value;

/// Protocol version, which both programs must share; raised with any change of a message.
pub(super) const PROTOCOL: u32 = 5;

/// Purpose of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Purpose {
    Read = b'r',
    Write = b'w',
}

/// Result of opening the files; the first message from the process.
pub(super) type OpenResult = Result<Opened, OpenError>;
/// Result of a request.
pub(super) type Outcome = Result<Response, Failed>;

/// Request to open the files; the first message to the process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Open {
    pub(super) protocol: u32,
    pub(super) path: PathBuf,
    /// File for reads outside transactions.
    pub(super) copy: PathBuf,
    /// Maximum wait for a lock.
    pub(super) patience: Duration,
}

/// The files are open.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Opened {
    /// Sandbox layers that are not in force, one sentence each.
    pub(super) missing: Vec<String>,
    /// The file is not writable now; it is reopened until it is.
    pub(super) read_only: bool,
}

/// The files cannot be opened: the configuration key, and the reason.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OpenError {
    pub(super) key: String,
    pub(super) message: String,
}

/// A request. A connection has one transaction at a time.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Request {
    Read {
        statement: Statement,
        bounds: Bounds,
    },
    /// Runs the statement in its own transaction.
    Write {
        statement: Statement,
        bounds: Bounds,
    },
    Begin {
        writes: bool,
    },
    /// In the open transaction, like all that follow.
    Run {
        statement: Statement,
        bounds: Bounds,
    },
    Execute {
        sql: String,
    },
    Commit,
    Rollback,
}

/// Response to a request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Response {
    Done,
    Rows { rows: Vec<Vec<Value>>, changed: u64 },
}

/// Limits of one statement.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Bounds {
    time: Duration,
    rows: u64,
    changes: u64,
}

/// A scoped statement.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Statement {
    sql: String,
    values: Vec<Value>,
    writes: bool,
    /// Declared types of the result columns.
    columns: Vec<Option<ColumnType>>,
}

/// Encodes a message as a frame; `None` if it exceeds the frame size.
pub(super) fn encode<T: Serialize>(message: &T) -> Option<Vec<u8>> {
    frame::encode(message).ok()
}

/// Encodes a response as a frame. A response too long for one becomes an error: a text of control characters is six times as long in JSON.
pub(super) fn encode_response(answer: Result<Response, Failure>) -> Vec<u8> {
    let outcome: Outcome = answer.map_err(Failed::from);
    let too_long = || {
        let outcome: Outcome = Err(Failed::from(Failure::from(SqlError::TooManyBytes(MAX_BYTES))));
        encode(&outcome).unwrap_or_default()
    };
    encode(&outcome).unwrap_or_else(too_long)
}

/// Sends one end of a new connection to the process.
pub(super) fn send_connection(control: impl AsFd, purpose: Purpose, connection: impl AsFd) -> io::Result<()> {
    handover::send(control, purpose as u8, connection)
}

/// Receives the next connection; `None` once the control socket is closed.
pub(super) fn next_connection(control: impl AsFd) -> io::Result<Option<(Purpose, UnixStream)>> {
    let next = handover::next(control)?;
    Ok(next.map(|(byte, socket)| {
        let purpose = if byte == Purpose::Write as u8 { Purpose::Write } else { Purpose::Read };
        (purpose, UnixStream::from(socket))
    }))
}

impl From<Caps> for Bounds {
    fn from(caps: Caps) -> Self {
        Self { time: caps.time, rows: caps.rows, changes: caps.changes }
    }
}

impl From<Bounds> for Caps {
    fn from(bounds: Bounds) -> Self {
        Self { time: bounds.time, rows: bounds.rows, changes: bounds.changes }
    }
}

impl From<&ScopedSql> for Statement {
    fn from(statement: &ScopedSql) -> Self {
        Self {
            sql: statement.sql.clone(),
            values: statement.values.iter().cloned().map(Value::from).collect(),
            writes: statement.effect == SqlEffect::Writes,
            columns: statement.columns.iter().map(|column| column.column_type).collect(),
        }
    }
}

impl Statement {
    /// Converts back, without the column names, which are not needed here; `None` if a value is malformed.
    pub(super) fn scoped(self) -> Option<ScopedSql> {
        let columns = self.columns.into_iter().map(|column_type| SqlColumn { name: String::new(), column_type });
        Some(ScopedSql {
            sql: self.sql,
            values: self.values.into_iter().map(Value::read).collect::<Option<_>>()?,
            effect: effect(self.writes),
            columns: columns.collect(),
            preview: None,
        })
    }
}

pub(super) const fn effect(writes: bool) -> SqlEffect {
    if writes { SqlEffect::Writes } else { SqlEffect::Reads }
}

impl From<SqlRows> for Response {
    fn from(rows: SqlRows) -> Self {
        let values = |row: Vec<SqlValue>| row.into_iter().map(Value::from).collect();
        Self::Rows { rows: rows.rows.into_iter().map(values).collect(), changed: rows.changed }
    }
}

impl Response {
    /// Returns the rows; `None` for a response without rows or with a malformed value.
    pub(super) fn rows(self) -> Option<SqlRows> {
        let Self::Rows { rows, changed } = self else { return None };
        let values = |row: Vec<Value>| row.into_iter().map(Value::read).collect::<Option<Vec<_>>>();
        Some(SqlRows { rows: rows.into_iter().map(values).collect::<Option<_>>()?, changed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_statements_survive_a_round_trip() {
        let values = vec![
            SqlValue::Null,
            SqlValue::Boolean(true),
            SqlValue::Integer(i64::MIN),
            SqlValue::Number(f64::INFINITY),
            SqlValue::Number(-0.1),
            SqlValue::Decimal("0.10".to_owned()),
            SqlValue::Text("\0\u{1f600}".to_owned()),
            SqlValue::Timestamp(-1),
            SqlValue::Bytes(vec![0, 255]),
            SqlValue::Json("{\"a\":[1]}".to_owned()),
        ];
        let rows = SqlRows { rows: vec![values.clone(), Vec::new()], changed: 7 };
        let frame = encode_response(Ok(rows.clone().into()));
        let outcome: Outcome = frame::decode(&frame[frame::HEADER..]).unwrap();
        assert_eq!(outcome.unwrap().rows(), Some(rows));

        let column = SqlColumn { name: String::new(), column_type: Some(ColumnType::Decimal) };
        let columns = vec![column, SqlColumn { name: String::new(), column_type: None }];
        let scoped = ScopedSql { sql: "SELECT 1".to_owned(), values, effect: SqlEffect::Reads, columns, preview: None };
        let there = serde_json::to_vec(&Statement::from(&scoped)).unwrap();
        assert_eq!(serde_json::from_slice::<Statement>(&there).unwrap().scoped(), Some(scoped));
    }

    #[test]
    fn a_response_too_long_for_a_frame_becomes_an_error() {
        let rows = SqlRows { rows: vec![vec![SqlValue::Text("\u{1}".repeat(MAX_BYTES))]], changed: 0 };
        let frame = encode_response(Ok(rows.into()));
        let outcome: Outcome = frame::decode(&frame[frame::HEADER..]).unwrap();
        assert_eq!(Failure::from(outcome.unwrap_err()).error, SqlError::TooManyBytes(MAX_BYTES));
    }

    #[test]
    fn a_connection_is_received_with_its_purpose() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        for purpose in [Purpose::Write, Purpose::Read] {
            let (_, connection) = UnixStream::pair().unwrap();
            send_connection(&ours, purpose, &connection).unwrap();
            assert_eq!(next_connection(&theirs).unwrap().unwrap().0, purpose);
        }
        drop(ours);
        assert!(next_connection(&theirs).unwrap().is_none(), "a closed socket is not an error");
    }
}
