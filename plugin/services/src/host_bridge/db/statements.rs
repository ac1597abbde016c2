//! Converts `findOne`, `findMany`, `insert`, `update` and `delete` to SQL, which is then scoped like any other statement of a script.

use iota_scripts_domain::{DeclaredTable, SqlValue};
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::values::Tagged;

/// A statement before it is scoped.
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) params: Vec<SqlValue>,
}

/// A table operation of a script.
pub(super) enum TableOp {
    FindOne { conditions: Conditions },
    FindMany { conditions: Conditions, options: SelectOptions },
    Insert { rows: Vec<Row> },
    Update { conditions: Conditions, row: Row },
    Delete { conditions: Conditions },
}

/// Columns with their values.
pub(super) type Row = Vec<(String, SqlValue)>;
/// Columns with their conditions, which are combined with AND.
pub(super) type Conditions = Vec<(String, Test)>;

/// A condition of a column.
#[derive(Debug, PartialEq)]
pub(super) struct Test {
    operator: Operator,
    values: Vec<SqlValue>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Is,
    IsNot,
    Compare(&'static str),
    In,
    NotIn,
    Between,
}

/// Limit, columns, and order.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SelectOptions {
    columns: Vec<String>,
    order_by: Vec<(String, Direction)>,
    limit: Option<u64>,
    offset: Option<u64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Asc,
    Desc,
}

const OPERATORS: &str = "eq, ne, lt, lte, gt, gte, like, in, notIn, between";

/// Arguments that are not a valid operation.
#[derive(Debug, thiserror::Error)]
pub(super) enum InvalidOperation {
    #[error("there is nothing to change: give at least one column")]
    NoChange,
    #[error("there is nothing to insert: give at least one column")]
    NoRow,
    #[error("all rows of one insert need the same columns")]
    UnequalRows,
    #[error("columns must be an object")]
    Columns(#[source] serde_json::Error),
    #[error("rows must be objects")]
    RowIsNoObject,
    #[error("a row must be an object")]
    Row,
    #[error("{0} takes an array")]
    NoArray(String),
    #[error("between takes an array of two values")]
    Between,
    #[error("there is no operator \"{0}\"; the operators are {OPERATORS}")]
    Operator(String),
    #[error("add conditions; to change every row of the table, use SQL with db.query")]
    NoConditions,
    /// Options or a value of the wrong form.
    #[error(transparent)]
    Value(#[from] serde_json::Error),
}

impl TableOp {
    /// Reads the arguments after the table's name.
    pub(super) fn read(operation: &str, rest: &[Box<RawValue>]) -> Result<Self, InvalidOperation> {
        let part = |index: usize| rest.get(index).map_or("null", |part| part.get());
        Ok(match operation {
            "findOne" => Self::FindOne { conditions: conditions(part(0))? },
            "findMany" => {
                let options: Option<SelectOptions> = serde_json::from_str(part(1))?;
                Self::FindMany { conditions: conditions(part(0))?, options: options.unwrap_or_default() }
            }
            "insert" => Self::Insert { rows: rows(part(0))? },
            "update" => Self::Update { conditions: some(conditions(part(0))?)?, row: row(members(part(1))?)? },
            _ => Self::Delete { conditions: some(conditions(part(0))?)? },
        })
    }

    /// Returns the statement. A table that is not declared is rejected when the statement is scoped.
    pub(super) fn statement(&self, table: &str, known: Option<&DeclaredTable>) -> Result<Statement, InvalidOperation> {
        let mut text = Text { sql: String::new(), params: Vec::new() };
        let table = quoted(known.map_or(table, |known| &known.name));
        match self {
            Self::FindOne { conditions } => {
                text.push(&format!("SELECT * FROM {table}"));
                text.conditions(conditions);
                text.push(" LIMIT 1");
            }
            Self::FindMany { conditions, options } => text.find_many(&table, conditions, options),
            Self::Insert { rows } => text.insert(&table, rows)?,
            Self::Update { conditions, row } => {
                if row.is_empty() {
                    return Err(InvalidOperation::NoChange);
                }
                text.push(&format!("UPDATE {table} SET "));
                for (index, (column, value)) in row.iter().enumerate() {
                    text.push(if index == 0 { "" } else { ", " });
                    text.push(&format!("{} = ", quoted(column)));
                    text.value(value.clone());
                }
                text.conditions(conditions);
            }
            Self::Delete { conditions } => {
                text.push(&format!("DELETE FROM {table}"));
                text.conditions(conditions);
            }
        }
        Ok(Statement { sql: text.sql, params: text.params })
    }
}

struct Text {
    sql: String,
    params: Vec<SqlValue>,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.sql.push_str(text);
    }

    fn value(&mut self, value: SqlValue) {
        self.params.push(value);
        let number = self.params.len();
        self.push(&format!("${number}"));
    }

    fn conditions(&mut self, conditions: &Conditions) {
        for (index, (column, Test { operator, values })) in conditions.iter().enumerate() {
            self.push(if index == 0 { " WHERE " } else { " AND " });
            self.push(&quoted(column));
            match operator {
                Operator::Is => self.push(" IS NULL"),
                Operator::IsNot => self.push(" IS NOT NULL"),
                Operator::Compare(symbol) => self.push(&format!(" {symbol} ")),
                Operator::In => self.push(" IN ("),
                Operator::NotIn => self.push(" NOT IN ("),
                Operator::Between => self.push(" BETWEEN "),
            }
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    self.push(if *operator == Operator::Between { " AND " } else { ", " });
                }
                self.value(value.clone());
            }
            if matches!(operator, Operator::In | Operator::NotIn) {
                self.push(")");
            }
        }
    }

    fn find_many(&mut self, table: &str, conditions: &Conditions, options: &SelectOptions) {
        let SelectOptions { columns, order_by, limit, offset } = options;
        let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
        let columns = if columns.is_empty() { "*".to_owned() } else { columns.join(", ") };
        self.push(&format!("SELECT {columns} FROM {table}"));
        self.conditions(conditions);
        for (index, (column, direction)) in order_by.iter().enumerate() {
            self.push(if index == 0 { " ORDER BY " } else { ", " });
            self.push(&quoted(column));
            self.push(match direction {
                Direction::Asc => "",
                Direction::Desc => " DESC",
            });
        }
        if let Some(limit) = limit {
            self.push(&format!(" LIMIT {limit}"));
        }
        if let Some(offset) = offset {
            self.push(&format!(" OFFSET {offset}"));
        }
    }

    fn insert(&mut self, table: &str, rows: &[Row]) -> Result<(), InvalidOperation> {
        let Some(first) = rows.first().filter(|row| !row.is_empty()) else {
            return Err(InvalidOperation::NoRow);
        };
        let names: Vec<String> = first.iter().map(|(column, _)| quoted(column)).collect();
        self.push(&format!("INSERT INTO {table} ({}) VALUES ", names.join(", ")));
        for (index, row) in rows.iter().enumerate() {
            let same = row.len() == first.len() && row.iter().all(|(name, _)| first.iter().any(|(own, _)| own == name));
            if !same {
                return Err(InvalidOperation::UnequalRows);
            }
            self.push(if index == 0 { "(" } else { ", (" });
            for (index, (name, _)) in first.iter().enumerate() {
                self.push(if index == 0 { "" } else { ", " });
                let value = row.iter().find(|(own, _)| own == name).map_or(SqlValue::Null, |(_, value)| value.clone());
                self.value(value);
            }
            self.push(")");
        }
        self.push(" RETURNING *");
        Ok(())
    }
}

