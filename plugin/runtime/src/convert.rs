//! Conversion between JSON and JavaScript values, bounded in depth and size.
//!
//! Results follow `JSON.stringify`, except that a BigInt becomes a string and a lone surrogate U+FFFD. The engine's own
//! conversions are never used on a script's values: they recurse without bound.

mod from_json;
mod inspect;
mod records;
mod sql;
mod to_json;
mod views;

pub use from_json::from_json;
pub(crate) use from_json::shared_from_json;
pub use inspect::inspect;
pub(crate) use inspect::{beside_message, message_of, plain_text};
pub(crate) use records::{Owner, Records};
pub(crate) use sql::{first_row, members, plain as plain_json, rows, tagged};
pub use to_json::{Bounds, Unserializable, args_to_json, to_json};
pub(crate) use views::{ObjectView, Views};
