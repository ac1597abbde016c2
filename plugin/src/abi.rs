//! The host behind safe types: its table, the statuses that functions of both tables return, and where this library is.

mod host;
mod location;
mod refusal;

pub(crate) use host::{Host, LogLevel};
pub(crate) use location::folder_of_library;
pub(crate) use refusal::Refusal;
