//! Declares columns once: [`columns!`] declares their names, Rust types and written values, and the SQL of statements is built from these
//! declarations.
//!
//! The SQL is built on first use and cached in a `LazyLock`.

use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use sqlx::query::{Query, QueryScalar};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, Database, Encode, FromRow, IntoArguments, Postgres, QueryBuilder, Sqlite, Type};

/// A value that both databases can store.
pub(super) trait Stored<'t>: Encode<'t, Sqlite> + Type<Sqlite> + Encode<'t, Postgres> + Type<Postgres> {}

impl<'t, T> Stored<'t> for T where T: Encode<'t, Sqlite> + Type<Sqlite> + Encode<'t, Postgres> + Type<Postgres> {}

/// The parameters of a statement, in the order of their numbers.
pub(super) trait Parameters: Arguments {
    /// Adds the next parameter.
    fn put<'t>(&mut self, value: impl Stored<'t>) -> Result<(), BoxDynError>;
}

impl Parameters for SqliteArguments {
    fn put<'t>(&mut self, value: impl Stored<'t>) -> Result<(), BoxDynError> {
        self.add(value)
    }
}

impl Parameters for PgArguments {
    fn put<'t>(&mut self, value: impl Stored<'t>) -> Result<(), BoxDynError> {
        self.add(value)
    }
}

/// One of the two databases.
pub(super) trait Store: Database<Arguments: Parameters + IntoArguments<Self>> {
    /// Appends a value to a statement as its next parameter.
    fn push<'t>(builder: &mut QueryBuilder<Self>, value: impl Stored<'t>);
}

impl Store for Sqlite {
    fn push<'t>(builder: &mut QueryBuilder<Self>, value: impl Stored<'t>) {
        builder.push_bind(value);
    }
}

impl Store for Postgres {
    fn push<'t>(builder: &mut QueryBuilder<Self>, value: impl Stored<'t>) {
        builder.push_bind(value);
    }
}

