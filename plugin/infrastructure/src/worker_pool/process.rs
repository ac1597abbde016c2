//! A worker process: frames there and back over its socket, and how it ended.

use std::{
    array,
    collections::VecDeque,
    io::{self, IoSlice},
    os::unix::{net::UnixStream as StdUnixStream, process::ExitStatusExt as _},
    path::Path,
    process::ExitStatus,
};

use iota_scripts_domain::Fault;
use iota_scripts_runtime::{
    exit,
    protocol::{FromWorker, Limits, frame, handover},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::wire;
use crate::child::Child;

/// Bytes that a worker has not taken yet, beyond which it is not listened to: what it asks for next would only add to
/// them. A worker takes what is there whenever it says something.
const UNTAKEN: usize = 4 << 20;
/// Frames that one system call sends.
const AT_ONCE: usize = 8;

/// The line to one process.
#[derive(Debug)]
pub(super) struct ProcessLink {
    process: Child,
    writer: OwnedWriteHalf,
    reader: BufReader<OwnedReadHalf>,
    inbox: Inbox,
    outbox: Outbox,
}

/// Frames that the worker has not taken yet.
#[derive(Debug, Default)]
struct Outbox {
    frames: VecDeque<Vec<u8>>,
    /// Bytes of the first that it has taken.
    taken: usize,
    /// Bytes of all that it has not.
    bytes: usize,
}

/// A frame that is being read. Kept outside the future, so that a read that is given up loses nothing.
#[derive(Debug, Default)]
struct Inbox {
    bytes: Vec<u8>,
    filled: usize,
}

impl ProcessLink {
    /// Starts the program.
    pub(super) async fn spawn(program: &Path) -> Result<Self, Fault> {
        let (process, ours) = Child::spawn(program)
            .await
            .map_err(|error| wire::died(&format!("the worker could not be started: {error}")))?;
        Self::over(ours, process).map_err(|error| wire::died(&error.to_string()))
    }

    fn over(ours: StdUnixStream, process: Child) -> io::Result<Self> {
        let (reader, writer) = UnixStream::from_std(ours)?.into_split();
        let reader = BufReader::new(reader);
        Ok(Self { process, writer, reader, inbox: Inbox::default(), outbox: Outbox::default() })
    }

    /// Has a template, to which this is the line, make a copy of itself. It exists when it has said so, see
    /// [`Self::born`].
    pub(super) fn copy(&self) -> io::Result<Self> {
        let (ours, theirs) = StdUnixStream::pair()?;
        ours.set_nonblocking(true)?;
        handover::send(self.writer.as_ref(), 0, &theirs)?;
        Self::over(ours, Child::unborn())
    }

    /// Waits for the first word of a copy; false when there is none.
    pub(super) async fn born(&mut self) -> bool {
        match self.receive().await {
            Some(FromWorker::Forked { pid }) => match Child::adopt(pid) {
                Some(process) => {
                    self.process = process;
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    /// To go out with the next [`Self::flush`] or [`Self::receive`].
    pub(super) fn send(&mut self, frame: Vec<u8>) {
        self.outbox.put(frame);
    }

    /// Never waits: a worker that is in the middle of a step may not listen before its end, and its end must be heard.
    pub(super) fn flush(&mut self) {
        while self.outbox.bytes > 0
            && let Ok(count) = self.writer.try_write_vectored(&self.outbox.first())
        {
            self.outbox.took(count);
        }
    }

    /// Cancel safe: what was read of a frame stays for the next call.
    pub(super) async fn receive(&mut self) -> Option<FromWorker> {
        loop {
            let wanted = self.inbox.wanted()?;
            if self.inbox.filled == wanted && wanted > frame::HEADER {
                let message = frame::decode(&self.inbox.bytes[frame::HEADER..]);
                self.inbox = Inbox::default();
                return message.ok();
            }
            self.inbox.bytes.resize(wanted, 0);
            let filled = self.inbox.filled;
            let next = &mut self.inbox.bytes[filled..];
            let rest = self.outbox.rest();
            let read = tokio::select! {
                read = self.reader.read(next), if self.outbox.bytes <= UNTAKEN => read,
                written = self.writer.write(rest.unwrap_or_default()), if rest.is_some() => {
                    match written {
                        Ok(count) => self.outbox.took(count),
                        // A worker that is gone shows at the next read, with the reason.
                        Err(_) => self.outbox = Outbox::default(),
                    }
                    continue;
                }
            };
            match read {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.inbox.filled += count,
            }
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        self.process.is_alive()
    }

    pub(super) async fn exit_reason(&mut self, limits: &Limits) -> Fault {
        // A worker that spoke nonsense is still alive.
        fault_of(self.process.end().await, limits)
    }

    pub(super) fn kill(&mut self) {
        self.process.kill();
    }
}

impl Outbox {
    fn put(&mut self, frame: Vec<u8>) {
        self.bytes += frame.len();
        self.frames.push_back(frame);
    }

    /// What goes out next.
    fn rest(&self) -> Option<&[u8]> {
        self.frames.front().map(|frame| &frame[self.taken..])
    }

    /// What goes out next, as many frames as go at once.
    fn first(&self) -> [IoSlice<'_>; AT_ONCE] {
        let mut taken = self.taken;
        let mut frames = self.frames.iter();
        array::from_fn(|_| {
            let frame = frames.next().map_or(&[][..], |frame| &frame[taken..]);
            taken = 0;
            IoSlice::new(frame)
        })
    }

    fn took(&mut self, count: usize) {
        self.taken += count;
        self.bytes -= count;
        while let Some(frame) = self.frames.front().filter(|frame| self.taken >= frame.len()) {
            self.taken -= frame.len();
            self.frames.pop_front();
        }
    }
}

impl Inbox {
    /// How many bytes of the frame are needed next, the header included; None when it is too large.
    fn wanted(&self) -> Option<usize> {
        match self.bytes.first_chunk::<{ frame::HEADER }>() {
            Some(header) if self.filled >= frame::HEADER => {
                frame::payload_len(*header).ok().map(|len| frame::HEADER + len)
            }
            _ => Some(frame::HEADER),
        }
    }
}

fn fault_of(status: Option<ExitStatus>, limits: &Limits) -> Fault {
    match status.map(|status| (status.code(), status.signal())) {
        Some((Some(code), _)) => wire::fault(exit::fault_of(exit::Exit::Code(code), limits)),
        Some((None, Some(signal))) => wire::fault(exit::fault_of(exit::Exit::Signal(signal), limits)),
        Some((None, None)) | None => wire::died("the worker is gone"),
    }
}
