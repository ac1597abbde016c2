//! SQLite: the application's file is opened by a separate process, never by the application's own.
//!
//! The application has its own copy of SQLite and the same file open, and this library brings another copy. In one process they would
//! release each other's locks, because POSIX locks belong to the process (<https://sqlite.org/howtocorrupt.html>, 2.2.1). Between processes
//! the locks work.
//!
//! `client`, `process` and `connection` run in the library; `server` and its submodules run in the separate process; `protocol` defines the
//! messages. The library opens a connection for each statement or transaction in flight, and the process serves each connection on its own
//! thread.

mod client;
mod connection;
mod process;
mod protocol;
mod server;

use std::time::Duration;

pub(super) use client::{SqliteClient, SqliteTransaction};
pub use server::{ServeError, serve};

/// Maximum wait for a free connection, and for a lock.
const BUSY: Duration = Duration::from_secs(5);
