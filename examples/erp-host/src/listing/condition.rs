//! One condition of a list: a field, an operator and a value of the field's type.
//!
//! `contains` ignores the case of ASCII letters on SQLite and of all letters on PostgreSQL.

use chrono_tz::Tz;
use serde_json::Value as Json;

use super::{Column, Kind, Source};
use crate::clock;
use crate::db::Value;
use crate::error::AppError;
use crate::fields::{Fields, kind};
use crate::money::Money;

/// The operators of a filter, with their SQL. `in` and `contains` are handled below.
const COMPARISONS: [(&str, &str); 6] =
    [("eq", "="), ("ne", "<>"), ("lt", "<"), ("lte", "<="), ("gt", ">"), ("gte", ">=")];

/// All operators of a filter.
pub const OPERATORS: [&str; 8] = ["eq", "ne", "lt", "lte", "gt", "gte", "in", "contains"];

/// A condition on one column.
#[derive(Debug)]
pub struct Condition {
    column: &'static Column,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Compare(&'static str, Value),
    AnyOf(Vec<Value>),
    Contains(String),
    Absent,
    Present,
}

impl Condition {
    /// Reads `{field, operator, value}`; `path` is its name in errors.
    pub fn parse(source: &Source, path: &str, filter: &Json, zone: Tz) -> Result<Self, AppError> {
        let mut fields = Fields::at(path, filter)?;
        let field = fields.text("field", 60)?;
        let operator = fields.text("operator", 20)?;
        let value = fields.get("value").unwrap_or(&Json::Null);
        fields.finish()?;
        Self::new(source, path, (&field, &operator), value, zone)
    }

    /// A condition from its parts; `path` is its name in errors.
    pub fn new(
        source: &Source,
        path: &str,
        (field, operator): (&str, &str),
        value: &Json,
        zone: Tz,
    ) -> Result<Self, AppError> {
        let column = source.column(field).ok_or_else(|| {
            let message = format!("cannot filter by {field:?}; expected one of {}", source.fields());
            AppError::field(format!("{path}.field"), message)
        })?;
        let read = |value: &Json| {
            parameter(column.kind, value, zone).ok_or_else(|| {
                let message = format!("{path}.value: {field} needs {}, not {}", needs(column.kind), kind(value));
                AppError::field(format!("{path}.value"), message)
            })
        };
        let test = match (operator, value) {
            ("eq", Json::Null) => Test::Absent,
            ("ne", Json::Null) => Test::Present,
            ("in", Json::Array(values)) if (1..=100).contains(&values.len()) => {
                Test::AnyOf(values.iter().map(read).collect::<Result<_, _>>()?)
            }
            ("in", _) => {
                let message = format!("{path}.value: in requires a list of 1 to 100 values");
                return Err(AppError::field(format!("{path}.value"), message));
            }
            ("contains", Json::String(text)) if column.kind == Kind::Text => Test::Contains(like_pattern(text)),
            ("contains", _) => {
                let message = format!("{path}: contains requires a text field and a string");
                return Err(AppError::field(format!("{path}.operator"), message));
            }
            _ => {
                let sql = COMPARISONS.iter().find(|(name, _)| *name == operator).ok_or_else(|| {
                    let message = format!("unknown operator {operator:?}; expected one of {}", OPERATORS.join(", "));
                    AppError::field(format!("{path}.operator"), message)
                })?;
                Test::Compare(sql.1, read(value)?)
            }
        };
        Ok(Self { column, test })
    }

    /// The SQL of the condition; its values are appended to the parameters.
    pub fn to_sql(&self, values: &mut Vec<Value>) -> String {
        let column = self.column.sql;
        match &self.test {
            Test::Compare(operator, value) => {
                values.push(value.clone());
                format!("{column} {operator} ${}", values.len())
            }
            Test::AnyOf(alternatives) => {
                let marks: Vec<String> = alternatives
                    .iter()
                    .map(|value| {
                        values.push(value.clone());
                        format!("${}", values.len())
                    })
                    .collect();
                format!("{column} IN ({})", marks.join(", "))
            }
            Test::Contains(pattern) => {
                values.push(pattern.into());
                format!("LOWER({column}) LIKE LOWER(${}) ESCAPE '\\'", values.len())
            }
            Test::Absent => format!("{column} IS NULL"),
            Test::Present => format!("{column} IS NOT NULL"),
        }
    }
}

/// A LIKE pattern that matches the literal text anywhere.
pub(super) fn like_pattern(text: &str) -> String {
    let escaped = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{escaped}%")
}

fn parameter(kind: Kind, value: &Json, zone: Tz) -> Option<Value> {
    Some(match kind {
        Kind::Text => value.as_str()?.into(),
        Kind::Int => match value {
            Json::String(digits) => digits.parse::<i64>().ok()?,
            other => other.as_i64()?,
        }
        .into(),
        Kind::Money => Money::parse(value)?.into(),
        Kind::Time => clock::to_text(clock::parse(value.as_str()?, zone)?).into(),
        Kind::Date => {
            let text = value.as_str()?;
            let date = clock::parse_date(text).or_else(|| Some(clock::local_date(clock::parse(text, zone)?, zone)))?;
            date.to_string().into()
        }
    })
}

const fn needs(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a text",
        Kind::Int => "a whole number",
        Kind::Money => "an amount",
        Kind::Time => "a time like 2026-01-31T09:00:00Z",
        Kind::Date => "a date like 2026-01-31",
    }
}
