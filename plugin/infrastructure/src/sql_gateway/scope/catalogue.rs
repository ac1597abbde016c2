//! Which functions scripts may call on each database. A name that is not in the tables does not reach the database.

mod tables;

use iota_scripts_domain::ColumnType;

use crate::persistence::Dialect;

/// What a function returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReturnType {
    /// The same as its first argument.
    SameAsArgument,
    /// Always this.
    Fixed(ColumnType),
    /// What the database says.
    Unknown,
}

/// Whether a call can fail, depending on what is in the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fallibility {
    /// It cannot.
    Infallible,
    /// It can.
    Fallible,
}

/// A function that may be called: its name, what it returns, whether it can fail.
pub(super) type FunctionEntry = (&'static str, ReturnType, Fallibility);

/// The functions of one kind.
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

/// A part of the language that is written like a function.
pub(super) fn syntax(name: &str, dialect: Dialect) -> Option<FunctionEntry> {
    tables::SYNTAX.find(name, dialect)
}

/// A moment, which is written without parentheses.
pub(super) fn datetime_constant(name: &str, dialect: Dialect) -> Option<FunctionEntry> {
    tables::DATETIME_CONSTANTS.find(name, dialect)
}

/// A function of one row.
pub(super) fn scalar(name: &str, dialect: Dialect) -> Option<FunctionEntry> {
    tables::SCALARS.find(name, dialect)
}

/// The aggregate, or if it has an OVER the window function, of a name.
pub(super) fn aggregate(name: &str, over: bool, dialect: Dialect) -> Option<FunctionEntry> {
    let window = || if over { tables::WINDOWS.find(name, dialect) } else { None };
    tables::AGGREGATES.find(name, dialect).or_else(|| tables::ORDERED_SETS.find(name, dialect)).or_else(window)
}

/// Whether it is an aggregate that needs WITHIN GROUP.
pub(super) fn is_ordered_set(name: &str, dialect: Dialect) -> bool {
    tables::ORDERED_SETS.find(name, dialect).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_in_one_table_and_once() {
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
