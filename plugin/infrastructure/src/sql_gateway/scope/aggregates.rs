//! Aggregates and window functions that scripts may call. They see only rows that have passed every condition.

use iota_scripts_domain::ColumnType;

use super::functions::{
    Gives::{Same, This, Unknown},
    Known,
    Manner::{Loud, Quiet},
    find,
};
use crate::persistence::Dialect;

const BOTH: &[Known] = &[
    ("avg", Unknown, Quiet),
    ("count", This(ColumnType::Integer), Quiet),
    ("max", Same, Quiet),
    ("min", Same, Quiet),
    ("sum", Unknown, Quiet),
];

const POSTGRES: &[Known] = &[
    ("array_agg", Unknown, Loud),
    ("bit_and", Same, Quiet),
    ("bit_or", Same, Quiet),
    ("bool_and", This(ColumnType::Boolean), Quiet),
    ("bool_or", This(ColumnType::Boolean), Quiet),
    ("corr", This(ColumnType::Number), Loud),
    ("every", This(ColumnType::Boolean), Quiet),
    ("json_agg", This(ColumnType::Json), Loud),
    ("jsonb_agg", This(ColumnType::Json), Loud),
    ("json_object_agg", This(ColumnType::Json), Loud),
    ("jsonb_object_agg", This(ColumnType::Json), Loud),
    ("stddev", Unknown, Loud),
    ("stddev_pop", Unknown, Loud),
    ("stddev_samp", Unknown, Loud),
    ("string_agg", This(ColumnType::Text), Loud),
    ("var_pop", Unknown, Loud),
    ("var_samp", Unknown, Loud),
    ("variance", Unknown, Loud),
];

const SQLITE: &[Known] = &[
    ("group_concat", This(ColumnType::Text), Loud),
    ("json_group_array", This(ColumnType::Json), Loud),
    ("json_group_object", This(ColumnType::Json), Loud),
    ("string_agg", This(ColumnType::Text), Loud),
    ("total", This(ColumnType::Number), Quiet),
];

/// Only with WITHIN GROUP.
const ORDERED_SETS: &[Known] =
    &[("mode", Unknown, Loud), ("percentile_cont", Unknown, Loud), ("percentile_disc", Unknown, Loud)];

/// Only before OVER.
const WINDOW: &[Known] = &[
    ("cume_dist", This(ColumnType::Number), Quiet),
    ("dense_rank", This(ColumnType::Integer), Quiet),
    ("first_value", Same, Quiet),
    ("lag", Same, Quiet),
    ("last_value", Same, Quiet),
    ("lead", Same, Quiet),
    ("nth_value", Same, Loud),
    ("ntile", This(ColumnType::Integer), Loud),
    ("percent_rank", This(ColumnType::Number), Quiet),
    ("rank", This(ColumnType::Integer), Quiet),
    ("row_number", This(ColumnType::Integer), Quiet),
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
