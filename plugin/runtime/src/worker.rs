//! The worker process: serves one isolate over a socket, one step of a run after another, until the socket closes.
//!
//! It starts as a new process, or as a copy of a template with a ready isolate; either way it raises its own sandbox walls before
//! it accepts the first script. A watcher thread ends the process as soon as the host closes the socket, even during a step. Time
//! limits are enforced by the host, which kills a worker that exceeds one.

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

/// Why a worker cannot continue.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// The socket carries data of another protocol.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The first message was not a greeting.
    #[error("the first message must be a greeting")]
    NoHello,
    /// The host was built from another version.
    #[error("the host uses protocol {theirs}, this worker protocol {PROTOCOL}")]
    Protocol { theirs: u32 },
    /// The engine failed to start.
    #[error("{}", .0.message)]
    Engine(Box<Fault>),
    /// The thread of the isolate panicked.
    #[error("the isolate's thread panicked")]
    Panicked,
    /// The system refused a thread or a descriptor.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
}

/// Serves runs over the socket until it closes, then ends the process. If the first message is [`ToWorker::Template`], makes copies
/// of the process that do so instead. Must be called on the process' only thread.
///
/// # Errors
/// If the worker cannot start or the host violates the protocol. A closed socket is not an error.
pub fn run(socket: UnixStream, meter: &'static dyn Meter, kernel: &'static dyn Kernel) -> Result<(), WorkerError> {
    // Nothing is read beyond the message, since other data than messages may follow it.
    match frame::read(&mut &socket)? {
        None => Ok(()),
        Some(ToWorker::Hello(hello)) => start(socket, &check_greeting(hello)?, meter, kernel),
        Some(ToWorker::Template(hello)) => template::serve(socket, &check_greeting(hello)?, meter, kernel),
        Some(_) => Err(WorkerError::NoHello),
    }
}

/// Returns the greeting if its protocol is the same.
fn check_greeting(hello: Hello) -> Result<Hello, WorkerError> {
    if hello.protocol == PROTOCOL { Ok(hello) } else { Err(WorkerError::Protocol { theirs: hello.protocol }) }
}

/// Runs a worker in a new process.
fn start(
    socket: UnixStream,
    hello: &Hello,
    meter: &'static dyn Meter,
    kernel: &'static dyn Kernel,
) -> Result<(), WorkerError> {
    let sandbox = enter_sandbox(&socket, kernel)?;
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

/// Raises the first walls, and makes the process end when the socket closes. Must be called on its only thread.
fn enter_sandbox(socket: &UnixStream, kernel: &'static dyn Kernel) -> Result<Sandbox, WorkerError> {
    meter::end_on_timer()?;
    let sandbox = Sandbox::enter(kernel, socket.as_fd());
    let watched = socket.try_clone()?;
    let (up, starting) = mpsc::channel();
    let watcher = thread::Builder::new().name("watcher".to_owned()).stack_size(64 << 10);
    watcher.spawn(move || {
        let _ = up.send(());
        exit_when_closed(&watched);
    })?;
    // A thread that is still starting makes calls that the sandbox is about to deny.
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
        // The borrow must end before a run, which borrows the socket too.
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

/// Waits until the host has closed the socket, then ends the process, even in the middle of a run.
fn exit_when_closed(socket: &UnixStream) {
    loop {
        let mut closed = [PollFd::new(socket, PollFlags::RDHUP)];
        match poll(&mut closed, None) {
            Ok(_) => leave(exit::CLOSED),
            Err(error) if error == rustix::io::Errno::INTR => {}
            Err(_) => leave(exit::PROTOCOL),
        }
    }
}
