//! `captive WALLS [ATTEMPT [ARGUMENT]]`: a worker sandboxed by the named walls only, as on a kernel that lacks the others; it then
//! attempts system calls that a compromised engine might try.
//!
//! WALLS are the words of `Means` separated by commas, or `all`, or `none`, or `old` for all on a kernel before 5.9. With an attempt, the
//! program makes it at the point where scripts would run, as soon as the last wall is in force, and exits with the result: [`WORKED`], or
//! the error number. Without an attempt it continues as a worker. Only for tests; the shipped worker has no such entry point.

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

/// Exit code of an attempt that succeeded.
const WORKED: i32 = 200;
/// Exit code if no attempt was made.
const FAILED: u8 = 201;
const MEANS: [Means; 5] = [Means::Descriptors, Means::Privileges, Means::Landlock, Means::Rlimits, Means::Seccomp];

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::of_worker();

/// A kernel that supports only some walls.
struct PartialKernel {
    walls: Vec<Means>,
    attempt: Option<Attempt>,
}

impl Kernel for PartialKernel {
    fn raise(&self, wall: Wall<'_>) -> Hold {
        let hold = if self.walls.contains(&wall.means()) {
            ThisKernel.raise(wall)
        } else {
            Hold::Not("this kernel has none".to_owned())
        };
        // The last wall; the engine would start next.
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
    let walls = walls(&arguments.next().context("usage: captive WALLS [ATTEMPT [ARGUMENT]]")?)?;
    let attempt = arguments.next().map(|word| Attempt::parse(&word, arguments.next().as_deref())).transpose()?;
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    Ok(worker::run(socket, &ProcessMeter, Box::leak(Box::new(PartialKernel { walls, attempt })))?)
}

fn walls(words: &str) -> anyhow::Result<Vec<Means>> {
    let means = |word: &str| MEANS.into_iter().find(|means| means.as_str() == word);
    match words {
        "all" => Ok(MEANS.to_vec()),
        "none" => Ok(Vec::new()),
        "old" => forget_close_range().map(|()| MEANS.to_vec()),
        words => words.split(',').map(|word| means(word).with_context(|| format!("unknown wall: {word}"))).collect(),
    }
}

/// The system call exists since Linux 5.9.
fn forget_close_range() -> anyhow::Result<()> {
    let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let rules = [(libc::SYS_close_range, Vec::new())].into();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, unknown, std::env::consts::ARCH.try_into()?)?;
    Ok(apply_filter(&BpfProgram::try_from(filter)?)?)
}
