//! A connection to the SQLite process, on which requests and responses alternate.
//!
//! It has one holder at a time. If a holder is dropped before the response, the connection is closed, and the process aborts the running
//! statement.

use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

use crate::framed_socket::FramedSocket;

/// An open connection.
#[derive(Debug)]
pub(super) struct Connection(FramedSocket);

/// Idle connections of one kind. The most recently used one is taken first, because its prepared statements are cached.
#[derive(Debug, Default)]
pub(super) struct Idle(Mutex<Vec<Connection>>);

impl Connection {
    pub(super) fn over(socket: std::os::unix::net::UnixStream) -> std::io::Result<Self> {
        socket.set_nonblocking(true)?;
        FramedSocket::new(socket).map(Self)
    }

    /// Sends a request and waits for the response; `None` if the connection was closed first. If this future is dropped, the connection
    /// must not be used again.
    pub(super) async fn request<T: DeserializeOwned>(&mut self, frame: Vec<u8>) -> Option<T> {
        self.0.send(frame);
        let response = self.0.receive().await?;
        // A second response would be taken for that of the next request, perhaps of another tenant.
        (!self.0.has_unread()).then_some(response)
    }

    /// Returns the underlying socket, once every request is answered.
    pub(super) fn into_socket(self) -> UnixStream {
        self.0.into_socket()
    }

    /// Closes the connection and waits until the process has closed it too.
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
