//! Converts database rows to script values.
//!
//! A column's declared type decides how a stored value is parsed. A value that does not fit the declared type is returned as stored.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use iota_scripts_domain::{ColumnType, SqlValue};
use iota_scripts_services::ports::{ScopedSql, SqlColumn, SqlEffect, SqlError, SqlRows};
use rusqlite::types::ValueRef;
use sqlx::postgres::PgRow;
use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

use super::Caps;

/// Maximum bytes of one statement's rows; they must fit into one message to a worker.
pub(super) const MAX_BYTES: usize = 4 << 20;

/// Collects rows and enforces the statement's limits.
pub(super) struct RowCollector {
    caps: Caps,
    effect: SqlEffect,
    bytes: usize,
    rows: SqlRows,
}

impl RowCollector {
    pub(super) fn new(statement: &ScopedSql, caps: Caps) -> Self {
        Self { caps, effect: statement.effect, bytes: 0, rows: SqlRows::default() }
    }

    pub(super) fn row(&mut self, row: Result<Vec<SqlValue>, SqlError>) -> Result<(), SqlError> {
        if self.rows.rows.len() as u64 >= self.caps.rows {
            return Err(SqlError::TooManyRows(self.caps.rows));
        }
        let row = row?;
        self.bytes += row.iter().map(size).sum::<usize>();
        if self.bytes > MAX_BYTES {
            return Err(SqlError::TooManyBytes(MAX_BYTES));
        }
        self.rows.rows.push(row);
        Ok(())
    }

    pub(super) const fn changed(&mut self, rows: u64) {
        if matches!(self.effect, SqlEffect::Writes) {
            self.rows.changed += rows;
        }
    }

    pub(super) fn finish(self) -> Result<SqlRows, SqlError> {
        if self.rows.changed > self.caps.changes {
            return Err(SqlError::TooManyChanges(self.caps.changes));
        }
        Ok(self.rows)
    }
}

fn size(value: &SqlValue) -> usize {
    const SMALL: usize = 8;
    match value {
        SqlValue::Decimal(text) | SqlValue::Text(text) | SqlValue::Json(text) => text.len() + SMALL,
        SqlValue::Bytes(bytes) => bytes.len() * 4 / 3 + SMALL,
        SqlValue::Null | SqlValue::Boolean(_) | SqlValue::Integer(_) | SqlValue::Number(_) | SqlValue::Timestamp(_) => {
            SMALL
        }
    }
}

pub(super) fn sqlite_row(row: &rusqlite::Row<'_>, columns: &[SqlColumn]) -> Result<Vec<SqlValue>, SqlError> {
    let width = row.as_ref().column_count();
    let mut values = Vec::with_capacity(width);
    for index in 0..width {
        let value = row.get_ref(index).map_err(|error| SqlError::Unavailable(error.to_string()))?;
        let declared = columns.get(index).and_then(|column| column.column_type);
        values.push(match value {
            ValueRef::Null => SqlValue::Null,
            ValueRef::Integer(number) => match declared {
                Some(ColumnType::Boolean) if matches!(number, 0 | 1) => SqlValue::Boolean(number == 1),
                Some(ColumnType::Decimal) => SqlValue::Decimal(number.to_string()),
                _ => SqlValue::Integer(number),
            },
            ValueRef::Real(number) => match declared {
                Some(ColumnType::Decimal) => SqlValue::Decimal(number.to_string()),
                _ => SqlValue::Number(number),
            },
            ValueRef::Blob(bytes) => SqlValue::Bytes(bytes.to_owned()),
            ValueRef::Text(bytes) => declared_text(&String::from_utf8_lossy(bytes), declared),
        });
    }
    Ok(values)
}

