//! The host's tables that scripts can use, as the operator declares them, and the values of their columns.
//!
//! Scripts cannot see undeclared tables and columns. This module neither parses SQL nor connects to a database.

use serde::{Deserialize, Serialize};

use crate::TenantId;

/// Maximum length of a name in bytes: PostgreSQL truncates longer ones.
const NAME: usize = 63;
/// Prefix of the names that the plugin generates in its statements.
pub const RESERVED_PREFIX: &str = "iota_";

/// A declared table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredTable {
    /// Name in scripts.
    pub name: String,
    /// Name in the database, if different.
    #[serde(default)]
    pub table: Option<String>,
    /// Schema, if not the connection's default.
    #[serde(default)]
    pub schema: Option<String>,
    /// Column with the tenant of each row.
    pub tenant: TenantColumn,
    /// Columns that scripts can see, in this order.
    pub columns: Vec<DeclaredColumn>,
    /// Access of scripts; default read-only.
    #[serde(default)]
    pub access: TableAccess,
}

/// The column with the tenant of each row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantColumn {
    /// Name. Scripts can see the column only if it is also declared in `columns`.
    pub column: String,
    /// Format of the tenant's id; default text.
    #[serde(default, rename = "as")]
    pub stored_as: TenantIdFormat,
}

/// The format of a stored tenant id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantIdFormat {
    /// Text, unchanged.
    #[default]
    Text,
    /// Integer.
    Integer,
    /// PostgreSQL's `uuid`.
    Uuid,
}

/// A column that scripts can see.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredColumn {
    /// Name.
    pub name: String,
    /// Type of its values in scripts.
    #[serde(rename = "type")]
    pub column_type: ColumnType,
}

/// The type of a column's values in scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// A string.
    Text,
    /// A string that is a UUID.
    Uuid,
    /// A number; a BigInt beyond 2^53.
    Integer,
    /// A number.
    Number,
    /// A string with the exact decimal number.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// A `Date`.
    Timestamp,
    /// A `Date` at 00:00 UTC.
    Date,
    /// A JSON value.
    Json,
    /// A `Uint8Array`.
    Bytes,
}

/// The access of scripts to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableAccess {
    /// Read only, even if the script has write access.
    #[default]
    Read,
    /// Read, and write if the script has write access.
    ReadWrite,
}

/// A value of a statement's parameter or of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlValue {
    /// SQL `NULL`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// An exact decimal number.
    Decimal(String),
    /// Text.
    Text(String),
    /// Milliseconds since 1970, in UTC.
    Timestamp(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A JSON text.
    Json(String),
}

/// An invalid declaration of a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct InvalidDeclaration {
    /// Index of the table in the list.
    pub table: usize,
    /// Reason.
    pub reason: DeclarationProblem,
}

/// The reason why a declaration is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeclarationProblem {
    /// The name of a table, schema or column is invalid.
    #[error(
        "\"{0}\" cannot be used: a name has 1 to {NAME} bytes, no quotes, and does not begin with {RESERVED_PREFIX}"
    )]
    Name(String),
    /// Another table has the same name.
    #[error("two tables have the name \"{0}\"")]
    TableTwice(String),
    /// The table declares no columns.
    #[error("the table \"{0}\" declares no columns")]
    NoColumns(String),
    /// Two columns have the same name.
    #[error("the table \"{table}\" declares the column \"{column}\" twice")]
    ColumnTwice {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
}

impl DeclaredTable {
    /// Returns the name in the database.
    #[must_use]
    pub fn stored_name(&self) -> &str {
        self.table.as_deref().unwrap_or(&self.name)
    }

    /// Validates all tables.
    ///
    /// # Errors
    /// The first error.
    pub fn check(tables: &[Self]) -> Result<(), InvalidDeclaration> {
        for (position, table) in tables.iter().enumerate() {
            let wrong = |reason| InvalidDeclaration { table: position, reason };
            table.check_names().map_err(wrong)?;
            if tables[..position].iter().any(|other| other.name.eq_ignore_ascii_case(&table.name)) {
                return Err(wrong(DeclarationProblem::TableTwice(table.name.clone())));
            }
        }
        Ok(())
    }

    fn check_names(&self) -> Result<(), DeclarationProblem> {
        let names = [&self.name, &self.tenant.column].into_iter().chain(&self.table).chain(&self.schema);
        names.chain(self.columns.iter().map(|column| &column.name)).try_for_each(|name| check_name(name))?;
        if self.columns.is_empty() {
            return Err(DeclarationProblem::NoColumns(self.name.clone()));
        }
        for (position, column) in self.columns.iter().enumerate() {
            if self.columns[..position].iter().any(|other| other.name.eq_ignore_ascii_case(&column.name)) {
                let (table, column) = (self.name.clone(), column.name.clone());
                return Err(DeclarationProblem::ColumnTwice { table, column });
            }
        }
        Ok(())
    }
}

