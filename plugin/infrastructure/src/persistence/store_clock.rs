//! The database's own clock in SQL. Leases are written and checked by it, so the clocks of two nodes need not agree.

use std::sync::OnceLock;

use super::Dialect;

/// The time at the start of a statement.
macro_rules! store_now {
    (sqlite) => {
        "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
    };
    (postgres) => {
        "statement_timestamp()"
    };
}
pub(super) use store_now;

/// The current time plus a parameter in microseconds.
macro_rules! store_later {
    (sqlite, $parameter:literal) => {
        concat!("(", $crate::persistence::store_clock::store_now!(sqlite), " + ", $parameter, ")")
    };
    (postgres, $parameter:literal) => {
        concat!(
            "(",
            $crate::persistence::store_clock::store_now!(postgres),
            " + ",
            $parameter,
            " * INTERVAL '1 microsecond')"
        )
    };
}
pub(super) use store_later;

/// The current time minus a parameter in microseconds.
macro_rules! store_earlier {
    (sqlite, $parameter:literal) => {
        concat!("(", $crate::persistence::store_clock::store_now!(sqlite), " - ", $parameter, ")")
    };
    (postgres, $parameter:literal) => {
        concat!(
            "(",
            $crate::persistence::store_clock::store_now!(postgres),
            " - ",
            $parameter,
            " * INTERVAL '1 microsecond')"
        )
    };
}
pub(super) use store_earlier;

/// Selects a statement that differs between the two databases only in the clock.
macro_rules! by_dialect {
    ($dialect:expr, $macro:ident) => {
        match $dialect {
            $crate::persistence::Dialect::Sqlite => $macro!(sqlite),
            $crate::persistence::Dialect::Postgres => $macro!(postgres),
        }
    };
}
pub(super) use by_dialect;

/// Converts a duration to a parameter.
pub(super) fn micros(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// Returns SQL for the current time plus a parameter in microseconds, for statements that are built on first use.
pub(super) fn later_than_now(dialect: Dialect, parameter: usize) -> String {
    match dialect {
        Dialect::Sqlite => format!(concat!("(", store_now!(sqlite), " + ${})"), parameter),
        Dialect::Postgres => {
            format!(concat!("(", store_now!(postgres), " + ${} * INTERVAL '1 microsecond')"), parameter)
        }
    }
}

/// A value for each of the two databases, created on first use.
pub(super) struct ByDialect<T> {
    make: fn(Dialect) -> T,
    sqlite: OnceLock<T>,
    postgres: OnceLock<T>,
}

impl<T> ByDialect<T> {
    pub(super) const fn new(make: fn(Dialect) -> T) -> Self {
        Self { make, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    pub(super) fn of(&self, dialect: Dialect) -> &T {
        let kept = match dialect {
            Dialect::Sqlite => &self.sqlite,
            Dialect::Postgres => &self.postgres,
        };
        kept.get_or_init(|| (self.make)(dialect))
    }
}