/// Quotes a name, as the parser reads it in both dialects.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn members(json: &str) -> Result<Map<String, Value>, InvalidOperation> {
    serde_json::from_str(json).map_err(InvalidOperation::Columns)
}

fn tagged(value: Value) -> Result<SqlValue, InvalidOperation> {
    Ok(serde_json::from_value(value).map(|Tagged(value)| value)?)
}

fn row(members: Map<String, Value>) -> Result<Row, InvalidOperation> {
    members.into_iter().map(|(column, value)| Ok((column, tagged(value)?))).collect()
}

fn rows(json: &str) -> Result<Vec<Row>, InvalidOperation> {
    match serde_json::from_str(json) {
        Ok(Value::Array(rows)) => rows
            .into_iter()
            .map(|members| match members {
                Value::Object(members) => row(members),
                _ => Err(InvalidOperation::RowIsNoObject),
            })
            .collect(),
        Ok(Value::Object(members)) => Ok(vec![row(members)?]),
        Ok(_) | Err(_) => Err(InvalidOperation::Row),
    }
}

/// Reads `{"column": value}` or `{"column": {"operator": value}}`, with one or more operators per column.
fn conditions(json: &str) -> Result<Conditions, InvalidOperation> {
    let mut conditions = Vec::new();
    if json == "null" {
        return Ok(conditions);
    }
    for (column, asked) in members(json)? {
        match asked {
            Value::Object(operators) if !operators.keys().any(|key| key.starts_with('$')) => {
                for (operator, value) in operators {
                    conditions.push((column.clone(), test(&operator, value)?));
                }
            }
            value => conditions.push((column, test("eq", value)?)),
        }
    }
    Ok(conditions)
}