/// Declares columns: their names and types, and the value of each in a statement that writes them.
///
/// `struct` also declares the row that they are read into; `values` is for columns that are written and never read.
macro_rules! columns {
    (
        $(#[$meta:meta])*
        $vis:vis struct $Columns:ident from ($($source:ident: $Source:ty),+) { $($let:tt)* }
        $($(#[$doc:meta])* $of:vis $column:ident: $Type:ty = $value:expr,)+
    ) => {
        $crate::persistence::columns::row! {
            $(#[$meta])*
            $vis struct $Columns {
                $($(#[$doc])* $of $column: $Type,)+
            }
        }

        $crate::persistence::columns::columns! {
            @write $vis $Columns ($($source: $Source),+) { $($let)* } $($column = $value,)+
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis values $Columns:ident from ($($source:ident: $Source:ty),+) { $($let:tt)* }
        $($(#[$doc:meta])* $column:ident = $value:expr,)+
    ) => {
        $(#[$meta])*
        $vis struct $Columns;

        $crate::persistence::columns::columns! {
            @write $vis $Columns ($($source: $Source),+) { $($let)* } $($column = $value,)+
        }
    };
    (
        @write $vis:vis $Columns:ident ($($source:ident: $Source:ty),+) { $($let:tt)* }
        $($column:ident = $value:expr,)+
    ) => {
        impl $Columns {
            /// The column names, in the order in which [`Self::put`] adds the values.
            $vis const NAMES: $crate::persistence::columns::Names = &[$(stringify!($column)),+];

            /// Adds the value of each column as the next parameter.
            $vis fn put(
                $($source: $Source,)+
                parameters: &mut impl $crate::persistence::columns::Parameters,
            ) -> Result<(), sqlx::error::BoxDynError> {
                $($let)*
                $(parameters.put($value)?;)+
                Ok(())
            }
        }
    };
}
pub(super) use columns;

/// Declares a row that both databases return. `..part: Type` reads another row from the same columns.
///
/// `sqlx::FromRow` can be derived too, but its macro compiles both drivers a second time, for the compiler.
macro_rules! row {
    (
        $(#[$meta:meta])*
        $vis:vis struct $Row:ident {
            $(..$part:ident: $Part:ty,)*
            $($(#[$doc:meta])* $of:vis $column:ident: $Type:ty,)*
        }
    ) => {
        $(#[$meta])*
        $vis struct $Row {
            $($part: $Part,)*
            $($(#[$doc])* $of $column: $Type,)*
        }

        $crate::persistence::columns::row! {
            @read sqlx::sqlite::SqliteRow, $Row { $($part: $Part,)* } $($column,)*
        }
        $crate::persistence::columns::row! {
            @read sqlx::postgres::PgRow, $Row { $($part: $Part,)* } $($column,)*
        }
    };
    (@read $Source:ty, $Row:ident { $($part:ident: $Part:ty,)* } $($column:ident,)*) => {
        impl sqlx::FromRow<'_, $Source> for $Row {
            fn from_row(row: &$Source) -> sqlx::Result<Self> {
                Ok(Self {
                    $($part: <$Part as sqlx::FromRow<'_, $Source>>::from_row(row)?,)*
                    $($column: sqlx::Row::try_get(row, $crate::persistence::columns::name(stringify!($column)))?,)*
                })
            }
        }
    };
}
pub(super) use row;

/// The name of the column of a field; fields that are keywords are raw identifiers.
pub(super) fn name(field: &'static str) -> &'static str {
    field.strip_prefix("r#").unwrap_or(field)
}

/// Names of columns.
pub(super) type Names = &'static [&'static str];

/// Builds a statement with its first parameters; more can be bound after them.
pub(super) fn query<'q, DB: Store>(
    sql: &'static str,
    put: impl FnOnce(&mut DB::Arguments) -> Result<(), BoxDynError>,
) -> sqlx::Result<Query<'q, DB, DB::Arguments>> {
    Ok(sqlx::query_with(sql, parameters::<DB>(put)?))
}

/// Like [`query`], for a statement that returns one column.
pub(super) fn query_scalar<'q, DB: Store, O>(
    sql: &'static str,
    put: impl FnOnce(&mut DB::Arguments) -> Result<(), BoxDynError>,
) -> sqlx::Result<QueryScalar<'q, DB, O, DB::Arguments>>
where
    (O,): for<'r> FromRow<'r, DB::Row>,
{
    Ok(sqlx::query_scalar_with(sql, parameters::<DB>(put)?))
}

fn parameters<DB: Store>(
    put: impl FnOnce(&mut DB::Arguments) -> Result<(), BoxDynError>,
) -> sqlx::Result<DB::Arguments> {
    let mut parameters = DB::Arguments::default();
    put(&mut parameters).map_err(sqlx::Error::Encode)?;
    Ok(parameters)
}

/// Returns `a, b, c`.
pub(super) fn names(columns: &[Names]) -> String {
    each(columns, |name, _| name.to_owned())
}

/// Returns `$1, $2, $3`, starting at a given number.
pub(super) fn placeholders(columns: &[Names], first: usize) -> String {
    each(columns, |_, place| format!("${}", first + place))
}

/// Returns `INSERT INTO table (a, b) VALUES ($1, $2)`.
pub(super) fn insert(table: &str, columns: &[Names]) -> String {
    format!("INSERT INTO {table} ({}) VALUES ({})", names(columns), placeholders(columns, 1))
}

/// Returns `a = $1, b = $2`.
pub(super) fn assignments(columns: &[Names]) -> String {
    each(columns, |name, place| format!("{name} = ${}", place + 1))
}

/// Returns `a = excluded.a, b = excluded.b`.
pub(super) fn excluded(columns: &[Names]) -> String {
    each(columns, |name, _| format!("{name} = excluded.{name}"))
}

/// Returns the number of the first parameter after these columns.
pub(super) fn next_parameter(columns: &[Names]) -> usize {
    columns.iter().map(|names| names.len()).sum::<usize>() + 1
}

/// Formats each column and joins the results. The closure gets the name and the position, from 0.
pub(super) fn each(columns: &[Names], words: impl Fn(&str, usize) -> String) -> String {
    let names = columns.iter().copied().flatten();
    // A column whose name is a Rust keyword is declared with this prefix.
    let words = names.enumerate().map(|(place, name)| words(name.trim_start_matches("r#"), place));
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    columns! {
        struct Shape from (name: &str, sides: i64) {
            let doubled = sides * 2;
        }
        r#type: String = name,
        sides: i64 = doubled,
    }

    #[test]
    fn statements_name_the_columns_of_their_declaration() {
        let columns = [Shape::NAMES, &["at"]];
        assert_eq!(insert("shapes", &columns), "INSERT INTO shapes (type, sides, at) VALUES ($1, $2, $3)");
        assert_eq!(assignments(&columns), "type = $1, sides = $2, at = $3");
        assert_eq!(excluded(&[&["at"]]), "at = excluded.at");
        assert_eq!(next_parameter(&columns), 4);
    }

    #[test]
    fn each_column_has_a_parameter() {
        let mut parameters = PgArguments::default();
        Shape::put("square", 4, &mut parameters).expect("they are encoded");
        assert_eq!(parameters.len(), Shape::NAMES.len());
        let row = Shape { r#type: "square".to_owned(), sides: 4 };
        assert_eq!((row.r#type.as_str(), row.sides), ("square", 4));
    }
}
