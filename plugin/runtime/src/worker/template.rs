//! A template of workers: a process with an isolate that has seen no script, which copies itself for each socket that it
//! is given.
//!
//! It runs no script, reads nothing but sockets, and belongs to no tenant. A copy has nothing of another one: each is
//! made of the same untouched state, and what is drawn by chance is drawn anew in each. The copies are children of the
//! template's parent, so that they live on when the template is gone, and end with the other side as any worker does.

use std::{
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::net::UnixStream,
    },
    panic::{AssertUnwindSafe, catch_unwind},
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use rustix::thread::set_name;

use super::{
    WorkerError, agreed,
    copy::{self, Side},
    enclose, isolate, on_large_stack,
    port::Socket,
    ready, serve as serve_runs,
};
use crate::{
    allocator::leave,
    exit,
    isolate::{Isolate, Meter},
    protocol::{FromWorker, Hello, SandboxLevel, ToWorker, frame, handover},
    sandbox::{Kernel, Wall},
};

/// What a template is called in lists of processes, and what a copy is.
const TEMPLATE: &std::ffi::CStr = c"iota-template";
const WORKER: &std::ffi::CStr = c"iota-worker";

/// Copies the process for each socket that comes over this one, until it closes. To be called on the only thread.
pub(super) fn serve(
    control: UnixStream,
    hello: &Hello,
    meter: &'static dyn Meter,
    kernel: &'static dyn Kernel,
) -> Result<(), WorkerError> {
    // Only a name.
    let _ = set_name(TEMPLATE);
    // What is inherited by mistake is not to be handed on. The other walls are each worker's own.
    let _ = kernel.raise(Wall::Descriptors(control.as_fd()));
    let alone = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&alone);
    // The engine cannot leave the thread that it was made on, and a copy has only the thread that made it.
    let stack_bytes = hello.stack_bytes;
    let thread = on_large_stack(stack_bytes, move || {
        while !waits.load(Ordering::Acquire) {
            thread::yield_now();
        }
        make_copies(control, isolate(meter, stack_bytes)?, kernel)
    })?;
    // From here on this thread holds no lock and does nothing but wait, so that copies can be made.
    alone.store(true, Ordering::Release);
    thread.join().unwrap_or_else(|_| Err(WorkerError::Panicked))
}

fn make_copies(control: UnixStream, isolate: Isolate, kernel: &'static dyn Kernel) -> Result<(), WorkerError> {
    frame::write(&mut &control, &ready(SandboxLevel::default()))?;
    while let Some((_, socket)) = handover::next(&control)? {
        // Where there is no room for another process, the closed socket says so.
        if copy::make().is_ok_and(|side| side == Side::Copy) {
            drop(control);
            let served = catch_unwind(AssertUnwindSafe(|| work(isolate, socket, kernel)));
            // The stack below is the template's: there is no way back.
            leave(if matches!(served, Ok(Ok(()))) { exit::CLOSED } else { exit::PROTOCOL });
        }
    }
    Ok(())
}

/// The life of a copy.
fn work(isolate: Isolate, socket: OwnedFd, kernel: &'static dyn Kernel) -> Result<(), WorkerError> {
    let _ = set_name(WORKER);
    copy::replace_stdin(socket.as_fd())?;
    let socket = UnixStream::from(socket);
    frame::write(&mut &socket, &FromWorker::Forked { pid: process::id() })?;
    let sandbox = enclose(&socket, kernel)?;
    let mut socket = Socket::new(socket)?;
    let hello = match socket.receive()? {
        None => return Ok(()),
        Some(ToWorker::Hello(hello)) => agreed(hello)?,
        Some(_) => return Err(WorkerError::NoHello),
    };
    let sandbox = sandbox.close(hello.address_space_bytes);
    serve_runs(isolate, socket, sandbox)
}
