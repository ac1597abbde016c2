//! The functions that scripts may call, by kind and database: name, what a call returns, and whether it can fail.
//!
//! Left out on purpose: what reads the server, its files or its catalogue, what waits, what makes large values out of small ones, and
//! regular expressions.

use iota_scripts_domain::ColumnType::{Boolean, Date, Decimal, Integer, Json, Number, Text, Timestamp, Uuid};

use super::{
    Fallibility::{Fallible, Infallible},
    ReturnType::{Same, This, Unknown},
    Table,
};

/// Part of the language rather than functions: written without a schema.
pub(super) const SYNTAX: Table = Table {
    both: &[("coalesce", Same, Infallible), ("nullif", Same, Infallible)],
    postgres: &[("greatest", Same, Infallible), ("least", Same, Infallible)],
    sqlite: &[],
};

/// Written without parentheses.
pub(super) const MOMENTS: Table = Table {
    both: &[("current_date", This(Date), Infallible), ("current_timestamp", This(Timestamp), Infallible)],
    postgres: &[],
    sqlite: &[],
};

/// Functions of one row.
pub(super) const SCALARS: Table = Table {
    both: &[
        ("abs", Same, Fallible),
        ("length", This(Integer), Infallible),
        ("lower", This(Text), Infallible),
        ("ltrim", This(Text), Infallible),
        ("replace", This(Text), Fallible),
        ("round", Unknown, Fallible),
        ("rtrim", This(Text), Infallible),
        ("sign", Unknown, Fallible),
        ("substr", This(Text), Fallible),
        ("upper", This(Text), Infallible),
    ],
    postgres: &[
        ("age", Unknown, Fallible),
        ("btrim", This(Text), Infallible),
        ("ceil", Unknown, Fallible),
        ("array_length", This(Integer), Fallible),
        ("array_to_string", This(Text), Fallible),
        ("cardinality", This(Integer), Fallible),
        ("char_length", This(Integer), Infallible),
        ("concat", This(Text), Fallible),
        ("concat_ws", This(Text), Fallible),
        ("date_part", This(Number), Fallible),
        ("date_trunc", This(Timestamp), Fallible),
        ("date_bin", This(Timestamp), Fallible),
        ("div", Unknown, Fallible),
        ("exp", Unknown, Fallible),
        ("floor", Unknown, Fallible),
        ("gen_random_uuid", This(Uuid), Infallible),
        ("initcap", This(Text), Infallible),
        ("json_array_length", This(Integer), Fallible),
        ("json_build_array", This(Json), Fallible),
        ("json_build_object", This(Json), Fallible),
        ("json_typeof", This(Text), Fallible),
        ("jsonb_array_length", This(Integer), Fallible),
        ("jsonb_build_array", This(Json), Fallible),
        ("jsonb_build_object", This(Json), Fallible),
        ("jsonb_set", This(Json), Fallible),
        ("jsonb_strip_nulls", This(Json), Fallible),
        ("jsonb_typeof", This(Text), Fallible),
        ("left", This(Text), Fallible),
        ("ln", Unknown, Fallible),
        ("log", Unknown, Fallible),
        ("lpad", This(Text), Fallible),
        ("make_date", This(Date), Fallible),
        ("md5", This(Text), Infallible),
        ("mod", Unknown, Fallible),
        ("now", This(Timestamp), Infallible),
        ("power", Unknown, Fallible),
        ("random", This(Number), Infallible),
        ("reverse", This(Text), Infallible),
        ("right", This(Text), Fallible),
        ("rpad", This(Text), Fallible),
        ("split_part", This(Text), Fallible),
        ("sqrt", Unknown, Fallible),
        ("starts_with", This(Boolean), Infallible),
        ("string_to_array", Unknown, Fallible),
        ("strpos", This(Integer), Infallible),
        ("to_char", This(Text), Fallible),
        ("to_date", This(Date), Fallible),
        ("to_number", This(Decimal), Fallible),
        ("to_timestamp", This(Timestamp), Fallible),
        ("to_json", This(Json), Fallible),
        ("to_jsonb", This(Json), Fallible),
        ("trunc", Unknown, Fallible),
        ("width_bucket", This(Integer), Fallible),
    ],
    sqlite: &[
        ("char", This(Text), Infallible),
        ("date", This(Text), Infallible),
        ("datetime", This(Text), Infallible),
        ("format", This(Text), Fallible),
        ("hex", This(Text), Fallible),
        ("ifnull", Same, Infallible),
        ("iif", Unknown, Infallible),
        ("instr", This(Integer), Infallible),
        ("json", This(Json), Fallible),
        ("json_array", This(Json), Fallible),
        ("json_array_length", This(Integer), Fallible),
        ("json_extract", Unknown, Fallible),
        ("json_insert", This(Json), Fallible),
        ("json_object", This(Json), Fallible),
        ("json_patch", This(Json), Fallible),
        ("json_quote", This(Json), Fallible),
        ("json_remove", This(Json), Fallible),
        ("json_replace", This(Json), Fallible),
        ("json_set", This(Json), Fallible),
        ("json_type", This(Text), Fallible),
        ("json_valid", This(Boolean), Infallible),
        ("julianday", This(Number), Infallible),
        ("printf", This(Text), Fallible),
        ("quote", This(Text), Fallible),
        ("random", This(Integer), Infallible),
        ("strftime", This(Text), Fallible),
        ("time", This(Text), Infallible),
        ("trim", This(Text), Infallible),
        ("typeof", This(Text), Infallible),
        ("unicode", This(Integer), Infallible),
        ("unixepoch", This(Integer), Infallible),
    ],
};

