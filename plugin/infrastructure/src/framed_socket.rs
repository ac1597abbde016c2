//! Sends and receives messages, as the frames of [`frame`], over a socket to a child process. One system call sends or receives several
//! frames.
//!
//! The child blocks on its end of the socket, so the functions of [`frame`] are enough there. `Framed` of `tokio-util` would also work: its
//! codec can encode a message straight into its buffer, without a copy. It was measured and not used: encoding small messages into its
//! `BytesMut` took 1,781 ns against 1,167 ns here, its sink has no send that does not wait, and the buffers of large frames must be freed
//! by hand.

use std::{array, collections::VecDeque, io, io::IoSlice, os::unix::net::UnixStream as StdUnixStream};

use bytes::{Buf as _, BytesMut};
use iota_scripts_runtime::protocol::frame::{self, FrameError};
use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

/// Unsent bytes above which nothing more is read, since requests of the process would only add to them. A process reads everything that has
/// arrived before it sends more.
const MAX_UNSENT: usize = 4 << 20;
/// Frames that one system call sends.
const MAX_SLICES: usize = 8;
/// Bytes per read, unless a frame is longer. The read buffer keeps no more capacity than this.
const READ_BUFFER: usize = 8 << 10;

/// A socket with its unsent and unread bytes.
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
    /// Bytes of the first frame that are already sent.
    sent: usize,
    /// Unsent bytes of all frames.
    bytes: usize,
}

impl FramedSocket {
    /// Wraps a non-blocking socket. Must be called within a tokio runtime.
    pub(crate) fn new(socket: StdUnixStream) -> io::Result<Self> {
        Ok(Self { socket: UnixStream::from_std(socket)?, inbox: BytesMut::new(), outbox: Outbox::default() })
    }

    /// Queues a frame for the next [`Self::flush`] or [`Self::receive`].
    pub(crate) fn send(&mut self, frame: Vec<u8>) {
        self.outbox.push(frame);
    }

    /// Sends as many bytes as the socket accepts now, without waiting.
    pub(crate) fn flush(&mut self) {
        while self.outbox.bytes > 0
            && let Ok(count) = self.socket.try_write_vectored(&self.outbox.slices())
        {
            self.outbox.mark_sent(count);
        }
    }

    /// Returns the next message, sending queued frames meanwhile, or `None` if the process has closed its end or violated the protocol.
    /// Cancel safe: partially read and sent frames are kept.
    pub(crate) async fn receive<T: DeserializeOwned>(&mut self) -> Option<T> {
        loop {
            if let Some(message) = self.next().ok()? {
                return Some(message);
            }
            let (mut reader, mut writer) = self.socket.split();
            let front = self.outbox.front();
            let read = tokio::select! {
                read = reader.read_buf(&mut self.inbox), if self.outbox.bytes <= MAX_UNSENT => read,
                written = writer.write(front.unwrap_or_default()), if front.is_some() => {
                    match written {
                        Ok(count) => self.outbox.mark_sent(count),
                        // The next read reports that the process has exited.
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

    /// Closes the write half and waits until the process has closed its end.
    pub(crate) async fn close(mut self) {
        let _ = self.socket.shutdown().await;
        loop {
            self.inbox.clear();
            if !matches!(self.socket.read_buf(&mut self.inbox).await, Ok(1..)) {
                return;
            }
        }
    }

    /// Whether bytes were received that no message was decoded from.
    pub(crate) fn has_unread(&self) -> bool {
        !self.inbox.is_empty()
    }

    /// Returns the socket, to pass file descriptors over it.
    pub(crate) const fn socket(&self) -> &UnixStream {
        &self.socket
    }

    /// Returns the socket. Call it only when every request has been answered.
    pub(crate) fn into_socket(self) -> UnixStream {
        self.socket
    }

    /// Decodes the next message from the read buffer. If it is incomplete, reserves space for the rest of it.
    fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        if let Some((message, length)) = frame::first(&self.inbox)? {
            self.inbox.advance(length);
            if length > READ_BUFFER {
                self.inbox = BytesMut::from(&self.inbox[..]);
            }
            return Ok(Some(message));
        }
        let payload = self.inbox.first_chunk().map_or(Ok(0), |header| frame::payload_len(*header))?;
        let length = frame::HEADER + payload;
        if length <= READ_BUFFER {
            self.inbox.reserve(READ_BUFFER);
        } else if self.inbox.capacity() < length {
            // `reserve` would double the buffer, and read beyond the frame.
            let mut inbox = BytesMut::with_capacity(length);
            inbox.extend_from_slice(&self.inbox);
            self.inbox = inbox;
        }
        Ok(None)
    }
}

impl Outbox {
    fn push(&mut self, frame: Vec<u8>) {
        self.bytes += frame.len();
        self.frames.push_back(frame);
    }

    /// Returns the unsent bytes of the first frame.
    fn front(&self) -> Option<&[u8]> {
        self.frames.front().map(|frame| &frame[self.sent..])
    }

    /// Returns the unsent bytes of the first frames, for one system call.
    fn slices(&self) -> [IoSlice<'_>; MAX_SLICES] {
        let mut sent = self.sent;
        let mut frames = self.frames.iter();
        array::from_fn(|_| {
            let frame = frames.next().map_or(&[][..], |frame| &frame[sent..]);
            sent = 0;
            IoSlice::new(frame)
        })
    }

    fn mark_sent(&mut self, count: usize) {
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
    async fn a_large_frame_leaves_no_large_buffer() {
        use std::io::Write as _;

        let (mut ours, mut theirs) = pair();
        let large = frame::encode(&"x".repeat(1 << 20)).unwrap();
        let small = frame::encode(&"y").unwrap();
        let (start, tail) = large.split_at(large.len() - 100);
        let (start, tail) = (start.to_vec(), [tail, &small].concat());
        let writer = std::thread::spawn(move || {
            theirs.write_all(&start).unwrap();
            theirs.write_all(&tail).unwrap();
            theirs
        });
        assert_eq!(ours.receive::<String>().await.map(|text| text.len()), Some(1 << 20));
        assert!(ours.inbox.capacity() < 2 * READ_BUFFER, "{}", ours.inbox.capacity());
        assert_eq!(ours.receive::<String>().await.as_deref(), Some("y"));
        assert!(!ours.has_unread());
        drop(writer.join().unwrap());
    }

    #[tokio::test]
    async fn small_messages_share_a_read_and_large_ones_are_split() {
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
        assert!(ours.inbox.capacity() <= 4 * READ_BUFFER, "{}", ours.inbox.capacity());
    }

    #[tokio::test]
    async fn a_cancelled_receive_loses_no_data() {
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
    async fn receive_sends_queued_frames() {
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
    async fn an_invalid_frame_ends_the_connection() {
        for wrong in [&[0xff; 8][..], &[1, 0, 0, 0, b'x']] {
            use std::io::Write as _;
            let (mut ours, mut theirs) = pair();
            theirs.write_all(wrong).unwrap();
            assert_eq!(ours.receive::<String>().await, None);
        }
    }
}
