//! The SQLite process: one thread serves each connection until it closes.
//!
//! When a connection closes, its running work is aborted and SQLite rolls it back. When the control socket closes, all connections close
//! and the process exits. It enforces only statement timeouts and writes no log: database messages are returned to the library.

use std::{
    io::{self, BufReader, Write as _},
    net::Shutdown,
    os::{fd::AsFd as _, unix::net::UnixStream},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use iota_scripts_runtime::protocol::frame::{self, FrameError};
use iota_scripts_services::ports::SqlError;

mod connection;
mod sandbox;
mod watchdog;

use self::connection::Connection;
use super::{
    super::failure::Failure,
    protocol::{self, Open, OpenError, OpenResult, Opened, PROTOCOL, Purpose, Request, Response, Statement},
};

/// Maximum time for connections to close.
const CLOSING: Duration = Duration::from_secs(2);

/// Why the process exits with an error.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The socket carries data that is not this protocol.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The first message does not open a file, or has another protocol version.
    #[error("the first message is not of protocol version {PROTOCOL}")]
    NoFile,
    /// The system refused a descriptor or a thread.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
}

/// Opens the files named in the first message, and serves until the socket closes. Must be called on the process's only thread.
///
/// # Errors
/// Fails if the process cannot start or the library violates the protocol. A closed socket is not an error.
pub fn serve(mut control: UnixStream) -> Result<(), ServeError> {
    let open: Open = match frame::read(&mut control)? {
        None => return Ok(()),
        Some(open) => open,
    };
    if open.protocol != PROTOCOL {
        return Err(ServeError::NoFile);
    }
    let missing = sandbox::close(control.as_fd(), [&open.path, &open.copy]);
    watchdog::set_lock_timeout(open.patience);
    let opening = probe(&open, missing);
    frame::write(&mut control, &opening)?;
    if opening.is_err() {
        return Ok(());
    }

    let open = Arc::new(open);
    let mut connections: Vec<Arc<UnixStream>> = Vec::new();
    let (serving, ended) = mpsc::channel();
    while let Some((purpose, connection)) = protocol::next_connection(&control)? {
        connections.retain(|connection| Arc::strong_count(connection) > 1);
        let connection = Arc::new(connection);
        connections.push(Arc::clone(&connection));
        let (open, serving) = (Arc::clone(&open), mpsc::Sender::clone(&serving));
        let name = if purpose == Purpose::Write { "writes" } else { "reads" };
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            answer_all(&connection, purpose, &open);
            drop((connection, serving));
        })?;
    }
    for connection in connections {
        let _ = connection.shutdown(Shutdown::Both);
    }
    drop(serving);
    // Nothing is sent: `recv` returns when the last thread has dropped its sender. Connections that did not close in time end with the
    // process.
    let _: Result<(), _> = ended.recv_timeout(CLOSING);
    Ok(())
}

/// Checks that both files can be opened.
fn probe(open: &Open, missing: Vec<String>) -> OpenResult {
    let refused = |key: &str, error: rusqlite::Error| OpenError { key: key.to_owned(), message: error.to_string() };
    let writes = Connection::open(open, Purpose::Write).map_err(|error| refused("url", error))?;
    let copy_key = if open.copy == open.path { "url" } else { "read_url" };
    Connection::open(open, Purpose::Read).map_err(|error| refused(copy_key, error))?;
    Ok(Opened { missing, read_only: writes.is_read_only })
}

/// Serves the requests of a connection until it closes, then closes the file.
fn answer_all(socket: &Arc<UnixStream>, purpose: Purpose, open: &Open) {
    // The library waits for this shutdown, so it comes after the file is closed.
    struct Closed<'s>(&'s UnixStream);
    impl Drop for Closed<'_> {
        fn drop(&mut self) {
            let _ = self.0.shutdown(Shutdown::Both);
        }
    }
    let _closed = Closed(socket);
    watchdog::set_socket(Arc::clone(socket));
    watchdog::set_lock_timeout(open.patience);
    let mut connection = None;
    let mut reader = BufReader::new(&**socket);
    while let Ok(Some(request)) = frame::read::<Request>(&mut reader) {
        let response = connection_for(&mut connection, purpose, open)
            .and_then(|connection| answer(connection, request, open.patience));
        if (&**socket).write_all(&protocol::encode_response(response)).is_err() {
            return;
        }
    }
}

/// Returns the database connection: opened on first use, and reopened if it was read-only but must write.
fn connection_for<'c>(
    connection: &'c mut Option<Connection>,
    purpose: Purpose,
    open: &Open,
) -> Result<&'c mut Connection, Failure> {
    if purpose == Purpose::Write && connection.as_ref().is_some_and(Connection::is_stale) {
        *connection = None;
    }
    match connection {
        Some(connection) => Ok(connection),
        none => {
            let opened = Connection::open(open, purpose).map_err(|error| Failure::of_sqlite(&error, open.patience))?;
            Ok(none.insert(opened))
        }
    }
}

fn answer(connection: &mut Connection, request: Request, patience: Duration) -> Result<Response, Failure> {
    let scoped = |statement: Statement| statement.scoped().ok_or_else(protocol_violation);
    match request {
        Request::Read { statement, bounds } => connection.read(&scoped(statement)?, bounds.into()).map(Response::from),
        Request::Write { statement, bounds } => {
            connection.write(&scoped(statement)?, bounds.into()).map(Response::from)
        }
        Request::Run { statement, bounds } => connection.run(&scoped(statement)?, bounds.into()).map(Response::from),
        Request::Begin { writes } => connection.begin(protocol::effect(writes), patience).map(|()| Response::Done),
        Request::Execute { sql } => connection.execute(&sql, patience).map(|()| Response::Done),
        Request::Commit => connection.commit(patience).map(|()| Response::Done),
        Request::Rollback => {
            connection.rollback();
            Ok(Response::Done)
        }
    }
}

/// A library of the same build never sends this.
fn protocol_violation() -> Failure {
    SqlError::Unavailable("the SQLite process received an invalid request".to_owned()).into()
}