/// Functions of many rows. Like those below, they see only rows that have passed every condition.
pub(super) const AGGREGATES: Table = Table {
    both: &[
        ("avg", Unknown, Infallible),
        ("count", This(Integer), Infallible),
        ("max", Same, Infallible),
        ("min", Same, Infallible),
        ("sum", Unknown, Infallible),
    ],
    postgres: &[
        ("array_agg", Unknown, Fallible),
        ("bit_and", Same, Infallible),
        ("bit_or", Same, Infallible),
        ("bool_and", This(Boolean), Infallible),
        ("bool_or", This(Boolean), Infallible),
        ("corr", This(Number), Fallible),
        ("every", This(Boolean), Infallible),
        ("json_agg", This(Json), Fallible),
        ("jsonb_agg", This(Json), Fallible),
        ("json_object_agg", This(Json), Fallible),
        ("jsonb_object_agg", This(Json), Fallible),
        ("stddev", Unknown, Fallible),
        ("stddev_pop", Unknown, Fallible),
        ("stddev_samp", Unknown, Fallible),
        ("string_agg", This(Text), Fallible),
        ("var_pop", Unknown, Fallible),
        ("var_samp", Unknown, Fallible),
        ("variance", Unknown, Fallible),
    ],
    sqlite: &[
        ("group_concat", This(Text), Fallible),
        ("json_group_array", This(Json), Fallible),
        ("json_group_object", This(Json), Fallible),
        ("string_agg", This(Text), Fallible),
        ("total", This(Number), Infallible),
    ],
};

/// Only with WITHIN GROUP.
pub(super) const ORDERED_SETS: Table = Table {
    both: &[],
    postgres: &[
        ("mode", Unknown, Fallible),
        ("percentile_cont", Unknown, Fallible),
        ("percentile_disc", Unknown, Fallible),
    ],
    sqlite: &[],
};

/// Only before OVER.
pub(super) const WINDOWS: Table = Table {
    both: &[
        ("cume_dist", This(Number), Infallible),
        ("dense_rank", This(Integer), Infallible),
        ("first_value", Same, Infallible),
        ("lag", Same, Infallible),
        ("last_value", Same, Infallible),
        ("lead", Same, Infallible),
        ("nth_value", Same, Fallible),
        ("ntile", This(Integer), Fallible),
        ("percent_rank", This(Number), Infallible),
        ("rank", This(Integer), Infallible),
        ("row_number", This(Integer), Infallible),
    ],
    postgres: &[],
    sqlite: &[],
};
