//! Limits the system resources of the process; the limits can only be lowered afterwards.
//!
//! The limits of memory and processor time are a second line behind the worker's allocator and the pool's deadline, which report
//! better errors. They apply to a worker whose pool is gone.

use rustix::{
    io,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

use super::Hold;

/// Processor time after which the kernel ends a worker, in seconds.
const CPU_SECONDS: u64 = 2 * 3600;
/// Processor time in microseconds after which a worker should be replaced; a run that began before cannot last until
/// [`CPU_SECONDS`].
const WORN_OUT_US: u64 = 3_600_000_000;
/// The limits of every worker.
const FIXED: [(Resource, u64); 5] = [
    // A core dump would contain a tenant's data.
    (Resource::Core, 0),
    (Resource::Cpu, CPU_SECONDS),
    // No writes to files.
    (Resource::Fsize, 0),
    // The three standard ones are open, and `poll` accepts no more than this.
    (Resource::Nofile, 3),
    // No further processes or threads; the superuser is exempt.
    (Resource::Nproc, 0),
];

/// Lowers the limits; the address space to this many bytes.
pub(super) fn lower(address_space_bytes: Option<u64>) -> Hold {
    let address_space = address_space_bytes.map(|bytes| (Resource::As, bytes));
    let refused: Vec<String> = FIXED
        .into_iter()
        .chain(address_space)
        .filter_map(|(resource, limit)| lower_one(resource, limit).err().map(|error| format!("{resource:?}: {error}")))
        .collect();
    if refused.is_empty() { Hold::Whole } else { Hold::Part(format!("the system refused {}", refused.join(", "))) }
}

/// Returns whether a worker should be replaced after this processor time in microseconds.
#[must_use]
pub const fn is_worn_out(cpu_us: u64) -> bool {
    cpu_us >= WORN_OUT_US
}

fn lower_one(resource: Resource, to: u64) -> io::Result<()> {
    let to = getrlimit(resource).maximum.map_or(to, |maximum| maximum.min(to));
    setrlimit(resource, Rlimit { current: Some(to), maximum: Some(to) })?;
    let now = getrlimit(resource);
    if (now.current, now.maximum) == (Some(to), Some(to)) { Ok(()) } else { Err(io::Errno::PERM) }
}
