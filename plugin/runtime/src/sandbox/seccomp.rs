//! Denies system calls except those that a running script needs, on all threads of the process.
//!
//! There are two filters. Calls that no script and no library ever needs end the process: the worker has been taken over, and the
//! run reports it. Other calls that are not allowed fail with `EPERM`, so that a library that only probes for a feature continues
//! without it, and a newer C library does not break runs.

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod calls;

use super::Hold;

/// Denies every call that a running script does not need.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) fn forbid_calls() -> Hold {
    match install() {
        Ok(()) if opening_is_refused() => Hold::Whole,
        Ok(()) => Hold::Not("the system call filter has no effect".to_owned()),
        Err(error) => Hold::Not(format!("the system refused a system call filter: {error}")),
    }
}

/// Reports that there is no filter for this processor.
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

/// Returns whether opening a file fails with the filter's error rather than Landlock's.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn opening_is_refused() -> bool {
    use rustix::{
        fs::{Mode, OFlags, open},
        io::Errno,
    };
    open("/", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).is_err_and(|error| error == Errno::PERM)
}
