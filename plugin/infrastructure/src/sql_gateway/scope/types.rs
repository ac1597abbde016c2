//! The types that scripts can use in a cast. Type names are generated here; any other type is rejected.

use iota_scripts_domain::ColumnType;
use sqlparser::ast::{ArrayElemTypeDef, CharacterLength, DataType, ExactNumberInfo, TimezoneInfo};

use super::{expression::ExprType, rejection::SqlRejection, writer::Writer};
use crate::persistence::Dialect;

impl Writer<'_> {
    /// Writes a cast of the output of `work`.
    pub(super) fn cast(&mut self, data_type: &DataType, work: impl FnOnce(&mut Self) -> ExprType) -> ExprType {
        let (name, value_type) = named(data_type, self.dialect())?;
        if self.dialect() == Dialect::Postgres {
            self.may_fail();
        }
        self.write("CAST(");
        work(self)?;
        self.write(" AS ");
        self.write(&name);
        self.write(")");
        Ok(value_type)
    }
}

/// Returns the type's name in SQL, and the type of its values in scripts.
fn named(data_type: &DataType, dialect: Dialect) -> Result<(String, Option<ColumnType>), SqlRejection> {
    let refused = || SqlRejection::Type(data_type.to_string());
    let found = match dialect {
        Dialect::Sqlite => sqlite(data_type).map(|(name, value_type)| (name.to_owned(), value_type)),
        Dialect::Postgres => postgres(data_type),
    };
    found.ok_or_else(refused)
}

/// SQLite derives one of five affinities from parts of the name; these names select them.
fn sqlite(data_type: &DataType) -> Option<(&'static str, Option<ColumnType>)> {
    Some(match data_type {
        DataType::Text | DataType::Varchar(_) | DataType::Char(_) => ("TEXT", Some(ColumnType::Text)),
        DataType::Int(_) | DataType::Integer(_) | DataType::BigInt(_) => ("INTEGER", Some(ColumnType::Integer)),
        DataType::Real | DataType::Float(_) | DataType::Double(_) | DataType::DoublePrecision => {
            ("REAL", Some(ColumnType::Number))
        }
        DataType::Numeric(_) | DataType::Decimal(_) => ("NUMERIC", None),
        DataType::Blob(_) => ("BLOB", Some(ColumnType::Bytes)),
        _ => return None,
    })
}

fn postgres(data_type: &DataType) -> Option<(String, Option<ColumnType>)> {
    let plain = |name: &str, value_type| Some((name.to_owned(), Some(value_type)));
    match data_type {
        DataType::Text => plain("text", ColumnType::Text),
        DataType::Varchar(length) | DataType::CharacterVarying(length) => {
            Some((format!("varchar{}", length_of(length.as_ref())?), Some(ColumnType::Text)))
        }
        DataType::SmallInt(None) | DataType::Int2(None) => plain("int2", ColumnType::Integer),
        DataType::Int(None) | DataType::Integer(None) | DataType::Int4(None) => plain("int4", ColumnType::Integer),
        DataType::BigInt(None) | DataType::Int8(None) => plain("int8", ColumnType::Integer),
        DataType::Numeric(size) | DataType::Decimal(size) => {
            let size = match size {
                ExactNumberInfo::None => String::new(),
                ExactNumberInfo::Precision(precision) => format!("({precision})"),
                ExactNumberInfo::PrecisionAndScale(precision, scale) => format!("({precision}, {scale})"),
            };
            Some((format!("numeric{size}"), Some(ColumnType::Decimal)))
        }
        DataType::Real | DataType::Float4 => plain("float4", ColumnType::Number),
        DataType::DoublePrecision | DataType::Float8 => plain("float8", ColumnType::Number),
        DataType::Bool | DataType::Boolean => plain("bool", ColumnType::Boolean),
        DataType::Date => plain("date", ColumnType::Date),
        DataType::Timestamp(None, TimezoneInfo::WithTimeZone | TimezoneInfo::Tz) => {
            plain("timestamptz", ColumnType::Timestamp)
        }
        DataType::Timestamp(None, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => {
            plain("timestamp", ColumnType::Timestamp)
        }
        DataType::Time(None, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => Some(("time".to_owned(), None)),
        DataType::Interval { fields: None, precision: None } => Some(("interval".to_owned(), None)),
        DataType::Uuid => plain("uuid", ColumnType::Uuid),
        DataType::JSON => plain("json", ColumnType::Json),
        DataType::JSONB => plain("jsonb", ColumnType::Json),
        DataType::Bytea => plain("bytea", ColumnType::Bytes),
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, None)) => {
            let (name, _) = postgres(element)?;
            (!name.ends_with(']')).then(|| (format!("{name}[]"), None))
        }
        _ => None,
    }
}

fn length_of(length: Option<&CharacterLength>) -> Option<String> {
    match length {
        None => Some(String::new()),
        Some(CharacterLength::IntegerLength { length, unit: None }) => Some(format!("({length})")),
        Some(CharacterLength::IntegerLength { .. } | CharacterLength::Max) => None,
    }
}
