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

/// Bytes that a worker has not taken yet, beyond which it is not listened to: what it asks for next would only add to
/// them. A worker takes what is there whenever it says something.
const UNTAKEN: usize = 4 << 20;

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

/// A child that has been killed. Dropped, it is waited for: a runtime that
/// ends drops the task that was to do so, and a child that nobody waits for stays a zombie of the host.
#[derive(Debug)]
struct Killed(Child);

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
        self.outbox.put(frame);
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

    pub(super) fn is_alive(&mut self) -> bool {
        self.process.0.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    pub(super) async fn obituary(&mut self, limits: &Limits) -> Fault {
        let status = match self.process.0.take() {
            Some(child) => {
                // A worker that spoke nonsense is still alive.
                let mut killed = Killed::of(child);
                spawn_blocking(move || killed.wait()).await.ok().flatten()
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
        if let Some(child) = self.0.take() {
            reap(Killed::of(child));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Killed {
    /// Kills a child, if it is still alive.
    fn of(mut child: Child) -> Self {
        let _ = child.kill();
        Self(child)
    }

    fn wait(&mut self) -> Option<ExitStatus> {
        self.0.wait().ok()
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        // Waiting again for one that was waited for is free.
        self.wait();
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

    fn took(&mut self, count: usize) {
        self.taken += count;
        self.bytes -= count;
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

/// A killed process ends at once, but its memory has to be given back first: that is not for a thread of the runtime.
fn reap(killed: Killed) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(move || drop(killed))),
        Err(_) => drop(killed),
    }
}

fn fault_of(status: Option<ExitStatus>, limits: &Limits) -> Fault {
    match status.map(|status| (status.code(), status.signal())) {
        Some((Some(code), _)) => wire::fault(exit::fault_of(exit::Exit::Code(code), limits)),
        Some((None, Some(signal))) => wire::fault(exit::fault_of(exit::Exit::Signal(signal), limits)),
        Some((None, None)) | None => wire::died("the worker is gone"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_is_let_go_while_the_runtime_ends_is_no_zombie() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let child = Command::new("sleep").arg("3600").spawn().unwrap();
        let entry = format!("/proc/{}", child.id());
        let handle = runtime.handle().clone();
        let _within = handle.enter();
        runtime.shutdown_background();
        // The runtime takes no task any more: it drops the waiting instead of doing it.
        drop(Process(Some(child)));
        assert!(!Path::new(&entry).exists());
    }
}
