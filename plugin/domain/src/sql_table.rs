//! The host's tables that scripts may touch, as the operator declares them, and the values that go in and out.
//!
//! What is not declared does not exist for a script. Nothing here reads SQL or talks to a database.

use serde::{Deserialize, Serialize};

use crate::TenantId;

/// The most characters of a name that both databases keep whole.
const NAME: usize = 63;
/// Names that begin like this are our own, inside of the statements that we write.
pub const RESERVED_PREFIX: &str = "iota_";

/// A table that is declared.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredTable {
    /// What scripts call it.
    pub name: String,
    /// What the database calls it, when that is another name.
    #[serde(default)]
    pub table: Option<String>,
    /// The schema that it lies in, when that is not the connection's usual one.
    #[serde(default)]
    pub schema: Option<String>,
    /// What says whose a row is.
    pub tenant: TenantColumn,
    /// What scripts see, in this order.
    pub columns: Vec<DeclaredColumn>,
    /// What scripts may do with it.
    #[serde(default)]
    pub access: TableAccess,
}

/// The column with the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantColumn {
    /// Its name. It is not shown to scripts unless it is declared among the columns.
    pub column: String,
    /// How the tenant's id stands in it.
    #[serde(default, rename = "as")]
    pub stored_as: TenantForm,
}

/// How a tenant's id is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantForm {
    /// As it is.
    #[default]
    Text,
    /// As a whole number.
    Integer,
    /// As PostgreSQL's `uuid`.
    Uuid,
}

/// A column that scripts see.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredColumn {
    /// Its name.
    pub name: String,
    /// What its values are to scripts.
    #[serde(rename = "type")]
    pub column_type: ColumnType,
}

/// What values of a column are to scripts.
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
    /// A string of digits, as exact as the database keeps it.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// A `Date`.
    Timestamp,
    /// A `Date` at the day's beginning in UTC.
    Date,
    /// Whatever the JSON says.
    Json,
    /// A `Uint8Array`.
    Bytes,
}

/// What scripts may do with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableAccess {
    /// Read only, whatever the script may.
    #[default]
    Read,
    /// Read, and write if the script may.
    ReadWrite,
}

/// A value of a statement, or of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlValue {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Digits, exactly.
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

/// What is wrong with the declared tables: which one, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct WrongDeclaration {
    /// The position of the table in the list.
    pub table: usize,
    /// What is wrong with it.
    pub reason: DeclarationProblem,
}

/// What is wrong with a declared table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeclarationProblem {
    /// A name of a table or column.
    #[error(
        "\"{0}\" cannot be used: a name has 1 to {NAME} bytes, no quotes, and does not begin with {RESERVED_PREFIX}"
    )]
    Name(String),
    /// Another table has the name.
    #[error("there are two tables named \"{0}\"")]
    TableTwice(String),
    /// There is no column.
    #[error("the table \"{0}\" declares no columns")]
    NoColumns(String),
    /// Two columns have one name.
    #[error("the table \"{table}\" declares the column \"{column}\" twice")]
    ColumnTwice {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
}

impl DeclaredTable {
    /// What the database calls it.
    #[must_use]
    pub fn stored_name(&self) -> &str {
        self.table.as_deref().unwrap_or(&self.name)
    }

    /// Checks all tables together.
    ///
    /// # Errors
    /// The first mistake.
    pub fn check(tables: &[Self]) -> Result<(), WrongDeclaration> {
        for (position, table) in tables.iter().enumerate() {
            let wrong = |reason| WrongDeclaration { table: position, reason };
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

impl TenantForm {
    /// The value that stands in the tenant column; none when the id cannot be one. An id has to be written as the value is, so that no two
    /// ids (`7` and `007`) have the same rows.
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
    /// The word of the configuration.
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

    /// All of them.
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
            tenant: TenantColumn { column: "tenant_id".to_owned(), stored_as: TenantForm::Text },
            columns: columns
                .iter()
                .map(|name| DeclaredColumn { name: (*name).to_owned(), column_type: ColumnType::Text })
                .collect(),
            access: TableAccess::Read,
        }
    }

    #[test]
    fn a_wrong_declaration_says_which_table() {
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
    fn a_tenant_that_cannot_stand_in_its_column_has_no_value() {
        let acme = TenantId::parse("acme").unwrap();
        assert_eq!(TenantForm::Text.value_of(&acme), Some(SqlValue::Text("acme".to_owned())));
        assert_eq!((TenantForm::Integer.value_of(&acme), TenantForm::Uuid.value_of(&acme)), (None, None));
        let seven = TenantId::parse("7").unwrap();
        assert_eq!(TenantForm::Integer.value_of(&seven), Some(SqlValue::Integer(7)));
        for alike in ["007", "+7", "7.0"].into_iter().filter_map(|id| TenantId::parse(id).ok()) {
            assert_eq!(TenantForm::Integer.value_of(&alike), None, "{alike:?} is not 7");
        }
        let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let uuid = |text: &str| TenantForm::Uuid.value_of(&TenantId::parse(text).unwrap());
        assert_eq!(uuid(id), Some(SqlValue::Text(id.to_owned())));
        assert_eq!(uuid(&id.replace('-', "")), None);
    }

    #[test]
    fn the_words_of_types_are_those_of_the_configuration() {
        for column_type in ColumnType::ALL {
            let read: ColumnType = serde_json::from_value(column_type.as_str().into()).unwrap();
            assert_eq!(read, column_type);
        }
    }
}
