//! Writes values as PostgreSQL literals, and parses the literals in the author's SQL.
//!
//! A string with a backslash is written as `E'…'`, which means the same whatever `standard_conforming_strings` is.

use iota_scripts_domain::SqlValue;
use sqlparser::ast::Value;

use super::rejection::{SqlRejection, unsupported};

/// Rejects strings that no database accepts.
pub(super) fn check(value: &SqlValue) -> Result<(), SqlRejection> {
    match value {
        SqlValue::Text(text) | SqlValue::Json(text) if text.contains('\0') => Err(SqlRejection::Parameters(
            "a string contains the character U+0000, which the database cannot store".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// Returns the approximate bytes of a value in a statement.
pub(super) fn size(value: &SqlValue) -> usize {
    const SMALL: usize = 8;
    SMALL
        + match value {
            SqlValue::Decimal(text) | SqlValue::Text(text) | SqlValue::Json(text) => text.len(),
            SqlValue::Bytes(bytes) => bytes.len() * 2,
            SqlValue::Null
            | SqlValue::Boolean(_)
            | SqlValue::Integer(_)
            | SqlValue::Number(_)
            | SqlValue::Timestamp(_) => 0,
        }
}

/// Returns the PostgreSQL literal of a value.
pub(super) fn postgres(value: &SqlValue) -> Result<String, SqlRejection> {
    check(value)?;
    Ok(match value {
        SqlValue::Null => "NULL".to_owned(),
        SqlValue::Boolean(true) => "TRUE".to_owned(),
        SqlValue::Boolean(false) => "FALSE".to_owned(),
        SqlValue::Integer(number) if *number < 0 => format!("({number})"),
        SqlValue::Integer(number) => number.to_string(),
        SqlValue::Number(number) if number.is_finite() => format!("({number:e})"),
        SqlValue::Number(number) => format!(
            "'{}'::float8",
            if number.is_nan() {
                "NaN"
            } else if *number > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            }
        ),
        SqlValue::Decimal(digits) => text(digits),
        SqlValue::Text(words) | SqlValue::Json(words) => text(words),
        SqlValue::Timestamp(at) => text(&instant(*at)?),
        SqlValue::Bytes(bytes) => text(&format!("\\x{}", hex::encode(bytes))) + "::bytea",
    })
}

/// Formats a timestamp so that both databases parse it.
pub(in crate::sql_gateway) fn instant(at_ms: i64) -> Result<String, SqlRejection> {
    let at = chrono::DateTime::from_timestamp_millis(at_ms)
        .ok_or_else(|| SqlRejection::Parameters("a date is out of range".to_owned()))?;
    Ok(at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}

/// Quotes a string as a literal that both databases parse alike.
pub(in crate::sql_gateway) fn text(words: &str) -> String {
    let escaped = words.replace('\'', "''");
    if words.contains('\\') { format!("E'{}'", escaped.replace('\\', "\\\\")) } else { format!("'{escaped}'") }
}

/// A parsed literal.
pub(super) enum Literal {
    /// A number, as written.
    Number(String),
    /// Any other value.
    Value(SqlValue),
    /// A parameter, numbered from 0.
    Parameter(usize),
}

/// Parses a literal.
pub(super) fn read(value: &Value) -> Result<Literal, SqlRejection> {
    Ok(match value {
        Value::Number(digits, false)
            if digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-')) =>
        {
            Literal::Number(digits.clone())
        }
        Value::SingleQuotedString(words) | Value::EscapedStringLiteral(words) => {
            Literal::Value(SqlValue::Text(words.clone()))
        }
        Value::DollarQuotedString(words) => Literal::Value(SqlValue::Text(words.value.clone())),
        Value::HexStringLiteral(digits) => match hex::decode(digits) {
            Ok(bytes) => Literal::Value(SqlValue::Bytes(bytes)),
            Err(_) => return unsupported("a literal X'…' that is not pairs of hexadecimal digits"),
        },
        Value::Boolean(value) => Literal::Value(SqlValue::Boolean(*value)),
        Value::Null => Literal::Value(SqlValue::Null),
        Value::Placeholder(name) => match name.trim_start_matches('$').parse::<usize>() {
            Ok(number) if number > 0 => Literal::Parameter(number - 1),
            _ => return unsupported(format!("the placeholder `{name}`")),
        },
        Value::Number(..)
        | Value::TripleSingleQuotedString(_)
        | Value::TripleDoubleQuotedString(_)
        | Value::UnicodeStringLiteral(_)
        | Value::SingleQuotedByteStringLiteral(_)
        | Value::DoubleQuotedByteStringLiteral(_)
        | Value::TripleSingleQuotedByteStringLiteral(_)
        | Value::TripleDoubleQuotedByteStringLiteral(_)
        | Value::SingleQuotedRawStringLiteral(_)
        | Value::DoubleQuotedRawStringLiteral(_)
        | Value::TripleSingleQuotedRawStringLiteral(_)
        | Value::TripleDoubleQuotedRawStringLiteral(_)
        | Value::NationalStringLiteral(_)
        | Value::QuoteDelimitedStringLiteral(_)
        | Value::NationalQuoteDelimitedStringLiteral(_)
        | Value::DoubleQuotedString(_) => return unsupported(format!("the literal `{value}`")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_cannot_end_its_literal() {
        assert_eq!(text("it's"), "'it''s'");
        assert_eq!(text("\\'; DROP TABLE x --"), "E'\\\\''; DROP TABLE x --'");
        assert!(postgres(&SqlValue::Text("a\0b".to_owned())).is_err());
    }

    #[test]
    fn a_negative_number_cannot_begin_a_comment() {
        assert_eq!(postgres(&SqlValue::Integer(-1)).unwrap(), "(-1)");
        assert_eq!(postgres(&SqlValue::Number(-0.5)).unwrap(), "(-5e-1)");
    }
}
