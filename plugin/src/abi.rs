//! Safe types for the ABI: the host's table, the statuses of both tables, and the location of this library.

mod host;
mod location;
mod status_error;

pub(crate) use host::{Host, LogLevel};
pub(crate) use location::folder_of_library;
pub(crate) use status_error::StatusError;
