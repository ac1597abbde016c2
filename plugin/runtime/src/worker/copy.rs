//! Copies this process; the copy becomes its sibling, not its child.
#![expect(unsafe_code, reason = "making a process and renaming a descriptor are bare system calls")]

use std::{
    io,
    os::fd::{AsRawFd as _, BorrowedFd},
};

/// Which of the two processes the caller is after [`make`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The existing process.
    Original,
    /// The new process, with only the calling thread.
    Copy,
}

/// Copies the process with only the calling thread. The copy is a child of this process' parent, which can wait for it and gets its
/// exit status even if this process has ended.
///
/// No other thread may hold a lock or be inside of the allocator meanwhile: the copy would wait for it forever.
///
/// # Errors
/// If the system cannot create a process.
pub(super) fn make() -> io::Result<Side> {
    // With a shared parent the kernel uses this process' exit signal.
    let flags = libc::CLONE_PARENT | libc::SIGCHLD;
    let none: libc::c_long = 0;
    // SAFETY: without CLONE_VM the copy has its own memory, and continues here on a copy of this stack. The
    // caller vouches for the other threads; what the C library does at `fork` beside the call is about their locks.
    match unsafe { libc::syscall(libc::SYS_clone, libc::c_long::from(flags), none, none, none, none) } {
        0 => Ok(Side::Copy),
        number if number > 0 => Ok(Side::Original),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Replaces standard input with a descriptor and closes its former file.
///
/// # Errors
/// The error of the system.
pub(super) fn replace_stdin(with: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: takes two numbers; no value owns descriptor 0, which is only ever borrowed as standard input.
    match unsafe { libc::dup2(with.as_raw_fd(), libc::STDIN_FILENO) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
