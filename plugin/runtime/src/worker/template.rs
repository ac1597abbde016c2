//! A template of workers: a process with an unused isolate, which copies itself for each socket that it receives.
//!
//! It runs no scripts, reads nothing but sockets, and belongs to no tenant. Copies share no data: each is made of the same unused
//! state, and random seeds are drawn again in each. The copies are children of the template's parent, so they survive the template,
//! and end when their socket closes like any worker.

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
    WorkerError, check_greeting,
    copy::{self, Side},
    enter_sandbox, isolate, on_large_stack,
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

/// The names of a template and of a copy in process lists.
const TEMPLATE: &std::ffi::CStr = c"iota-template";
const WORKER: &std::ffi::CStr = c"iota-worker";

/// Copies the process for each socket received over the control socket, until that closes. Must be called on the only thread.
pub(super) fn serve(
    control: UnixStream,
    hello: &Hello,
    meter: &'static dyn Meter,
    kernel: &'static dyn Kernel,
) -> Result<(), WorkerError> {
    // Only a name, so an error does not matter.
    let _ = set_name(TEMPLATE);
    // Descriptors inherited by mistake must not be passed to copies. Each worker raises the other walls itself.
    let _ = kernel.raise(Wall::Descriptors(control.as_fd()));
    let alone = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&alone);
    // The engine cannot leave the thread that created it, and a copy has only the thread that made the copy.
    let stack_bytes = hello.stack_bytes;
    let thread = on_large_stack(stack_bytes, move || {
        while !waits.load(Ordering::Acquire) {
            thread::yield_now();
        }
        make_copies(control, isolate(meter, stack_bytes)?, kernel)
    })?;
    // From here on this thread holds no lock and only waits, so that copies can be made.
    alone.store(true, Ordering::Release);
    thread.join().unwrap_or_else(|_| Err(WorkerError::Panicked))
}

fn make_copies(control: UnixStream, isolate: Isolate, kernel: &'static dyn Kernel) -> Result<(), WorkerError> {
    frame::write(&mut &control, &ready(SandboxLevel::default()))?;
    while let Some((_, socket)) = handover::next(&control)? {
        // If the process cannot be copied, the closed socket reports it.
        if copy::make().is_ok_and(|side| side == Side::Copy) {
            drop(control);
            let served = catch_unwind(AssertUnwindSafe(|| work(isolate, socket, kernel)));
            // The stack below is the template's, so this must not return.
            leave(if matches!(served, Ok(Ok(()))) { exit::CLOSED } else { exit::PROTOCOL });
        }
    }
    Ok(())
}

/// Runs a copy until its socket closes.
fn work(isolate: Isolate, socket: OwnedFd, kernel: &'static dyn Kernel) -> Result<(), WorkerError> {
    let _ = set_name(WORKER);
    copy::replace_stdin(socket.as_fd())?;
    let socket = UnixStream::from(socket);
    frame::write(&mut &socket, &FromWorker::Forked { pid: process::id() })?;
    let sandbox = enter_sandbox(&socket, kernel)?;
    let mut socket = Socket::new(socket)?;
    let hello = match socket.receive()? {
        None => return Ok(()),
        Some(ToWorker::Hello(hello)) => check_greeting(hello)?,
        Some(_) => return Err(WorkerError::NoHello),
    };
    let sandbox = sandbox.close(hello.address_space_bytes);
    serve_runs(isolate, socket, sandbox)
}
