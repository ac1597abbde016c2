//! SQLite: the host's file is opened by a process of its own, never by the host's.
//!
//! The host has a copy of SQLite and the file open, and the library brings another copy: in one process they would undo each other's locks,
//! for locks belong to the process (<https://sqlite.org/howtocorrupt.html>, 2.2.1). Between processes they hold.
//!
//! `client`, `process` and `connection` are the library's side; `server` and the modules below it run in the process. `protocol` has
//! their messages. The library opens a connection for each statement or transaction in flight, and the process answers it on a thread of
//! its own.

mod client;
mod connection;
mod process;
mod protocol;
mod server;

use std::time::Duration;

pub(super) use client::{SqliteClient, SqliteTransaction};
pub use server::{ServeError, serve};

/// The longest that a statement waits for a connection, and for a lock of another.
const BUSY: Duration = Duration::from_secs(5);
