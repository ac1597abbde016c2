//! A worker process: spawned without fork, spoken to over a socketpair, killed and reaped here.
//!
//! The socket is the worker's descriptor 0: writing to one whose other end died is an error and no SIGPIPE,
//! and a worker whose host was killed finds it closed.

use std::{
    collections::VecDeque,
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream as StdUnixStream, process::ExitStatusExt as _},
    },
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use iota_scripts_domain::Fault;
use iota_scripts_runtime::{
    exit,
    protocol::{FromWorker, Limits, frame},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::spawn_blocking,
};

use super::wire;

/// The line to one process.
#[derive(Debug)]
pub(super) struct ProcessLink {
    process: Process,
    writer: OwnedWriteHalf,
    reader: BufReader<OwnedReadHalf>,
    inbox: Inbox,
    outbox: Outbox,
}

/// A child of ours. Dropped, it is killed and waited for, wherever that is.
#[derive(Debug)]
struct Process(Option<Child>);

/// Frames that the worker has not taken yet.
#[derive(Debug, Default)]
struct Outbox {
    frames: VecDeque<Vec<u8>>,
    /// Bytes of the first that it has taken.
    taken: usize,
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
        let program = program.to_owned();
        let (process, ours) = spawn_blocking(move || spawn(&program))
            .await
            .map_err(|error| wire::died(&error.to_string()))?
            .map_err(|error| wire::died(&format!("the worker could not be started: {error}")))?;
        let stream = UnixStream::from_std(ours).map_err(|error| wire::died(&error.to_string()))?;
        let (reader, writer) = stream.into_split();
        let reader = BufReader::new(reader);
        Ok(Self { process, writer, reader, inbox: Inbox::default(), outbox: Outbox::default() })
    }

    /// Never waits: a worker that is in the middle of a step may not listen before its end, and its end must be heard.
    pub(super) fn send(&mut self, frame: Vec<u8>) {
        self.outbox.frames.push_back(frame);
        while let Some(rest) = self.outbox.rest()
            && let Ok(count) = self.writer.try_write(rest)
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
            let read = match self.outbox.rest() {
                None => self.reader.read(next).await,
                Some(rest) => tokio::select! {
                    read = self.reader.read(next) => read,
                    written = self.writer.write(rest) => {
                        match written {
                            Ok(count) => self.outbox.took(count),
                            // A worker that is gone shows at the next read, with the reason.
                            Err(_) => self.outbox = Outbox::default(),
                        }
                        continue;
                    }
                },
            };
            match read {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.inbox.filled += count,
            }
        }
    }

    pub(super) fn is_alive(&mut self) -> bool {
        self.process.0.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    pub(super) async fn obituary(&mut self, limits: &Limits) -> Fault {
        let status = match self.process.0.take() {
            Some(mut child) => {
                // A worker that spoke nonsense is still alive.
                let _ = child.kill();
                spawn_blocking(move || child.wait()).await.ok().and_then(Result::ok)
            }
            None => None,
        };
        fault_of(status, limits)
    }

    pub(super) fn kill(&mut self) {
        self.process.kill();
    }
}

impl Process {
    fn kill(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            reap(child);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Outbox {
    /// What goes out next.
    fn rest(&self) -> Option<&[u8]> {
        self.frames.front().map(|frame| &frame[self.taken..])
    }

    fn took(&mut self, count: usize) {
        self.taken += count;
        if self.frames.front().is_some_and(|frame| self.taken >= frame.len()) {
            self.frames.pop_front();
            self.taken = 0;
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

fn spawn(program: &Path) -> std::io::Result<(Process, StdUnixStream)> {
    let (ours, theirs) = StdUnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let child = Command::new(program)
        .env_clear()
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok((Process(Some(child)), ours))
}

/// A killed process ends at once; it is waited for so that it does not stay a zombie.
fn reap(mut child: Child) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(move || child.wait())),
        Err(_) => drop(child.wait()),
    }
}

fn fault_of(status: Option<ExitStatus>, limits: &Limits) -> Fault {
    match status.map(|status| (status.code(), status.signal())) {
        Some((Some(code), _)) => wire::fault(exit::fault_of(exit::Exit::Code(code), limits)),
        Some((None, Some(signal))) => wire::fault(exit::fault_of(exit::Exit::Signal(signal), limits)),
        Some((None, None)) | None => wire::died("the worker is gone"),
    }
}
