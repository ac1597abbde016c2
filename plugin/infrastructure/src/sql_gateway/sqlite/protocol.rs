//! What the library and the process of a SQLite file say to each other: serde messages, one frame each.
//!
//! The socket that the process starts with opens the files, and then brings lines: a byte each, with a socket. On a line asks and answers
//! take turns; whoever does not want an answer any more closes it. Both are of one build, so messages carry one number and no dialects.
//! What the database said of a failure comes along for the log of the host, for the process has none.

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

/// The number both ends must agree on; raised with any change of a message.
pub(super) const PROTOCOL: u32 = 5;

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Purpose {
    Read = b'r',
    Write = b'w',
}

/// What came of opening the files, which is the first message of each side.
pub(super) type Opening = Result<Opened, Unopened>;
/// What came of an ask.
pub(super) type Outcome = Result<Response, Failed>;

/// Which files.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Open {
    pub(super) protocol: u32,
    pub(super) path: PathBuf,
    /// Where reads outside of a transaction go.
    pub(super) copy: PathBuf,
    /// How long to wait for a lock.
    pub(super) patience: Duration,
}

/// The files are open.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Opened {
    /// What is missing of what the process closes around itself; a sentence each.
    pub(super) missing: Vec<String>,
    /// The file could only be opened for reading; it is opened anew until it can be written.
    pub(super) read_only: bool,
}

/// The key of the configuration, and why.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Unopened {
    pub(super) key: String,
    pub(super) message: String,
}

/// Something to do. One line has one transaction at a time.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Request {
    Read {
        statement: Statement,
        bounds: Bounds,
    },
    /// In a transaction of its own, from its begin to its end.
    Write {
        statement: Statement,
        bounds: Bounds,
    },
    Begin {
        writes: bool,
    },
    /// In the transaction that is open, as all that follow.
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

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Response {
    Done,
    Rows { rows: Vec<Vec<Value>>, changed: u64 },
}

/// What one statement is held to.
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
    /// What the columns were declared to be.
    columns: Vec<Option<ColumnType>>,
}

/// A message as a frame; none when it is longer than a frame may be.
pub(super) fn encode<T: Serialize>(message: &T) -> Option<Vec<u8>> {
    frame::encode(message).ok()
}

/// What came of an ask, as a frame. An answer that is too long for one says so: a text of control characters is six times as long in JSON.
pub(super) fn encode_response(answer: Result<Response, Failure>) -> Vec<u8> {
    let outcome: Outcome = answer.map_err(Failed::from);
    let too_long = || {
        let outcome: Outcome = Err(Failed::from(Failure::from(SqlError::TooManyBytes(MAX_BYTES))));
        encode(&outcome).unwrap_or_default()
    };
    encode(&outcome).unwrap_or_else(too_long)
}

/// Hands over the other end of a line.
pub(super) fn send_connection(control: impl AsFd, purpose: Purpose, connection: impl AsFd) -> io::Result<()> {
    handover::send(control, purpose as u8, connection)
}

/// The next line; none when the other side is gone.
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
    /// As it was, but for the names of its columns, which nobody asks for here; none when a value is none.
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
    /// The rows; none when there are none or a value is none.
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
    fn rows_and_statements_come_back_as_they_went() {
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
    fn an_answer_that_no_frame_takes_says_so() {
        let rows = SqlRows { rows: vec![vec![SqlValue::Text("\u{1}".repeat(MAX_BYTES))]], changed: 0 };
        let frame = encode_response(Ok(rows.into()));
        let outcome: Outcome = frame::decode(&frame[frame::HEADER..]).unwrap();
        assert_eq!(Failure::from(outcome.unwrap_err()).error, SqlError::TooManyBytes(MAX_BYTES));
    }

    #[test]
    fn a_line_comes_over_with_what_it_is_for() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        for purpose in [Purpose::Write, Purpose::Read] {
            let (_, connection) = UnixStream::pair().unwrap();
            send_connection(&ours, purpose, &connection).unwrap();
            assert_eq!(next_connection(&theirs).unwrap().unwrap().0, purpose);
        }
        drop(ours);
        assert!(next_connection(&theirs).unwrap().is_none(), "the end is no error");
    }
}
