//! What a worker process uses, counted and bounded: memory by its allocator, processor time by a timer of the system.
//!
//! Both end the process with a code that says why, because the engine can be interrupted by nothing less.
#![expect(unsafe_code, reason = "signal handlers and interval timers are bare system calls")]

use std::{io, mem, ptr};

use crate::{
    allocator::{CountingAllocator, leave},
    exit,
    isolate::{Allowance, Meter},
};

/// Counts for the isolate of a worker process.
#[derive(Debug)]
pub struct ProcessMeter {
    allocator: &'static CountingAllocator,
}

impl ProcessMeter {
    /// Counts what this allocator, which must be the global one, gives out.
    #[must_use]
    pub const fn new(allocator: &'static CountingAllocator) -> Self {
        Self { allocator }
    }
}

impl Meter for ProcessMeter {
    fn live_bytes(&self) -> u64 {
        self.allocator.live_bytes()
    }

    fn begin(&self, allowance: Allowance) {
        self.allocator.begin(allowance.memory_bytes);
        if let Some(cpu_us) = allowance.cpu_us {
            // A timer of nothing would never fire.
            set_timer(cpu_us.max(1));
        }
    }

    fn end(&self) -> u64 {
        set_timer(0);
        self.allocator.end()
    }
}

/// Makes the process end with [`exit::CPU`] when its timer has run out.
///
/// # Errors
/// When the system refuses the handler.
pub fn end_on_timer() -> io::Result<()> {
    extern "C" fn run_out(_: libc::c_int) {
        leave(exit::CPU);
    }
    // SAFETY: all zeroes is a valid sigaction: the default handler, no flags, an empty mask.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = run_out as extern "C" fn(libc::c_int) as usize;
    // SAFETY: `action` is initialised, the old action is not asked for, and the handler only ends the process.
    match unsafe { libc::sigaction(libc::SIGPROF, &raw const action, ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Starts the timer of processor time, or stops it with 0.
fn set_timer(cpu_us: u64) {
    let seconds = libc::time_t::try_from(cpu_us / 1_000_000).unwrap_or(libc::time_t::MAX);
    let micros = libc::suseconds_t::try_from(cpu_us % 1_000_000).unwrap_or_default();
    let once = libc::itimerval {
        it_interval: libc::timeval { tv_sec: 0, tv_usec: 0 },
        it_value: libc::timeval { tv_sec: seconds, tv_usec: micros },
    };
    // SAFETY: `once` is initialised and outlives the call; the old timer is not asked for. It cannot fail: the clock
    // exists and the figures are in range.
    unsafe { libc::setitimer(libc::ITIMER_PROF, &raw const once, ptr::null_mut()) };
}
