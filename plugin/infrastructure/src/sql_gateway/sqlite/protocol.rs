//! What the library and the process of a SQLite file say to each other: serde messages, one frame each.
//!
//! Both are of one build, so messages carry one number and no dialects. What the database said of a failure comes along for the log of
//! the host, for the process has none.

mod failed;
mod value;

use std::{path::PathBuf, time::Duration};

use iota_scripts_domain::{ColumnType, SqlValue};
use iota_scripts_runtime::protocol::frame;
use iota_scripts_services::ports::{ScopedSql, SqlColumn, SqlEffect, SqlError, SqlRows};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::super::{Caps, failure::Failure, rows::MAX_BYTES};

pub(super) use failed::Failed;
use value::Value;

/// The number both ends must agree on; raised with any change of a message.
pub(super) const PROTOCOL: u32 = 3;

/// Messages from the library.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ToProcess {
    /// The first message; answered with [`FromProcess::Opened`].
    Open(Open),
    /// Something to do, answered with an answer of this number.
    Ask { id: u64, ask: Ask },
    /// Nobody wants the answer any more: what is under way shall end. It is answered all the same.
    GiveUp { id: u64 },
    /// Nobody wants the transaction any more: it is rolled back. There may be none of that number.
    Forget { transaction: u64 },
}

/// Messages from the process.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FromProcess {
    /// The files are open, or one is not.
    Opened(Result<Opened, Unopened>),
    /// What came of an ask; each gets one, in any order.
    Answer { id: u64, answer: Result<Answer, Failed> },
}

/// Which files, and how many connections of each kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Open {
    pub(super) protocol: u32,
    pub(super) path: PathBuf,
    /// Where reads outside of a transaction go.
    pub(super) copy: PathBuf,
    pub(super) max_connections: u32,
    /// How long to wait for a connection, and how long for a lock.
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

/// Something to do. Transactions have numbers that the library chooses, each once.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ask {
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
        transaction: u64,
        writes: bool,
    },
    Run {
        transaction: u64,
        statement: Statement,
        bounds: Bounds,
    },
    Execute {
        transaction: u64,
        sql: String,
    },
    Commit {
        transaction: u64,
    },
    Rollback {
        transaction: u64,
    },
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
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

/// The answer as a frame. One that is too long for a frame says so: a text of control characters is six times as long in JSON.
pub(super) fn encode_answer(id: u64, answer: Result<Answer, Failure>) -> Vec<u8> {
    let answer = answer.map_err(Failed::from);
    let too_long = || {
        let answer = Err(Failed::from(Failure::from(SqlError::TooManyBytes(MAX_BYTES))));
        encode(&FromProcess::Answer { id, answer }).unwrap_or_default()
    };
    encode(&FromProcess::Answer { id, answer }).unwrap_or_else(too_long)
}

/// The next message; none when the other side has closed or speaks nonsense.
pub(super) async fn next<T: DeserializeOwned>(reader: &mut (impl AsyncRead + Unpin)) -> Option<T> {
    let mut header = [0; frame::HEADER];
    reader.read_exact(&mut header).await.ok()?;
    let mut payload = vec![0; frame::payload_len(header).ok()?];
    reader.read_exact(&mut payload).await.ok()?;
    frame::decode(&payload).ok()
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
            shown: None,
        })
    }
}

pub(super) const fn effect(writes: bool) -> SqlEffect {
    if writes { SqlEffect::Writes } else { SqlEffect::Reads }
}

impl From<SqlRows> for Answer {
    fn from(rows: SqlRows) -> Self {
        let values = |row: Vec<SqlValue>| row.into_iter().map(Value::from).collect();
        Self::Rows { rows: rows.rows.into_iter().map(values).collect(), changed: rows.changed }
    }
}

impl Answer {
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
        let frame = encode_answer(3, Ok(rows.clone().into()));
        let FromProcess::Answer { id: 3, answer: Ok(answer) } = frame::decode(&frame[frame::HEADER..]).unwrap() else {
            panic!("another message came back")
        };
        assert_eq!(answer.rows(), Some(rows));

        let column = SqlColumn { name: String::new(), column_type: Some(ColumnType::Decimal) };
        let columns = vec![column, SqlColumn { name: String::new(), column_type: None }];
        let scoped = ScopedSql { sql: "SELECT 1".to_owned(), values, effect: SqlEffect::Reads, columns, shown: None };
        let there = serde_json::to_vec(&Statement::from(&scoped)).unwrap();
        assert_eq!(serde_json::from_slice::<Statement>(&there).unwrap().scoped(), Some(scoped));
    }

    #[test]
    fn an_answer_that_no_frame_takes_says_so() {
        let rows = SqlRows { rows: vec![vec![SqlValue::Text("\u{1}".repeat(MAX_BYTES))]], changed: 0 };
        let frame = encode_answer(1, Ok(rows.into()));
        let FromProcess::Answer { answer: Err(failed), .. } = frame::decode(&frame[frame::HEADER..]).unwrap() else {
            panic!("another message came back")
        };
        assert_eq!(Failure::from(failed).error, SqlError::TooManyBytes(MAX_BYTES));
    }
}