pub(super) fn postgres_row(row: &PgRow, columns: &[SqlColumn]) -> Result<Vec<SqlValue>, SqlError> {
    (0..row.len())
        .map(|index| {
            let value = row.try_get_raw(index).map_err(unreadable)?;
            if value.is_null() {
                return Ok(SqlValue::Null);
            }
            let text = value.as_str().map_err(undecodable)?;
            let declared = columns.get(index).and_then(|column| column.column_type);
            Ok(match value.type_info().name() {
                "BOOL" => SqlValue::Boolean(text == "t"),
                "INT2" | "INT4" | "INT8" | "OID" => {
                    text.parse().map_or_else(|_| SqlValue::Text(text.to_owned()), SqlValue::Integer)
                }
                "FLOAT4" | "FLOAT8" => text.parse().map_or_else(|_| SqlValue::Text(text.to_owned()), SqlValue::Number),
                "NUMERIC" => SqlValue::Decimal(text.to_owned()),
                "TIMESTAMPTZ" | "TIMESTAMP" => declared_text(text, Some(ColumnType::Timestamp)),
                "DATE" => declared_text(text, Some(ColumnType::Date)),
                "JSON" | "JSONB" => SqlValue::Json(text.to_owned()),
                "BYTEA" => match text.strip_prefix("\\x").map(hex::decode) {
                    Some(Ok(bytes)) => SqlValue::Bytes(bytes),
                    Some(Err(_)) | None => SqlValue::Text(text.to_owned()),
                },
                _ => declared_text(text, declared),
            })
        })
        .collect()
}

/// Parses a text by its declared type.
fn declared_text(text: &str, declared: Option<ColumnType>) -> SqlValue {
    let parsed = match declared {
        Some(ColumnType::Timestamp | ColumnType::Date) => parse_timestamp(text).map(SqlValue::Timestamp),
        Some(ColumnType::Json) => {
            let valid = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
            valid.then(|| SqlValue::Json(text.to_owned()))
        }
        Some(ColumnType::Decimal) => Some(SqlValue::Decimal(text.to_owned())),
        Some(
            ColumnType::Text
            | ColumnType::Uuid
            | ColumnType::Integer
            | ColumnType::Number
            | ColumnType::Boolean
            | ColumnType::Bytes,
        )
        | None => None,
    };
    parsed.unwrap_or_else(|| SqlValue::Text(text.to_owned()))
}

/// Parses a timestamp in the formats that databases and applications write; without an offset it is UTC. Returns Unix milliseconds.
fn parse_timestamp(text: &str) -> Option<i64> {
    const SHORTEST: usize = 10;
    if !text.is_ascii() || text.len() < SHORTEST || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if text.len() == SHORTEST {
        let date: NaiveDate = text.parse().ok()?;
        return Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis());
    }
    let text = text.replacen(' ', "T", 1);
    if let Ok(at) = DateTime::parse_from_rfc3339(&text) {
        return Some(at.timestamp_millis());
    }
    // PostgreSQL shortens whole-hour offsets.
    if let Ok(at) = DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f%#z") {
        return Some(at.timestamp_millis());
    }
    NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|at| at.and_utc().timestamp_millis())
}

#[expect(clippy::needless_pass_by_value, reason = "signature required by map_err")]
fn unreadable(error: sqlx::Error) -> SqlError {
    SqlError::Unavailable(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "signature required by map_err")]
fn undecodable(error: sqlx::error::BoxDynError) -> SqlError {
    SqlError::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_parsed_in_every_database_format() {
        let at = Some(1_709_296_496_500);
        for text in [
            "2024-03-01 12:34:56.5+00",
            "2024-03-01 17:34:56.5+05",
            "2024-03-01 12:34:56.5",
            "2024-03-01T12:34:56.500Z",
            "2024-03-01T17:34:56.500+05:00",
        ] {
            assert_eq!(parse_timestamp(text), at, "{text}");
        }
        assert_eq!(parse_timestamp("2024-03-01"), Some(1_709_251_200_000));
        for text in ["infinity", "", "2024", "0044-03-15 BC", "soon enough"] {
            assert_eq!(parse_timestamp(text), None, "{text}");
        }
    }

    #[test]
    fn a_value_of_another_type_is_returned_as_stored() {
        assert_eq!(declared_text("{\"a\":1}", Some(ColumnType::Json)), SqlValue::Json("{\"a\":1}".to_owned()));
        assert_eq!(declared_text("{", Some(ColumnType::Json)), SqlValue::Text("{".to_owned()));
        assert_eq!(declared_text("never", Some(ColumnType::Timestamp)), SqlValue::Text("never".to_owned()));
    }
}
