//! The worker process: one isolate behind a socket, one step of a run after another, until the socket closes.
//!
//! A small watcher ends the process as soon as the other side is gone, whatever a script is doing just then. Time is
//! kept by the other side, which kills a worker that is late.

mod port;

use std::{
    io,
    os::{fd::AsFd as _, unix::net::UnixStream},
    sync::mpsc,
    thread,
};

use rustix::event::{PollFd, PollFlags, poll};
use thiserror::Error;

use crate::{
    allocator::leave,
    exit,
    isolate::{Config, Isolate, Meter},
    meter,
    protocol::{FromWorker, Hello, PROTOCOL, Ready, ToWorker, frame::FrameError},
    sandbox::{self, Kernel, Sandbox},
    serve,
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
    /// The system refused a thread or a descriptor.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
}

/// Serves runs over the socket until it closes, then ends the process. To be called on the process' only thread.
///
/// # Errors
/// When the worker cannot start or the other side breaks the protocol. A closed socket is no error.
pub fn run(socket: UnixStream, meter: &'static dyn Meter, kernel: &'static dyn Kernel) -> Result<(), WorkerError> {
    meter::end_on_timer()?;
    let sandbox = Sandbox::enter(kernel, socket.as_fd());
    let watched = socket.try_clone()?;
    let (up, starting) = mpsc::channel();
    let watcher = thread::Builder::new().name("watcher".to_owned()).stack_size(64 << 10);
    watcher.spawn(move || {
        let _ = up.send(());
        leave_with(&watched);
    })?;
    // A thread that is still starting makes calls that the sandbox is about to forbid.
    let _ = starting.recv();
    let mut socket = Socket::new(socket)?;
    let hello = match socket.receive()? {
        None => return Ok(()),
        Some(ToWorker::Hello(hello)) if hello.protocol == PROTOCOL => hello,
        Some(ToWorker::Hello(hello)) => return Err(WorkerError::Protocol { theirs: hello.protocol }),
        Some(_) => return Err(WorkerError::NoHello),
    };
    let isolate = thread::Builder::new().name("isolate".to_owned()).stack_size(hello.stack_bytes);
    let isolate = isolate.spawn(move || serve(socket, &hello, meter, sandbox))?;
    isolate.join().unwrap_or_else(|_| Err(WorkerError::Engine("the isolate's thread panicked".to_owned())))
}

fn serve(mut socket: Socket, hello: &Hello, meter: &'static dyn Meter, sandbox: Sandbox) -> Result<(), WorkerError> {
    let sandbox = sandbox.close(hello.address_space_bytes);
    let mut isolate =
        Isolate::new(Config { meter: Some(meter) }).map_err(|fault| WorkerError::Engine(fault.message))?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    socket.send(&FromWorker::Ready(Ready { protocol: PROTOCOL, version, sandbox }))?;
    let socket = socket.shared();
    let port = port::of(&socket);
    loop {
        // The borrow ends before a run, which needs the socket for itself.
        let message = socket.borrow_mut().next()?;
        let Some(message) = message else { return Ok(()) };
        if let Some(mut answer) = serve::answer(&mut isolate, message, &port) {
            if let FromWorker::Done { done: Some(done), .. } = &mut answer {
                done.spoiled |= sandbox::is_worn_out();
            }
            socket.borrow_mut().send(&answer)?;
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