fn check_name(name: &str) -> Result<(), DeclarationProblem> {
    let fits =
        !name.is_empty() && name.len() <= NAME && !name.chars().any(|c| c.is_control() || matches!(c, '"' | '`'));
    if fits && !name.to_ascii_lowercase().starts_with(RESERVED_PREFIX) {
        return Ok(());
    }
    Err(DeclarationProblem::Name(name.to_owned()))
}

impl TenantIdFormat {
    /// Converts a tenant id to the value of the tenant column; `None` if the id has the wrong format. The id must be spelled as the value
    /// is (ignoring the case of a UUID), so that `7` and `007` do not share rows.
    #[must_use]
    pub fn value_of(self, tenant: &TenantId) -> Option<SqlValue> {
        match self {
            Self::Text => Some(SqlValue::Text(tenant.as_str().to_owned())),
            Self::Integer => {
                let number: i64 = tenant.as_str().parse().ok()?;
                (number.to_string() == tenant.as_str()).then_some(SqlValue::Integer(number))
            }
            Self::Uuid => {
                let id = uuid::Uuid::parse_str(tenant.as_str()).ok()?.to_string();
                id.eq_ignore_ascii_case(tenant.as_str()).then_some(SqlValue::Text(id))
            }
        }
    }
}

impl ColumnType {
    /// Returns the name in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Uuid => "uuid",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Timestamp => "timestamp",
            Self::Date => "date",
            Self::Json => "json",
            Self::Bytes => "bytes",
        }
    }

    /// All types.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Uuid,
        Self::Integer,
        Self::Number,
        Self::Decimal,
        Self::Boolean,
        Self::Timestamp,
        Self::Date,
        Self::Json,
        Self::Bytes,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, columns: &[&str]) -> DeclaredTable {
        DeclaredTable {
            name: name.to_owned(),
            table: None,
            schema: None,
            tenant: TenantColumn { column: "tenant_id".to_owned(), stored_as: TenantIdFormat::Text },
            columns: columns
                .iter()
                .map(|name| DeclaredColumn { name: (*name).to_owned(), column_type: ColumnType::Text })
                .collect(),
            access: TableAccess::Read,
        }
    }

    #[test]
    fn an_invalid_declaration_names_its_table() {
        let wrong = |tables: &[DeclaredTable]| DeclaredTable::check(tables).unwrap_err();
        assert_eq!(wrong(&[table("a", &["x"]), table("A", &["x"])]).table, 1);
        assert_eq!(wrong(&[table("a", &[])]).table, 0);
        assert!(wrong(&[table("a", &["x", "X"])]).to_string().contains("twice"));
        for name in ["", "iota_x", "a\"b", "a`b", "a\nb"] {
            assert!(DeclaredTable::check(&[table(name, &["x"])]).is_err(), "{name:?}");
        }
        assert_eq!(DeclaredTable::check(&[table("clients", &["id", "Имя"])]), Ok(()));
    }

    #[test]
    fn a_tenant_id_of_the_wrong_format_has_no_value() {
        let acme = TenantId::parse("acme").unwrap();
        assert_eq!(TenantIdFormat::Text.value_of(&acme), Some(SqlValue::Text("acme".to_owned())));
        assert_eq!((TenantIdFormat::Integer.value_of(&acme), TenantIdFormat::Uuid.value_of(&acme)), (None, None));
        let seven = TenantId::parse("7").unwrap();
        assert_eq!(TenantIdFormat::Integer.value_of(&seven), Some(SqlValue::Integer(7)));
        for alike in ["007", "+7", "7.0"].into_iter().filter_map(|id| TenantId::parse(id).ok()) {
            assert_eq!(TenantIdFormat::Integer.value_of(&alike), None, "{alike:?} is not 7");
        }
        let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let uuid = |text: &str| TenantIdFormat::Uuid.value_of(&TenantId::parse(text).unwrap());
        assert_eq!(uuid(id), Some(SqlValue::Text(id.to_owned())));
        assert_eq!(uuid(&id.replace('-', "")), None);
    }

    #[test]
    fn type_names_match_the_configuration() {
        for column_type in ColumnType::ALL {
            let read: ColumnType = serde_json::from_value(column_type.as_str().into()).unwrap();
            assert_eq!(read, column_type);
        }
    }
}
