//! Ceilings of what the process may use of the system, which can only be lowered afterwards.
//!
//! Those of memory and processor time stand behind others that answer better: the worker's allocator, and the pool's
//! deadline. They are for a worker that nobody watches any more.

use rustix::{
    io,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

use super::Hold;

/// Processor time after which the kernel ends a worker, in seconds.
const CPU_SECONDS: u64 = 2 * 3600;
/// Processor time after which a worker should be replaced, in microseconds: no run that began before is long enough to reach
/// the end.
const WORN_OUT_US: u64 = 3_600_000_000;
/// What every worker is held to.
const FIXED: [(Resource, u64); 5] = [
    // A dump would hold a tenant's data.
    (Resource::Core, 0),
    (Resource::Cpu, CPU_SECONDS),
    // No byte into any file.
    (Resource::Fsize, 0),
    // The three standard ones are there, and `poll` takes no more than this.
    (Resource::Nofile, 3),
    // No process and no thread more; the superuser is exempt.
    (Resource::Nproc, 0),
];

/// Lowers the limits; the address space to so many bytes.
pub(super) fn lower(address_space_bytes: Option<u64>) -> Hold {
    let address_space = address_space_bytes.map(|bytes| (Resource::As, bytes));
    let refused: Vec<String> = FIXED
        .into_iter()
        .chain(address_space)
        .filter_map(|(resource, limit)| lower_one(resource, limit).err().map(|error| format!("{resource:?}: {error}")))
        .collect();
    if refused.is_empty() { Hold::Whole } else { Hold::Part(format!("the system refused {}", refused.join(", "))) }
}

/// Whether a worker that has used so many microseconds of processor time should be replaced.
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
