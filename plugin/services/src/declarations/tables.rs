//! Declares the tables: the row type of each, and whether scripts may write it.

use iota_scripts_domain::{ColumnType, DeclaredTable, TableAccess};

use super::text::{comment, indentation, key};

/// Returns the interface of the tables; empty if there are none.
pub(super) fn of(tables: &[DeclaredTable]) -> String {
    if tables.is_empty() {
        return String::new();
    }
    let tables: String = tables.iter().map(table).collect();
    format!("\ndeclare namespace iota {{\n    interface Tables {{\n{tables}    }}\n}}\n")
}

fn table(table: &DeclaredTable) -> String {
    let (about, written) = match table.access {
        TableAccess::Read => ("Read-only.", false),
        TableAccess::ReadWrite => ("Read-write: scripts with the permission can write it.", true),
    };
    let columns: String = table
        .columns
        .iter()
        .map(|column| format!("{}{}: {} | null;\n", indentation(4), key(&column.name), type_of(column.column_type)))
        .collect();
    let (indent, about) = (indentation(2), comment(&[about.to_owned()], &[], 2));
    let row = format!("{{\n{columns}{}}}", indentation(3));
    let written = if written { format!(", Columns<{row}>") } else { String::new() };
    format!("{about}{indent}{}: Table<{row}{written}>;\n", key(&table.name))
}

/// The type that scripts receive. Integers beyond 2^53 arrive as BigInt, but are declared as numbers, which nearly all of them are.
fn type_of(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Text | ColumnType::Uuid | ColumnType::Decimal => "string",
        ColumnType::Integer | ColumnType::Number => "number",
        ColumnType::Boolean => "boolean",
        ColumnType::Timestamp | ColumnType::Date => "Date",
        ColumnType::Json => "any",
        ColumnType::Bytes => "Uint8Array",
    }
}
