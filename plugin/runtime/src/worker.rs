//! The worker process: one isolate behind a socket, one run after another, until the socket closes.
//!
//! A small watcher ends the process as soon as the other side is gone, whatever a script is doing just then. Time is
//! kept by the other side, which kills a worker that is late.

mod port;

use std::{io, os::unix::net::UnixStream, thread};

use rustix::event::{PollFd, PollFlags, poll};
use thiserror::Error;

use crate::{
    allocator::leave,
    exit,
    isolate::{Config, Isolate, Meter, STACK_BYTES},
    protocol::{FromWorker, Hello, PROTOCOL, Ready, ToWorker, frame::FrameError},
    sandbox,
};

use self::port::Socket;

/// Why a worker cannot go on.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// The socket carries something else than this protocol.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The other side's first message was no greeting.
    #[error("the first message must be a greeting")]
    NoHello,
    /// The other side was built from another version.
    #[error("the other side speaks protocol {theirs}, this worker {PROTOCOL}")]
    Protocol { theirs: u32 },
    /// The engine does not start.
    #[error("{0}")]
    Engine(String),
    /// The system refused a limit or a thread.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
}

/// Serves runs over the socket until it closes, then ends the process.
///
/// # Errors
/// When the worker cannot start or the other side breaks the protocol. A closed socket is no error.
pub fn run(socket: UnixStream, meter: &'static dyn Meter) -> Result<(), WorkerError> {
    sandbox::forbid_core_dumps()?;
    let watched = socket.try_clone()?;
    let isolate = thread::Builder::new().name("isolate".to_owned()).stack_size(STACK_BYTES);
    let isolate = isolate.spawn(move || serve(socket, meter))?;
    thread::Builder::new().name("watcher".to_owned()).stack_size(64 << 10).spawn(move || leave_with(&watched))?;
    isolate.join().unwrap_or_else(|_| Err(WorkerError::Engine("the isolate's thread panicked".to_owned())))
}

fn serve(socket: UnixStream, meter: &'static dyn Meter) -> Result<(), WorkerError> {
    let mut socket = Socket::new(socket)?;
    match socket.receive()? {
        None => return Ok(()),
        Some(ToWorker::Hello(Hello { protocol, .. })) if protocol != PROTOCOL => {
            return Err(WorkerError::Protocol { theirs: protocol });
        }
        Some(ToWorker::Hello(Hello { address_space_bytes, .. })) => {
            if let Some(bytes) = address_space_bytes {
                sandbox::limit_address_space(bytes)?;
            }
        }
        Some(_) => return Err(WorkerError::NoHello),
    }
    let mut isolate =
        Isolate::new(Config { meter: Some(meter) }).map_err(|fault| WorkerError::Engine(fault.message))?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    socket.send(&FromWorker::Ready(Ready { protocol: PROTOCOL, version }))?;
    let socket = socket.shared();
    loop {
        let message = socket.borrow_mut().next()?;
        match message {
            None => return Ok(()),
            Some(ToWorker::Bind(services)) => isolate.bind(services),
            Some(ToWorker::Load(script)) => isolate.load(script),
            Some(ToWorker::Check(check)) => {
                let diagnostics = isolate.check(&check.source, &check.limits);
                socket.borrow_mut().send(&FromWorker::Checked(diagnostics))?;
            }
            Some(ToWorker::Run(job)) if !isolate.has(&job.key) => {
                socket.borrow_mut().send(&FromWorker::Missing { key: job.key })?;
            }
            Some(ToWorker::Run(job)) => {
                let done = isolate.run(&job, &port::of(&socket));
                socket.borrow_mut().send(&FromWorker::Done(Box::new(done)))?;
            }
            // Late messages of a run that has ended.
            Some(ToWorker::Reply(_) | ToWorker::Cancel) => {}
            Some(ToWorker::Hello(_)) => return Err(WorkerError::NoHello),
        }
    }
}

/// Waits until the other side has closed the socket, then ends the process, even in the middle of a run.
fn leave_with(socket: &UnixStream) {
    loop {
        let mut closed = [PollFd::new(socket, PollFlags::RDHUP)];
        match poll(&mut closed, None) {
            Ok(_) => leave(exit::CLOSED),
            Err(error) if error == rustix::io::Errno::INTR => {}
            Err(_) => leave(exit::PROTOCOL),
        }
    }
}
