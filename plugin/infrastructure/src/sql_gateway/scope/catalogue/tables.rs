//! The functions that scripts may call, by kind and database: name, what a call returns, and whether it can fail.
//!
//! Omitted on purpose: functions that read the server, its files or its catalogue, that wait, or that make large values out of small ones;
//! and regular expressions.

use iota_scripts_domain::ColumnType::{Boolean, Date, Decimal, Integer, Json, Number, Text, Timestamp, Uuid};

use super::{
    Fallibility::{Fallible, Infallible},
    ReturnType::{Fixed, SameAsArgument, Unknown},
    Table,
};

/// Language constructs rather than functions; written without a schema.
pub(super) const SYNTAX: Table = Table {
    both: &[("coalesce", SameAsArgument, Infallible), ("nullif", SameAsArgument, Infallible)],
    postgres: &[("greatest", SameAsArgument, Infallible), ("least", SameAsArgument, Infallible)],
    sqlite: &[],
};

/// Date/time constants, written without parentheses.
pub(super) const DATETIME_CONSTANTS: Table = Table {
    both: &[("current_date", Fixed(Date), Infallible), ("current_timestamp", Fixed(Timestamp), Infallible)],
    postgres: &[],
    sqlite: &[],
};

/// Scalar functions.
pub(super) const SCALARS: Table = Table {
    both: &[
        ("abs", SameAsArgument, Fallible),
        ("length", Fixed(Integer), Infallible),
        ("lower", Fixed(Text), Infallible),
        ("ltrim", Fixed(Text), Infallible),
        ("replace", Fixed(Text), Fallible),
        ("round", Unknown, Fallible),
        ("rtrim", Fixed(Text), Infallible),
        ("sign", Unknown, Fallible),
        ("substr", Fixed(Text), Fallible),
        ("upper", Fixed(Text), Infallible),
    ],
    postgres: &[
        ("age", Unknown, Fallible),
        ("btrim", Fixed(Text), Infallible),
        ("ceil", Unknown, Fallible),
        ("array_length", Fixed(Integer), Fallible),
        ("array_to_string", Fixed(Text), Fallible),
        ("cardinality", Fixed(Integer), Fallible),
        ("char_length", Fixed(Integer), Infallible),
        ("concat", Fixed(Text), Fallible),
        ("concat_ws", Fixed(Text), Fallible),
        ("date_part", Fixed(Number), Fallible),
        ("date_trunc", Fixed(Timestamp), Fallible),
        ("date_bin", Fixed(Timestamp), Fallible),
        ("div", Unknown, Fallible),
        ("exp", Unknown, Fallible),
        ("floor", Unknown, Fallible),
        ("gen_random_uuid", Fixed(Uuid), Infallible),
        ("initcap", Fixed(Text), Infallible),
        ("json_array_length", Fixed(Integer), Fallible),
        ("json_build_array", Fixed(Json), Fallible),
        ("json_build_object", Fixed(Json), Fallible),
        ("json_typeof", Fixed(Text), Fallible),
        ("jsonb_array_length", Fixed(Integer), Fallible),
        ("jsonb_build_array", Fixed(Json), Fallible),
        ("jsonb_build_object", Fixed(Json), Fallible),
        ("jsonb_set", Fixed(Json), Fallible),
        ("jsonb_strip_nulls", Fixed(Json), Fallible),
        ("jsonb_typeof", Fixed(Text), Fallible),
        ("left", Fixed(Text), Fallible),
        ("ln", Unknown, Fallible),
        ("log", Unknown, Fallible),
        ("lpad", Fixed(Text), Fallible),
        ("make_date", Fixed(Date), Fallible),
        ("md5", Fixed(Text), Infallible),
        ("mod", Unknown, Fallible),
        ("now", Fixed(Timestamp), Infallible),
        ("power", Unknown, Fallible),
        ("random", Fixed(Number), Infallible),
        ("reverse", Fixed(Text), Infallible),
        ("right", Fixed(Text), Fallible),
        ("rpad", Fixed(Text), Fallible),
        ("split_part", Fixed(Text), Fallible),
        ("sqrt", Unknown, Fallible),
        ("starts_with", Fixed(Boolean), Infallible),
        ("string_to_array", Unknown, Fallible),
        ("strpos", Fixed(Integer), Infallible),
        ("to_char", Fixed(Text), Fallible),
        ("to_date", Fixed(Date), Fallible),
        ("to_number", Fixed(Decimal), Fallible),
        ("to_timestamp", Fixed(Timestamp), Fallible),
        ("to_json", Fixed(Json), Fallible),
        ("to_jsonb", Fixed(Json), Fallible),
        ("trunc", Unknown, Fallible),
        ("width_bucket", Fixed(Integer), Fallible),
    ],
    sqlite: &[
        ("char", Fixed(Text), Infallible),
        ("date", Fixed(Text), Infallible),
        ("datetime", Fixed(Text), Infallible),
        ("format", Fixed(Text), Fallible),
        ("hex", Fixed(Text), Fallible),
        ("ifnull", SameAsArgument, Infallible),
        ("iif", Unknown, Infallible),
        ("instr", Fixed(Integer), Infallible),
        ("json", Fixed(Json), Fallible),
        ("json_array", Fixed(Json), Fallible),
        ("json_array_length", Fixed(Integer), Fallible),
        ("json_extract", Unknown, Fallible),
        ("json_insert", Fixed(Json), Fallible),
        ("json_object", Fixed(Json), Fallible),
        ("json_patch", Fixed(Json), Fallible),
        ("json_quote", Fixed(Json), Fallible),
        ("json_remove", Fixed(Json), Fallible),
        ("json_replace", Fixed(Json), Fallible),
        ("json_set", Fixed(Json), Fallible),
        ("json_type", Fixed(Text), Fallible),
        ("json_valid", Fixed(Boolean), Infallible),
        ("julianday", Fixed(Number), Infallible),
        ("printf", Fixed(Text), Fallible),
        ("quote", Fixed(Text), Fallible),
        ("random", Fixed(Integer), Infallible),
        ("strftime", Fixed(Text), Fallible),
        ("time", Fixed(Text), Infallible),
        ("trim", Fixed(Text), Infallible),
        ("typeof", Fixed(Text), Infallible),
        ("unicode", Fixed(Integer), Infallible),
        ("unixepoch", Fixed(Integer), Infallible),
    ],
};

