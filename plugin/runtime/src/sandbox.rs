//! Limits that a worker process puts on itself. They can only be lowered afterwards.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Address space that a worker takes before any script runs: the program, the stacks of its threads, the reserves of
/// the system's allocator. To be added to a run's memory for `Hello::address_space_bytes`.
pub const IDLE_ADDRESS_SPACE: u64 = 1 << 30;

/// Turns core dumps off: they would hold a tenant's data.
///
/// # Errors
/// When the system refuses.
pub fn forbid_core_dumps() -> io::Result<()> {
    lower(Resource::Core, 0)
}

/// Limits the address space, in bytes.
///
/// # Errors
/// When the system refuses.
pub fn limit_address_space(bytes: u64) -> io::Result<()> {
    lower(Resource::As, bytes)
}

fn lower(resource: Resource, to: u64) -> io::Result<()> {
    let to = getrlimit(resource).maximum.map_or(to, |maximum| maximum.min(to));
    Ok(setrlimit(resource, Rlimit { current: Some(to), maximum: Some(to) })?)
}
