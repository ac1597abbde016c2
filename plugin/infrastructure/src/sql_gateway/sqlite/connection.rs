//! A line to the process of a SQLite file: a connection there, on which asks and answers take turns.
//!
//! It is held by one at a time. What is dropped while it is asked hangs up: the process ends what is under way, and closes the connection.

use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

use crate::framed_socket::FramedSocket;

/// A line that is there.
#[derive(Debug)]
pub(super) struct Connection(FramedSocket);

/// Lines of one kind that nobody holds; the one that was used last is taken first, for it has its statements at hand.
#[derive(Debug, Default)]
pub(super) struct Idle(Mutex<Vec<Connection>>);

impl Connection {
    pub(super) fn over(socket: std::os::unix::net::UnixStream) -> std::io::Result<Self> {
        socket.set_nonblocking(true)?;
        FramedSocket::new(socket).map(Self)
    }

    /// Asks, and waits for what comes of it; none when the line has closed before that. Not to be used again when it is dropped before its
    /// end.
    pub(super) async fn request<T: DeserializeOwned>(&mut self, frame: Vec<u8>) -> Option<T> {
        self.0.send(frame);
        self.0.receive().await
    }

    /// What is under it, once everything that was asked is answered.
    pub(super) fn into_socket(self) -> UnixStream {
        self.0.into_socket()
    }

    /// Says that nothing is wanted any more, and waits until the other side has closed too.
    pub(super) async fn close(self) {
        self.0.close().await;
    }
}

impl Idle {
    pub(super) fn take(&self) -> Option<Connection> {
        self.0.lock().pop()
    }

    pub(super) fn put(&self, connection: Connection) {
        self.0.lock().push(connection);
    }

    pub(super) fn clear(&self) {
        self.0.lock().clear();
    }
}
