//! `console.table(rows, columns?)`: prints an array or object as a table, one row per item, one column per member.

use boa_engine::{Context, JsArgs, JsResult, JsValue};
use serde_json::Value;

use super::{print, write};
use crate::{convert, protocol::LogLevel};

/// Maximum width of a cell in characters.
const MAX_CELL_CHARS: usize = 60;
/// The heading of the column with the rows' names.
const INDEX: &str = "(index)";
/// The heading of the column with rows that have no members.
const VALUE: &str = "(value)";

/// Prints a table; a value that is not tabular is printed as with `console.log`.
pub(super) fn table(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let shown = convert::inspect(args.get_or_undefined(0), context);
    let rows: Vec<(String, Value)> = match &shown {
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item.clone())).collect(),
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), member.clone())).collect(),
        _ => return print(LogLevel::Log, args, context),
    };
    let wanted = match convert::inspect(args.get_or_undefined(1), context) {
        Value::Array(names) => Some(names.iter().map(text).collect()),
        _ => None,
    };
    write(LogLevel::Log, drawn(&rows, wanted), Some(shown), context)?;
    Ok(JsValue::undefined())
}

fn drawn(rows: &[(String, Value)], wanted: Option<Vec<String>>) -> String {
    let columns = wanted.unwrap_or_else(|| columns(rows));
    let has_values = rows.iter().any(|(_, row)| members(row).is_none());
    let mut lines = vec![heading(&columns, has_values)];
    for (name, row) in rows {
        let members = members(row);
        let cell = |column: &String| {
            let found = members.as_ref().and_then(|members| members.iter().find(|(name, _)| name == column));
            found.map_or_else(String::new, |(_, value)| text(value))
        };
        let mut line = vec![name.clone()];
        line.extend(columns.iter().map(cell));
        line.extend(has_values.then(|| if members.is_none() { text(row) } else { String::new() }));
        lines.push(line);
    }
    aligned(&lines)
}

fn heading(columns: &[String], has_values: bool) -> Vec<String> {
    let values = has_values.then(|| VALUE.to_owned());
    std::iter::once(INDEX.to_owned()).chain(columns.iter().cloned()).chain(values).collect()
}

/// Returns the names of all members, in order of first occurrence.
fn columns(rows: &[(String, Value)]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for (name, _) in rows.iter().filter_map(|(_, row)| members(row)).flatten() {
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    columns
}

/// Returns the members of a row; `None` if it has none.
fn members(row: &Value) -> Option<Vec<(String, &Value)>> {
    match row {
        Value::Object(members) => Some(members.iter().map(|(name, value)| (name.clone(), value)).collect()),
        Value::Array(items) => Some(items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect()),
        _ => None,
    }
}

fn text(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.replace(['\n', '\r'], " "),
        other => other.to_string(),
    };
    if text.chars().count() <= MAX_CELL_CHARS {
        text
    } else {
        text.chars().take(MAX_CELL_CHARS - 1).chain(['…']).collect()
    }
}

/// Aligns cells in columns, two spaces apart.
fn aligned(lines: &[Vec<String>]) -> String {
    let count = lines.first().map_or(0, Vec::len);
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..count).map(width).collect();
    let drawn = lines.iter().map(|line| {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    drawn.collect::<Vec<_>>().join("\n")
}
