//! SQLite: the host's file is opened by a process of its own, never by the host's.
//!
//! The host has a copy of SQLite and the file open, and the library brings another copy: in one process they would undo each other's locks,
//! for locks belong to the process (<https://sqlite.org/howtocorrupt.html>, 2.2.1). Between processes they hold.
//!
//! `client`, `process` and `line` are the library's side, `serve`, `connection` and `watch` the process'; `protocol` is what they say to
//! each other. A line is a connection to the file: what is asked on it is done by one thread there, which waits for nobody else.

mod client;
mod connection;
mod enclosure;
mod line;
mod process;
mod protocol;
mod serve;
mod watch;

use std::time::Duration;

pub(super) use client::{SqliteClient, SqliteTransaction};
pub use serve::{ServeError, serve};

/// The longest that a statement waits for a connection, and for a lock of another.
const BUSY: Duration = Duration::from_secs(5);
