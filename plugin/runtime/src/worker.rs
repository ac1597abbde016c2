//! The worker process: one isolate behind a socket, one step of a run after another, until the socket closes.
//!
//! It starts from nothing, or as a copy of a template that has the isolate ready; either way it raises its own walls
//! before it takes the first script. A small watcher ends the process as soon as the other side is gone, whatever a script is doing just then. Time is
//! kept by the other side, which kills a worker that is late.

mod copy;
mod port;
mod template;

use std::{
    io,
    os::{fd::AsFd as _, unix::net::UnixStream},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use rustix::event::{PollFd, PollFlags, poll};
use thiserror::Error;

use crate::{
    allocator::leave,
    exit,
    isolate::{Config, Isolate, Meter},
    meter,
    protocol::{
        Fault, FromWorker, Hello, PROTOCOL, Ready, SandboxLevel, ToWorker,
        frame::{self, FrameError},
    },
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
    #[error("{}", .0.message)]
    Engine(Box<Fault>),
    /// The thread of the isolate has ended in a panic.
    #[error("the isolate's thread panicked")]
    Panicked,
    /// The system refused a thread or a descriptor.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
}

/// Serves runs over the socket until it closes, then ends the process; or, if the first message says so, makes copies of
/// the process that do. To be called on the process' only thread.
///
/// # Errors
/// When the worker cannot start or the other side breaks the protocol. A closed socket is no error.
pub fn run(socket: UnixStream, meter: &'static dyn Meter, kernel: &'static dyn Kernel) -> Result<(), WorkerError> {
    // Nothing is read beyond the message: what follows it may be no message.
    match frame::read(&mut &socket)? {
        None => Ok(()),
        Some(ToWorker::Hello(hello)) => start(socket, &agreed(hello)?, meter, kernel),
        Some(ToWorker::Template(hello)) => template::serve(socket, &agreed(hello)?, meter, kernel),
        Some(_) => Err(WorkerError::NoHello),
    }
}

/// A greeting of the same protocol.
fn agreed(hello: Hello) -> Result<Hello, WorkerError> {
    if hello.protocol == PROTOCOL { Ok(hello) } else { Err(WorkerError::Protocol { theirs: hello.protocol }) }
}

/// A worker from the start.
fn start(
    socket: UnixStream,
    hello: &Hello,
    meter: &'static dyn Meter,
    kernel: &'static dyn Kernel,
) -> Result<(), WorkerError> {
    let sandbox = enclose(&socket, kernel)?;
    let socket = Socket::new(socket)?;
    let address_space = hello.address_space_bytes;
    let stack_bytes = hello.stack_bytes;
    on_large_stack(stack_bytes, move || {
        let sandbox = sandbox.close(address_space);
        serve(isolate(meter, stack_bytes)?, socket, sandbox)
    })?
    .join()
    .unwrap_or_else(|_| Err(WorkerError::Panicked))
}

/// Raises the first walls, and has the process end with the other side. To be called on its only thread.
fn enclose(socket: &UnixStream, kernel: &'static dyn Kernel) -> Result<Sandbox, WorkerError> {
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
    Ok(sandbox)
}

/// Starts the thread that scripts run on.
fn on_large_stack<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    thread::Builder::new().name("isolate".to_owned()).stack_size(bytes).spawn(work)
}

fn isolate(meter: &'static dyn Meter, stack_bytes: usize) -> Result<Isolate, WorkerError> {
    Isolate::new(Config { meter: Some(meter), stack_bytes, ..Config::default() })
        .map_err(|fault| WorkerError::Engine(Box::new(fault)))
}

fn ready(sandbox: SandboxLevel) -> FromWorker {
    FromWorker::Ready(Ready { protocol: PROTOCOL, version: env!("CARGO_PKG_VERSION").to_owned(), sandbox })
}

fn serve(mut isolate: Isolate, mut socket: Socket, sandbox: SandboxLevel) -> Result<(), WorkerError> {
    socket.send(&ready(sandbox))?;
    let socket = socket.shared();
    let port = port::of(&socket);
    loop {
        // The borrow ends before a run, which needs the socket for itself.
        let message = socket.borrow_mut().next()?;
        let Some(message) = message else { return Ok(()) };
        if let Some(mut answer) = serve::answer(&mut isolate, message, &port) {
            if let FromWorker::Done { done: Some(done), .. } = &mut answer {
                done.tainted |= isolate.cpu_us().is_some_and(sandbox::is_worn_out);
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
