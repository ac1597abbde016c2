//! The sandbox that a worker process applies to itself before it runs a script.
//!
//! It has several layers, called walls, so that a hole in one is not enough to escape. A wall that the system does not support is
//! not an error: the worker continues with the others, and its [`SandboxLevel`] reports the missing one. Walls stay for the life of
//! the process, so nothing here may be called in the host's process. Time limits are not enforced here: the pool kills a worker
//! that exceeds one.

mod descriptors;
mod landlock;
mod privileges;
mod rlimits;
mod seccomp;

use std::{fmt, os::fd::BorrowedFd, path::Path};

use rustix::{
    process::nice,
    time::{ClockId, clock_gettime},
};

use crate::protocol::{Lack, Means, SandboxLevel};

pub use rlimits::is_worn_out;

/// Address space in bytes that a worker uses before any script runs: the program, the stacks of its threads and the reserves of
/// the system's allocator. Add it to a run's memory for `Hello::address_space_bytes`.
pub const IDLE_ADDRESS_SPACE: u64 = 1 << 30;

/// The niceness of workers, so that the host stays responsive while scripts use the processor.
pub const NICENESS: i32 = 5;

/// One layer with its parameters.
#[derive(Debug, Clone, Copy)]
pub enum Wall<'a> {
    /// Closes every descriptor except the three standard ones and this one.
    Descriptors(BorrowedFd<'a>),
    /// Drops every privilege, irreversibly.
    Privileges,
    /// Denies access to every path.
    Landlock,
    /// Denies access to every path except files in `folders`, which may be read, written, created and removed, and in `readable`, which
    /// may be read. Workers do not use this.
    LandlockBut { folders: &'a [&'a Path], readable: &'a [&'a Path] },
    /// Lowers the resource limits; the address space to this many bytes.
    Rlimits(Option<u64>),
    /// Denies every system call that a running script does not need.
    Seccomp,
}

impl Wall<'_> {
    /// Returns the layer.
    #[must_use]
    pub const fn means(&self) -> Means {
        match self {
            Self::Descriptors(_) => Means::Descriptors,
            Self::Privileges => Means::Privileges,
            Self::Landlock | Self::LandlockBut { .. } => Means::Landlock,
            Self::Rlimits(_) => Means::Rlimits,
            Self::Seccomp => Means::Seccomp,
        }
    }
}

/// Whether a wall is effective. The text is a sentence for the operator's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// Completely.
    Whole,
    /// In part; the text names the missing part.
    Part(String),
    /// Not at all; the text gives the reason.
    Not(String),
}

/// Raises walls. Tests implement it to simulate missing ones.
pub trait Kernel: Sync {
    /// Raises a wall around the process, and verifies that it is effective.
    fn raise(&self, wall: Wall<'_>) -> Hold;
}

/// The kernel that this process runs on.
#[derive(Debug, Clone, Copy)]
pub struct ThisKernel;

impl Kernel for ThisKernel {
    fn raise(&self, wall: Wall<'_>) -> Hold {
        match wall {
            Wall::Descriptors(kept) => descriptors::close_all_but(kept),
            Wall::Privileges => privileges::give_up(),
            Wall::Landlock => landlock::forbid_paths(),
            Wall::LandlockBut { folders, readable } => landlock::forbid_paths_but(folders, readable),
            Wall::Rlimits(address_space_bytes) => rlimits::lower(address_space_bytes),
            Wall::Seccomp => seccomp::forbid_calls(),
        }
    }
}

/// A partly closed sandbox: the walls that every new thread inherits are in force.
#[must_use = "a sandbox that is not closed leaves system calls and limits open"]
pub struct Sandbox {
    kernel: &'static dyn Kernel,
    level: SandboxLevel,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("level", &self.level).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Raises the first walls. Must be called on the process' only thread, with the one descriptor that it needs.
    pub fn enter(kernel: &'static dyn Kernel, socket: BorrowedFd<'_>) -> Self {
        // Scripts run without it too.
        let _ = nice(NICENESS);
        let mut sandbox = Self { kernel, level: SandboxLevel::default() };
        sandbox.raise(Wall::Descriptors(socket));
        sandbox.raise(Wall::Privileges);
        sandbox.raise(Wall::Landlock);
        sandbox
    }

    /// Raises the last walls, around all threads. The threads must have started and must have all descriptors that they need.
    pub fn close(mut self, address_space_bytes: Option<u64>) -> SandboxLevel {
        // The first reading of a clock locates the kernel's clock data, which is denied later.
        let _ = clock_gettime(ClockId::ThreadCPUTime);
        self.raise(Wall::Rlimits(address_space_bytes));
        self.raise(Wall::Seccomp);
        self.level
    }

    fn raise(&mut self, wall: Wall<'_>) {
        let means = wall.means();
        let (holds, why) = match self.kernel.raise(wall) {
            Hold::Whole => (true, None),
            Hold::Part(why) => (true, Some(why)),
            Hold::Not(why) => (false, Some(why)),
        };
        if holds {
            self.level.in_force.push(means);
        }
        self.level.lacks.extend(why.map(|why| Lack { means, why }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kernel without Landlock, and with half of every other wall except the filter.
    struct OldKernel;

    impl Kernel for OldKernel {
        fn raise(&self, wall: Wall<'_>) -> Hold {
            match wall.means() {
                Means::Landlock => Hold::Not("there is none".to_owned()),
                Means::Seccomp => Hold::Whole,
                Means::Descriptors | Means::Privileges | Means::Rlimits => Hold::Part("half of it".to_owned()),
            }
        }
    }

    #[test]
    fn a_partial_wall_is_in_force_and_reported_as_missing() {
        let mut sandbox = Sandbox { kernel: &OldKernel, level: SandboxLevel::default() };
        sandbox.raise(Wall::Landlock);
        sandbox.raise(Wall::Rlimits(None));
        sandbox.raise(Wall::Seccomp);
        assert_eq!(sandbox.level.in_force, [Means::Rlimits, Means::Seccomp]);
        let lacks = [(Means::Landlock, "there is none"), (Means::Rlimits, "half of it")];
        assert_eq!(sandbox.level.lacks, lacks.map(|(means, why)| Lack { means, why: why.to_owned() }));
    }
}
