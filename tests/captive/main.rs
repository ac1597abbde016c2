//! `captive WALLS [ATTEMPT [ARGUMENT]]`: a worker in a sandbox of the named walls only, as on a kernel that lacks the
//! others; it then tries what a broken engine might try.
//!
//! WALLS are the words of `Means` with commas between, or `all`, or `none`, or `old` for all on a kernel before 5.9. With an attempt, the program makes it where
//! scripts would run, as soon as the last wall stands, and exits with what came of it: [`WORKED`], or the number of the
//! system's error. Without one it goes on as a worker. It is for tests; the worker that is shipped has no such door.

mod attempts;

use std::{
    io::{self, Write as _},
    os::{fd::AsFd as _, unix::net::UnixStream},
    process::ExitCode,
};

use anyhow::Context as _;
use iota_scripts_runtime::{
    allocator::{CountingAllocator, leave},
    meter::ProcessMeter,
    protocol::Means,
    sandbox::{Hold, Kernel, ThisKernel, Wall},
    worker,
};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

use attempts::Attempt;

/// The exit code of an attempt that was not refused.
const WORKED: i32 = 200;
/// The exit code of a program that made no attempt.
const FAILED: u8 = 201;
const MEANS: [Means; 5] = [Means::Descriptors, Means::Privileges, Means::Landlock, Means::Rlimits, Means::Seccomp];

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::of_worker();

/// A kernel that knows some walls only.
struct Jail {
    walls: Vec<Means>,
    attempt: Option<Attempt>,
}

impl Kernel for Jail {
    fn raise(&self, wall: Wall<'_>) -> Hold {
        let hold = if self.walls.contains(&wall.means()) {
            ThisKernel.raise(wall)
        } else {
            Hold::Not("this kernel has none".to_owned())
        };
        // The last wall; the next would be the engine.
        match &self.attempt {
            Some(attempt) if wall.means() == Means::Seccomp => leave(outcome_of(attempt)),
            _ => hold,
        }
    }
}

fn outcome_of(attempt: &Attempt) -> i32 {
    match attempts::make(attempt) {
        Ok(()) => WORKED,
        Err(error) => error.raw_os_error(),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "captive: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

fn run() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let walls = walls(&arguments.next().context("which walls?")?)?;
    let attempt = arguments.next().map(|word| Attempt::parse(&word, arguments.next().as_deref())).transpose()?;
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    Ok(worker::run(socket, &ProcessMeter, Box::leak(Box::new(Jail { walls, attempt })))?)
}

fn walls(words: &str) -> anyhow::Result<Vec<Means>> {
    let means = |word: &str| MEANS.into_iter().find(|means| means.as_str() == word);
    match words {
        "all" => Ok(MEANS.to_vec()),
        "none" => Ok(Vec::new()),
        "old" => forget_close_range().map(|()| MEANS.to_vec()),
        words => words.split(',').map(|word| means(word).with_context(|| format!("no wall {word}"))).collect(),
    }
}

/// The system call is from Linux 5.9.
fn forget_close_range() -> anyhow::Result<()> {
    let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let rules = [(libc::SYS_close_range, Vec::new())].into();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, unknown, std::env::consts::ARCH.try_into()?)?;
    Ok(apply_filter(&BpfProgram::try_from(filter)?)?)
}
