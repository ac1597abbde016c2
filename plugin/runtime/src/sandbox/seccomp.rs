//! No system call but those of a running script, on any thread of the process.
//!
//! Two filters. What no script and no library ever needs ends the process: whoever calls it is not the worker any more,
//! and the run says so. Everything else that is not allowed fails with `EPERM`: a library that only looks whether it may
//! have something goes on without it, and an honest run does not die of a newer C library.

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod calls;

use super::Hold;

/// Forbids every call that a running script does not need.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) fn forbid_calls() -> Hold {
    match install() {
        Ok(()) if opening_is_refused() => Hold::Whole,
        Ok(()) => Hold::Not("the system call filter holds nothing back".to_owned()),
        Err(error) => Hold::Not(format!("the system refused a system call filter: {error}")),
    }
}

/// Says that there is none.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) fn forbid_calls() -> Hold {
    Hold::Not("there is no system call filter for this processor".to_owned())
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn install() -> Result<(), seccompiler::Error> {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter_all_threads};

    let processor = std::env::consts::ARCH.try_into()?;
    let refusal = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let deadly = SeccompFilter::new(calls::deadly(), SeccompAction::Allow, SeccompAction::KillProcess, processor)?;
    let allowed = SeccompFilter::new(calls::allowed()?, refusal, SeccompAction::Allow, processor)?;
    let (deadly, allowed) = (BpfProgram::try_from(deadly)?, BpfProgram::try_from(allowed)?);
    apply_filter_all_threads(&deadly)?;
    apply_filter_all_threads(&allowed)
}

/// Not even Landlock is asked any more, whose answer would be another.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn opening_is_refused() -> bool {
    use rustix::{
        fs::{Mode, OFlags, open},
        io::Errno,
    };
    open("/", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).is_err_and(|error| error == Errno::PERM)
}
