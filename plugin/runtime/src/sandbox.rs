//! The sandbox that a worker process closes around itself before it runs a script.
//!
//! It has several walls, so that a hole in one is not a way out. A wall that the system cannot raise is no error: the
//! worker goes on behind the others, and its [`SandboxLevel`] says what it lacks. What is closed stays closed for the
//! life of the process, so nothing here is ever called in the host's. Time is not kept here: who is late is killed
//! from outside.

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

/// Address space that a worker takes before any script runs: the program, the stacks of its threads, the reserves of
/// the system's allocator. To be added to a run's memory for `Hello::address_space_bytes`.
pub const IDLE_ADDRESS_SPACE: u64 = 1 << 30;

/// The niceness of workers, so that the host answers while scripts spin.
pub const NICENESS: i32 = 5;

/// One means, with what it has to know.
#[derive(Debug, Clone, Copy)]
pub enum Wall<'a> {
    /// Closes every descriptor but the three standard ones and this one.
    Descriptors(BorrowedFd<'a>),
    /// Gives up every privilege, for good.
    Privileges,
    /// Forbids every path.
    Landlock,
    /// Forbids every path but files in these folders, which may be read, written, made and removed, and these, which may be read. No
    /// worker has this.
    LandlockBut { folders: &'a [&'a Path], readable: &'a [&'a Path] },
    /// Lowers the limits of resources; the address space to so many bytes.
    Rlimits(Option<u64>),
    /// Forbids every system call that a running script does not need.
    Seccomp,
}

impl Wall<'_> {
    /// The means.
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

/// How far a wall holds. The text is a sentence for the operator's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// As meant.
    Whole,
    /// In part; this is missing.
    Part(String),
    /// Not at all, for this reason.
    Not(String),
}

/// Raises walls. A test has one of its own, which lacks some.
pub trait Kernel: Sync {
    /// Raises a wall around the process, and tries whether it holds.
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

/// A sandbox that is half closed: what every new thread inherits is in force.
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
    /// Raises the first walls. To be called on the process' only thread, with the one descriptor that it needs.
    pub fn enter(kernel: &'static dyn Kernel, socket: BorrowedFd<'_>) -> Self {
        // Without it scripts run all the same.
        let _ = nice(NICENESS);
        let mut sandbox = Self { kernel, level: SandboxLevel::default() };
        sandbox.raise(Wall::Descriptors(socket));
        sandbox.raise(Wall::Privileges);
        sandbox.raise(Wall::Landlock);
        sandbox
    }

    /// Raises the last walls, around all threads. They must have started, and have the descriptors they need: no
    /// more come.
    pub fn close(mut self, address_space_bytes: Option<u64>) -> SandboxLevel {
        // The first look at a clock reads where the kernel keeps its own; later that is forbidden.
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

    /// Has no Landlock, and half of everything else but the filter.
    struct Old;

    impl Kernel for Old {
        fn raise(&self, wall: Wall<'_>) -> Hold {
            match wall.means() {
                Means::Landlock => Hold::Not("there is none".to_owned()),
                Means::Seccomp => Hold::Whole,
                Means::Descriptors | Means::Privileges | Means::Rlimits => Hold::Part("half of it".to_owned()),
            }
        }
    }

    #[test]
    fn a_wall_that_holds_in_part_is_in_force_and_lacks_something() {
        let mut sandbox = Sandbox { kernel: &Old, level: SandboxLevel::default() };
        sandbox.raise(Wall::Landlock);
        sandbox.raise(Wall::Rlimits(None));
        sandbox.raise(Wall::Seccomp);
        assert_eq!(sandbox.level.in_force, [Means::Rlimits, Means::Seccomp]);
        let lacks = [(Means::Landlock, "there is none"), (Means::Rlimits, "half of it")];
        assert_eq!(sandbox.level.lacks, lacks.map(|(means, why)| Lack { means, why: why.to_owned() }));
    }
}
