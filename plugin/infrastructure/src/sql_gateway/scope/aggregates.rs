//! Aggregates and window functions that scripts may call. They see only rows that have passed every condition.

use iota_scripts_domain::ColumnType;

use super::functions::{
    Fallibility::{Fallible, Infallible},
    Known,
    ReturnType::{Same, This, Unknown},
    find,
};
use crate::persistence::Dialect;

const BOTH: &[Known] = &[
    ("avg", Unknown, Infallible),
    ("count", This(ColumnType::Integer), Infallible),
    ("max", Same, Infallible),
    ("min", Same, Infallible),
    ("sum", Unknown, Infallible),
];

const POSTGRES: &[Known] = &[
    ("array_agg", Unknown, Fallible),
    ("bit_and", Same, Infallible),
    ("bit_or", Same, Infallible),
    ("bool_and", This(ColumnType::Boolean), Infallible),
    ("bool_or", This(ColumnType::Boolean), Infallible),
    ("corr", This(ColumnType::Number), Fallible),
    ("every", This(ColumnType::Boolean), Infallible),
    ("json_agg", This(ColumnType::Json), Fallible),
    ("jsonb_agg", This(ColumnType::Json), Fallible),
    ("json_object_agg", This(ColumnType::Json), Fallible),
    ("jsonb_object_agg", This(ColumnType::Json), Fallible),
    ("stddev", Unknown, Fallible),
    ("stddev_pop", Unknown, Fallible),
    ("stddev_samp", Unknown, Fallible),
    ("string_agg", This(ColumnType::Text), Fallible),
    ("var_pop", Unknown, Fallible),
    ("var_samp", Unknown, Fallible),
    ("variance", Unknown, Fallible),
];

const SQLITE: &[Known] = &[
    ("group_concat", This(ColumnType::Text), Fallible),
    ("json_group_array", This(ColumnType::Json), Fallible),
    ("json_group_object", This(ColumnType::Json), Fallible),
    ("string_agg", This(ColumnType::Text), Fallible),
    ("total", This(ColumnType::Number), Infallible),
];

/// Only with WITHIN GROUP.
const ORDERED_SETS: &[Known] =
    &[("mode", Unknown, Fallible), ("percentile_cont", Unknown, Fallible), ("percentile_disc", Unknown, Fallible)];

/// Only before OVER.
const WINDOW: &[Known] = &[
    ("cume_dist", This(ColumnType::Number), Infallible),
    ("dense_rank", This(ColumnType::Integer), Infallible),
    ("first_value", Same, Infallible),
    ("lag", Same, Infallible),
    ("last_value", Same, Infallible),
    ("lead", Same, Infallible),
    ("nth_value", Same, Fallible),
    ("ntile", This(ColumnType::Integer), Fallible),
    ("percent_rank", This(ColumnType::Number), Infallible),
    ("rank", This(ColumnType::Integer), Infallible),
    ("row_number", This(ColumnType::Integer), Infallible),
];

/// The aggregate, or where it has an OVER the window function, of a name.
pub(super) fn is_aggregate(name: &str, over: bool, dialect: Dialect) -> Option<Known> {
    let own = match dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::Sqlite => SQLITE,
    };
    let window = || if over { find(WINDOW, name) } else { None };
    let ordered = || if is_ordered_set(name, dialect) { find(ORDERED_SETS, name) } else { None };
    find(BOTH, name).or_else(|| find(own, name)).or_else(ordered).or_else(window)
}

/// Whether it is an aggregate that needs WITHIN GROUP.
pub(super) fn is_ordered_set(name: &str, dialect: Dialect) -> bool {
    dialect == Dialect::Postgres && find(ORDERED_SETS, name).is_some()
}
