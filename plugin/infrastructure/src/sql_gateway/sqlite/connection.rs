//! A line to the process of a SQLite file: a connection there, on which asks and answers take turns.
//!
//! It is held by one at a time. What is dropped while it is asked hangs up: the process ends what is under way, and closes the connection.

use iota_scripts_runtime::protocol::frame;
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

/// Bytes that are read at once. More than that is not kept between two answers.
const ROOM: usize = 4 << 10;

/// A line that is there.
#[derive(Debug)]
pub(super) struct Connection {
    socket: UnixStream,
    inbox: Vec<u8>,
}

/// Lines of one kind that nobody holds; the one that was used last is taken first, for it has its statements at hand.
#[derive(Debug, Default)]
pub(super) struct Idle(Mutex<Vec<Connection>>);

impl Connection {
    pub(super) fn over(socket: std::os::unix::net::UnixStream) -> std::io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self { socket: UnixStream::from_std(socket)?, inbox: Vec::new() })
    }

    /// Asks, and waits for what comes of it; none when the line has closed before that. Not to be used again when it is dropped before its
    /// end.
    pub(super) async fn request<T: DeserializeOwned>(&mut self, frame: &[u8]) -> Option<T> {
        self.socket.write_all(frame).await.ok()?;
        loop {
            let header = self.inbox.first_chunk::<{ frame::HEADER }>();
            let wanted = header.map_or(Ok(0), |header| frame::payload_len(*header)).ok()? + frame::HEADER;
            if self.inbox.len() >= wanted && header.is_some() {
                let outcome = frame::decode(&self.inbox[frame::HEADER..wanted]).ok()?;
                self.inbox.clear();
                self.inbox.shrink_to(ROOM);
                return Some(outcome);
            }
            self.inbox.reserve((wanted - self.inbox.len().min(wanted)).max(ROOM));
            if self.socket.read_buf(&mut self.inbox).await.ok()? == 0 {
                return None;
            }
        }
    }

    /// What is under it, once everything that was asked is answered.
    pub(super) fn into_socket(self) -> UnixStream {
        self.socket
    }

    /// Says that nothing is wanted any more, and waits until the other side has closed too.
    pub(super) async fn close(mut self) {
        let _ = self.socket.shutdown().await;
        loop {
            self.inbox.clear();
            if !matches!(self.socket.read_buf(&mut self.inbox).await, Ok(1..)) {
                return;
            }
        }
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
