//! Messages over a socket to a process of ours, as the frames of [`frame`]: several go out with one system call, and several come in
//! with one.
//!
//! Of the process' own side, which blocks, the functions of [`frame`] are enough. `Framed` of `tokio-util` copies every message once
//! more before it goes out, and cannot send without waiting.

use std::{array, collections::VecDeque, io, io::IoSlice, os::unix::net::UnixStream as StdUnixStream};

use bytes::{Buf as _, BytesMut};
use iota_scripts_runtime::protocol::frame::{self, FrameError};
use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

/// Bytes that are not sent yet, beyond which nothing is read: what the process asks for next would only add to them. A process takes
/// what is there whenever it says something.
const MOST_UNSENT: usize = 4 << 20;
/// Frames that one system call sends.
const AT_ONCE: usize = 8;
/// Bytes that are read at once, unless a frame is longer. No more room than that is kept.
const ROOM: usize = 8 << 10;

/// A socket, with what is not sent and what is not read yet.
#[derive(Debug)]
pub(crate) struct FramedSocket {
    socket: UnixStream,
    inbox: BytesMut,
    outbox: Outbox,
}

/// Frames that are not sent yet.
#[derive(Debug, Default)]
struct Outbox {
    frames: VecDeque<Vec<u8>>,
    /// Bytes of the first that are sent.
    sent: usize,
    /// Bytes of all that are not.
    bytes: usize,
}

impl FramedSocket {
    /// Takes a socket that does not block. Needs a tokio runtime.
    pub(crate) fn new(socket: StdUnixStream) -> io::Result<Self> {
        Ok(Self { socket: UnixStream::from_std(socket)?, inbox: BytesMut::new(), outbox: Outbox::default() })
    }

    /// Adds a frame to what goes out with the next [`Self::flush`] or [`Self::receive`].
    pub(crate) fn send(&mut self, frame: Vec<u8>) {
        self.outbox.put(frame);
    }

    /// Sends what the socket takes now, and never waits.
    pub(crate) fn flush(&mut self) {
        while self.outbox.bytes > 0
            && let Ok(count) = self.socket.try_write_vectored(&self.outbox.first())
        {
            self.outbox.took(count);
        }
    }