fn test(operator: &str, value: Value) -> Result<Test, InvalidOperation> {
    let many = |value: Value| match value {
        Value::Array(values) => values.into_iter().map(tagged).collect::<Result<Vec<_>, _>>(),
        _ => Err(InvalidOperation::NoArray(operator.to_owned())),
    };
    let compare = |symbol, value| Ok(Test { operator: Operator::Compare(symbol), values: vec![tagged(value)?] });
    match (operator, value) {
        ("eq", Value::Null) => Ok(Test { operator: Operator::Is, values: Vec::new() }),
        ("ne", Value::Null) => Ok(Test { operator: Operator::IsNot, values: Vec::new() }),
        ("eq", value) => compare("=", value),
        ("ne", value) => compare("<>", value),
        ("lt", value) => compare("<", value),
        ("lte", value) => compare("<=", value),
        ("gt", value) => compare(">", value),
        ("gte", value) => compare(">=", value),
        ("like", value) => compare("LIKE", value),
        ("in", value) => Ok(Test { operator: Operator::In, values: many(value)? }),
        ("notIn", value) => Ok(Test { operator: Operator::NotIn, values: many(value)? }),
        ("between", value) => {
            let values = many(value)?;
            if values.len() != 2 {
                return Err(InvalidOperation::Between);
            }
            Ok(Test { operator: Operator::Between, values })
        }
        (unknown, _) => Err(InvalidOperation::Operator(unknown.to_owned())),
    }
}

/// Rejects empty conditions: a write to every row must be written as SQL.
fn some(conditions: Conditions) -> Result<Conditions, InvalidOperation> {
    if conditions.is_empty() {
        return Err(InvalidOperation::NoConditions);
    }
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(operation: &str, rest: &[&str]) -> Result<Statement, InvalidOperation> {
        let rest: Vec<_> = rest.iter().map(|json| RawValue::from_string((*json).to_owned()).unwrap()).collect();
        TableOp::read(operation, &rest)?.statement("clients", None)
    }

    fn sql(operation: &str, rest: &[&str]) -> String {
        statement(operation, rest).map_or_else(|error| error.to_string(), |statement| statement.sql)
    }

    #[test]
    fn conditions_become_comparisons() {
        assert_eq!(sql("findOne", &[r#"{"id": 7}"#]), r#"SELECT * FROM "clients" WHERE "id" = $1 LIMIT 1"#);
        let conditions = r#"{"a": null, "b": {"ne": null, "gte": 1}, "c": {"in": [1, 2]}, "d": {"between": [1, 2]}, "e": {"like": "x%"}}"#;
        assert_eq!(
            sql("delete", &[conditions]),
            "DELETE FROM \"clients\" WHERE \"a\" IS NULL AND \"b\" IS NOT NULL AND \"b\" >= $1 AND \"c\" IN ($2, $3) \
             AND \"d\" BETWEEN $4 AND $5 AND \"e\" LIKE $6"
        );
        assert_eq!(sql("findMany", &[r#"{"c": {"notIn": []}}"#]), r#"SELECT * FROM "clients" WHERE "c" NOT IN ()"#);
    }

    #[test]
    fn options_become_order_limit_and_columns() {
        let options =
            r#"{"columns": ["id", "na\"me"], "orderBy": [["name", "desc"], ["id", "asc"]], "limit": 5, "offset": 10}"#;
        assert_eq!(
            sql("findMany", &["{}", options]),
            "SELECT \"id\", \"na\"\"me\" FROM \"clients\" ORDER BY \"name\" DESC, \"id\" LIMIT 5 OFFSET 10"
        );
    }

    #[test]
    fn rows_of_one_insert_have_the_same_columns() {
        assert_eq!(
            sql("insert", &[r#"[{"a": 1, "b": 2}, {"b": 3, "a": 4}]"#]),
            "INSERT INTO \"clients\" (\"a\", \"b\") VALUES ($1, $2), ($3, $4) RETURNING *"
        );
        assert!(sql("insert", &[r#"[{"a": 1}, {"b": 3}]"#]).contains("same columns"));
        assert!(sql("insert", &["{}"]).contains("nothing to insert"));
    }

    #[test]
    fn a_write_without_conditions_is_rejected() {
        for (operation, rest) in [("delete", &["{}"][..]), ("update", &["{}", r#"{"a": 1}"#]), ("delete", &["null"])] {
            assert!(sql(operation, rest).contains("add conditions"), "{operation}");
        }
        assert!(sql("findOne", &[r#"{"a": {"regexp": "x"}}"#]).contains("there is no operator"));
    }
}
