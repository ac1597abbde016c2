//! Counts and limits the resources of an isolate's thread: memory by its allocator, processor time by its clock.
//!
//! The engine checks soft limits and ends the run. A worker process also has hard limits above them, for native work in which the
//! engine does not check: the process exits with a code that gives the reason.
#![expect(unsafe_code, reason = "signal handlers and interval timers are bare system calls")]

use std::{
    io, mem, ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    allocator::{self, leave},
    exit,
    isolate::{Allowance, Meter},
};

/// A worker process exits at a run's memory limit plus these bytes plus the limit divided by this number.
const SLACK: (u64, u64) = (1 << 20, 8);
/// The same for processor time, in microseconds.
const GRACE: (u64, u64) = (100_000, 8);
/// Whether the process' timer runs; stopping it is a system call.
static TIMED: AtomicBool = AtomicBool::new(false);

/// The meter of a worker process, whose global allocator is
/// [`CountingAllocator::of_worker`](allocator::CountingAllocator::of_worker).
#[derive(Debug)]
pub struct ProcessMeter;

impl Meter for ProcessMeter {
    fn live_bytes(&self) -> u64 {
        allocator::live_bytes()
    }

    fn begin(&self, allowance: Allowance, alarm: &Arc<AtomicBool>) {
        allocator::begin(allowance.memory_bytes, above(allowance.memory_bytes, SLACK), alarm);
        if let Some(cpu_us) = allowance.cpu_us {
            TIMED.store(true, Ordering::Relaxed);
            set_timer(above(cpu_us, GRACE));
        }
    }

    fn end(&self) -> u64 {
        if TIMED.swap(false, Ordering::Relaxed) {
            set_timer(0);
        }
        allocator::end()
    }
}

/// The meter of an isolate on a thread of a process that does other work, whose global allocator is
/// [`CountingAllocator::new`](allocator::CountingAllocator::new). With another allocator memory has no limit.
#[derive(Debug)]
pub struct ThreadMeter;

impl Meter for ThreadMeter {
    fn live_bytes(&self) -> u64 {
        allocator::live_bytes()
    }

    fn begin(&self, allowance: Allowance, alarm: &Arc<AtomicBool>) {
        allocator::begin(allowance.memory_bytes, u64::MAX, alarm);
    }

    fn end(&self) -> u64 {
        allocator::end()
    }
}

const fn above(limit: u64, (fixed, part): (u64, u64)) -> u64 {
    limit.saturating_add(fixed).saturating_add(limit / part)
}

/// Makes the process exit with [`exit::CPU`] when its timer expires.
///
/// # Errors
/// If the system refuses the handler.
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

/// Starts the timer of processor time; 0 stops it.
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