/// Aggregate functions. Like ordered-set and window functions, they see only rows that passed every condition.
pub(super) const AGGREGATES: Table = Table {
    both: &[
        ("avg", Unknown, Infallible),
        ("count", Fixed(Integer), Infallible),
        ("max", SameAsArgument, Infallible),
        ("min", SameAsArgument, Infallible),
        ("sum", Unknown, Infallible),
    ],
    postgres: &[
        ("array_agg", Unknown, Fallible),
        ("bit_and", SameAsArgument, Infallible),
        ("bit_or", SameAsArgument, Infallible),
        ("bool_and", Fixed(Boolean), Infallible),
        ("bool_or", Fixed(Boolean), Infallible),
        ("corr", Fixed(Number), Fallible),
        ("every", Fixed(Boolean), Infallible),
        ("json_agg", Fixed(Json), Fallible),
        ("jsonb_agg", Fixed(Json), Fallible),
        ("json_object_agg", Fixed(Json), Fallible),
        ("jsonb_object_agg", Fixed(Json), Fallible),
        ("stddev", Unknown, Fallible),
        ("stddev_pop", Unknown, Fallible),
        ("stddev_samp", Unknown, Fallible),
        ("string_agg", Fixed(Text), Fallible),
        ("var_pop", Unknown, Fallible),
        ("var_samp", Unknown, Fallible),
        ("variance", Unknown, Fallible),
    ],
    sqlite: &[
        ("group_concat", Fixed(Text), Fallible),
        ("json_group_array", Fixed(Json), Fallible),
        ("json_group_object", Fixed(Json), Fallible),
        ("string_agg", Fixed(Text), Fallible),
        ("total", Fixed(Number), Infallible),
    ],
};

/// Ordered-set aggregates, which need WITHIN GROUP.
pub(super) const ORDERED_SETS: Table = Table {
    both: &[],
    postgres: &[
        ("mode", Unknown, Fallible),
        ("percentile_cont", Unknown, Fallible),
        ("percentile_disc", Unknown, Fallible),
    ],
    sqlite: &[],
};

/// Window functions, which need OVER.
pub(super) const WINDOWS: Table = Table {
    both: &[
        ("cume_dist", Fixed(Number), Infallible),
        ("dense_rank", Fixed(Integer), Infallible),
        ("first_value", SameAsArgument, Infallible),
        ("lag", SameAsArgument, Infallible),
        ("last_value", SameAsArgument, Infallible),
        ("lead", SameAsArgument, Infallible),
        ("nth_value", SameAsArgument, Fallible),
        ("ntile", Fixed(Integer), Fallible),
        ("percent_rank", Fixed(Number), Infallible),
        ("rank", Fixed(Integer), Infallible),
        ("row_number", Fixed(Integer), Infallible),
    ],
    postgres: &[],
    sqlite: &[],
};
