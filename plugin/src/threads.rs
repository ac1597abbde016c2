//! The plugin's own threads: with all asynchronous signals blocked, and with the log of their instance.
//!
//! A signal delivered to one of them would find a foreign thread in a Go host and end the process (a SIGPIPE does so
//! silently), so every thread starts with all of them blocked and leaves them to the host.

use std::{cell::RefCell, io, mem::MaybeUninit, num::NonZero, thread};

use tokio::runtime::{Builder, Runtime};
use tracing::dispatcher::DefaultGuard;

use crate::host_log::HostLog;

thread_local! {
    static LOGGING: RefCell<Option<DefaultGuard>> = const { RefCell::new(None) };
}

/// Creates the runtime of one instance. Its work for a request is short and wakes other tasks several times: with a
/// thread for each core these threads wake each other, and the host and the workers that run scripts wait for a core.
pub(crate) fn runtime(log: &HostLog) -> io::Result<Runtime> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads((cores / 4).max(1)).thread_name("iota-scripts").enable_all();
    let log = log.clone();
    builder.on_thread_start(move || prepare(&log)).build()
}

/// Starts a thread of one instance.
pub(crate) fn spawn(name: &str, log: HostLog, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = thread::Builder::new().name(name.to_owned());
    thread
        .spawn(move || {
            prepare(&log);
            body();
        })
        .map(drop)
}

fn prepare(log: &HostLog) {
    block_signals();
    LOGGING.set(Some(log.enter()));
}

/// Blocks all signals except those raised by the thread's own instructions.
#[expect(unsafe_code, reason = "the signal mask of a thread is set by a call of the C library")]
fn block_signals() {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigfillset initialises the set it is given.
    unsafe { libc::sigfillset(set.as_mut_ptr()) };
    for synchronous in [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGTRAP, libc::SIGABRT] {
        // SAFETY: the set is initialised, the signal number is valid.
        unsafe { libc::sigdelset(set.as_mut_ptr(), synchronous) };
    }
    // SAFETY: the set is initialised; the old mask is not requested. Only this thread's mask changes.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), std::ptr::null_mut()) };
}
