//! A worker process: exchanges frames over its socket, and reports how it ended.

use std::{
    io,
    os::unix::{net::UnixStream, process::ExitStatusExt as _},
    path::Path,
    process::ExitStatus,
};

use iota_scripts_domain::Fault;
use iota_scripts_runtime::{
    exit,
    protocol::{FromWorker, Limits, handover},
};

use super::wire;
use crate::{child::Child, framed_socket::FramedSocket};

/// The connection to one process.
#[derive(Debug)]
pub(super) struct ProcessLink {
    process: Child,
    socket: FramedSocket,
}

impl ProcessLink {
    /// Starts the worker program.
    pub(super) async fn spawn(program: &Path) -> Result<Self, Fault> {
        let (process, ours) = Child::spawn(program)
            .await
            .map_err(|error| wire::died(&format!("the worker could not be started: {error}")))?;
        Self::over(ours, process).map_err(|error| wire::died(&error.to_string()))
    }

    fn over(ours: UnixStream, process: Child) -> io::Result<Self> {
        Ok(Self { process, socket: FramedSocket::new(ours)? })
    }

    /// Asks a template, to which this is the connection, to copy itself. The copy exists once it has reported, see
    /// [`Self::wait_until_forked`].
    pub(super) fn copy(&self) -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        handover::send(self.socket.socket(), 0, &theirs)?;
        Self::over(ours, Child::unborn())
    }

    /// Waits for the first message of a copy; false if there is none.
    pub(super) async fn wait_until_forked(&mut self) -> bool {
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

    /// Queues a frame for the next [`Self::flush`] or [`Self::receive`].
    pub(super) fn send(&mut self, frame: Vec<u8>) {
        self.socket.send(frame);
    }

    /// Never waits: a worker may not read until its current step ends, and its messages must be received meanwhile.
    pub(super) fn flush(&mut self) {
        self.socket.flush();
    }

    /// Cancel safe.
    pub(super) async fn receive(&mut self) -> Option<FromWorker> {
        self.socket.receive().await
    }

    pub(super) fn is_alive(&self) -> bool {
        self.process.is_alive()
    }

    pub(super) async fn exit_reason(&mut self, limits: &Limits) -> Fault {
        // A worker that violated the protocol is still alive.
        fault_of(self.process.end().await, limits)
    }

    pub(super) fn kill(&mut self) {
        self.process.kill();
    }
}

fn fault_of(status: Option<ExitStatus>, limits: &Limits) -> Fault {
    match status.map(|status| (status.code(), status.signal())) {
        Some((Some(code), _)) => wire::fault(exit::fault_of(exit::Exit::Code(code), limits)),
        Some((None, Some(signal))) => wire::fault(exit::fault_of(exit::Exit::Signal(signal), limits)),
        Some((None, None)) | None => wire::died("the worker is gone"),
    }
}