    /// The next message, while what is not sent goes out; `None` when the process has closed its end or broken the protocol. Cancel
    /// safe: what was read and sent of a frame is remembered.
    pub(crate) async fn receive<T: DeserializeOwned>(&mut self) -> Option<T> {
        loop {
            if let Some(message) = self.next().ok()? {
                return Some(message);
            }
            let (mut reader, mut writer) = self.socket.split();
            let rest = self.outbox.rest();
            let read = tokio::select! {
                read = reader.read_buf(&mut self.inbox), if self.outbox.bytes <= MOST_UNSENT => read,
                written = writer.write(rest.unwrap_or_default()), if rest.is_some() => {
                    match written {
                        Ok(count) => self.outbox.took(count),
                        // A process that is gone shows at the next read.
                        Err(_) => self.outbox = Outbox::default(),
                    }
                    continue;
                }
            };
            match read {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Closes our half, and waits until the process has closed its own.
    pub(crate) async fn close(mut self) {
        let _ = self.socket.shutdown().await;
        loop {
            self.inbox.clear();
            if !matches!(self.socket.read_buf(&mut self.inbox).await, Ok(1..)) {
                return;
            }
        }
    }

    /// The socket, to hand descriptors over.
    pub(crate) const fn socket(&self) -> &UnixStream {
        &self.socket
    }

    /// The socket, once everything that was asked is answered.
    pub(crate) fn into_socket(self) -> UnixStream {
        self.socket
    }

    /// The next message of what was read; if it is not whole, makes room for the rest of it.
    fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        if let Some((message, length)) = frame::first(&self.inbox)? {
            self.inbox.advance(length);
            if length > ROOM && self.inbox.is_empty() {
                self.inbox = BytesMut::new();
            }
            return Ok(Some(message));
        }
        let payload = self.inbox.first_chunk().map_or(Ok(0), |header| frame::payload_len(*header))?;
        let missing = (frame::HEADER + payload).saturating_sub(self.inbox.len());
        self.inbox.reserve(missing.max(ROOM));
        Ok(None)
    }
}

impl Outbox {
    fn put(&mut self, frame: Vec<u8>) {
        self.bytes += frame.len();
        self.frames.push_back(frame);
    }

    /// What goes out next.
    fn rest(&self) -> Option<&[u8]> {
        self.frames.front().map(|frame| &frame[self.sent..])
    }

    /// What goes out next, as many frames as go at once.
    fn first(&self) -> [IoSlice<'_>; AT_ONCE] {
        let mut sent = self.sent;
        let mut frames = self.frames.iter();
        array::from_fn(|_| {
            let frame = frames.next().map_or(&[][..], |frame| &frame[sent..]);
            sent = 0;
            IoSlice::new(frame)
        })
    }

    fn took(&mut self, count: usize) {
        self.sent += count;
        self.bytes -= count;
        while let Some(frame) = self.frames.front().filter(|frame| self.sent >= frame.len()) {
            self.sent -= frame.len();
            self.frames.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn pair() -> (FramedSocket, StdUnixStream) {
        let (ours, theirs) = StdUnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        (FramedSocket::new(ours).unwrap(), theirs)
    }

    #[tokio::test]
    async fn several_messages_come_with_one_read_and_a_large_one_in_pieces() {
        let (mut ours, mut theirs) = pair();
        let large = "x".repeat(1 << 20);
        let there = large.clone();
        let process = std::thread::spawn(move || {
            for text in ["one", "two", &there, "three"] {
                frame::write(&mut theirs, &text).unwrap();
            }
        });
        for text in ["one", "two", &large, "three"] {
            assert_eq!(ours.receive::<String>().await.as_deref(), Some(text));
        }
        process.join().unwrap();
        assert_eq!(ours.receive::<String>().await, None, "the other end is closed");
        assert!(ours.inbox.capacity() <= 4 * ROOM, "{}", ours.inbox.capacity());
    }

    #[tokio::test]
    async fn a_receive_that_is_given_up_loses_nothing() {
        use std::io::Write as _;
        let (mut ours, mut theirs) = pair();
        let whole = frame::encode(&"text").unwrap();
        for byte in &whole[..whole.len() - 1] {
            theirs.write_all(&[*byte]).unwrap();
            tokio::task::yield_now().await;
            assert!(ours.receive::<String>().now_or_never().is_none());
        }
        theirs.write_all(&whole[whole.len() - 1..]).unwrap();
        assert_eq!(ours.receive::<String>().await.as_deref(), Some("text"));
    }

    #[tokio::test]
    async fn what_the_process_does_not_take_goes_out_while_its_messages_are_waited_for() {
        let (mut ours, mut theirs) = pair();
        let sent: Vec<String> = (0..40).map(|number| number.to_string().repeat(100_000)).collect();
        for text in &sent {
            ours.send(frame::encode(text).unwrap());
            ours.flush();
        }
        assert!(ours.outbox.bytes > 0, "the socket has less room");
        let process = std::thread::spawn(move || {
            let received: Vec<String> = (0..40).map(|_| frame::read(&mut theirs).unwrap().unwrap()).collect();
            frame::write(&mut theirs, &"done").unwrap();
            received
        });
        assert_eq!(ours.receive::<String>().await.as_deref(), Some("done"));
        assert_eq!(ours.outbox.bytes, 0);
        assert_eq!(process.join().unwrap(), sent);
    }

    #[tokio::test]
    async fn a_frame_that_is_too_long_or_no_message_ends_it() {
        for wrong in [&[0xff; 8][..], &[1, 0, 0, 0, b'x']] {
            use std::io::Write as _;
            let (mut ours, mut theirs) = pair();
            theirs.write_all(wrong).unwrap();
            assert_eq!(ours.receive::<String>().await, None);
        }
    }
}
