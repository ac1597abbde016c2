//! The functions that scripts can call on each database. A call of any other is rejected.

mod tables;

use iota_scripts_domain::ColumnType;

use crate::persistence::Dialect;

/// Return type of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReturnType {
    /// The type of its first argument.
    SameAsArgument,
    /// Always this type.
    Fixed(ColumnType),
    /// Known only to the database.
    Unknown,
}

/// Whether a call can fail, depending on the row's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fallibility {
    /// Never fails.
    Infallible,
    /// May fail.
    Fallible,
}

/// An allowed function: name, return type, and whether it can fail.
pub(super) type FunctionEntry = (&'static str, ReturnType, Fallibility);

/// The functions of one kind, by database.
struct Table {
    both: &'static [FunctionEntry],
    postgres: &'static [FunctionEntry],
    sqlite: &'static [FunctionEntry],
}

impl Table {
    fn find(&self, name: &str, dialect: Dialect) -> Option<FunctionEntry> {
        let own = match dialect {
            Dialect::Postgres => self.postgres,
            Dialect::Sqlite => self.sqlite,
        };
        self.both.iter().chain(own).find(|(known, _, _)| *known == name).copied()
    }
}

/// Finds a language construct written like a function.
pub(super) fn syntax(name: &str, dialect: Dialect) -> Option<FunctionEntry> {
    tables::SYNTAX.find(name, dialect)
}

/// Finds a date/time constant, which is written without parentheses.
pub(super) fn datetime_constant(name: &str, dialect: Dialect) -> Option<FunctionEntry> {
    tables::DATETIME_CONSTANTS.find(name, dialect)
}

/// Finds a scalar function.
pub(super) fn scalar(name: &str, dialect: Dialect) -> Option<FunctionEntry> {
    tables::SCALARS.find(name, dialect)
}

/// Finds an aggregate function, or with OVER also a window function.
pub(super) fn aggregate(name: &str, over: bool, dialect: Dialect) -> Option<FunctionEntry> {
    let window = || if over { tables::WINDOWS.find(name, dialect) } else { None };
    tables::AGGREGATES.find(name, dialect).or_else(|| tables::ORDERED_SETS.find(name, dialect)).or_else(window)
}

/// Whether the function is an ordered-set aggregate, which needs WITHIN GROUP.
pub(super) fn is_ordered_set(name: &str, dialect: Dialect) -> bool {
    tables::ORDERED_SETS.find(name, dialect).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_is_listed_once() {
        for dialect in [Dialect::Postgres, Dialect::Sqlite] {
            let mut names = Vec::new();
            for table in [
                tables::SYNTAX,
                tables::DATETIME_CONSTANTS,
                tables::SCALARS,
                tables::AGGREGATES,
                tables::ORDERED_SETS,
                tables::WINDOWS,
            ] {
                let own = if dialect == Dialect::Postgres { table.postgres } else { table.sqlite };
                names.extend(table.both.iter().chain(own).map(|(name, _, _)| *name));
            }
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all);
            assert!(names.iter().all(|name| name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))));
        }
    }
}
