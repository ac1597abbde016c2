//! The boundary: the only rooms where pointers from outside are touched.
//!
//! `table` holds the functions that the host calls, `guard` what every one of them is wrapped in, `instances`
//! turns handles into instances, `host` calls the host back. Nothing here knows what an operation means.

mod guard;
mod host;
mod instances;
mod location;
mod table;

pub(crate) use host::{Host, LogLevel};
pub(crate) use instances::retire;
pub(crate) use location::folder_of_library;
