//! A copy of this process, beside it and not below it.
#![expect(unsafe_code, reason = "making a process and renaming a descriptor are bare system calls")]

use std::{
    io,
    os::fd::{AsRawFd as _, BorrowedFd},
};

/// Which of the two the caller is after [`make`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The one that was there.
    Original,
    /// The new one, with the calling thread alone.
    Copy,
}

/// Copies the process with the calling thread alone. The copy is a child of this process' parent, which can wait for
/// it and knows how it ended, whatever becomes of this process.
///
/// No other thread may hold a lock meanwhile, or be inside of the allocator: the copy would wait for it for ever.
///
/// # Errors
/// When the system has no room for a process.
pub(super) fn make() -> io::Result<Side> {
    // The kernel takes the signal that tells of the end from this process when the parent is shared.
    let flags = libc::CLONE_PARENT | libc::SIGCHLD;
    let none: libc::c_long = 0;
    // SAFETY: without CLONE_VM the copy has its own memory, and goes on at this place on a copy of this stack. The
    // caller vouches for the other threads; what the C library does at `fork` beside the call is about their locks.
    match unsafe { libc::syscall(libc::SYS_clone, libc::c_long::from(flags), none, none, none, none) } {
        0 => Ok(Side::Copy),
        number if number > 0 => Ok(Side::Original),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Puts a descriptor in the place of standard input, whose former file is closed.
///
/// # Errors
/// What the system says.
pub(super) fn replace_stdin(with: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: takes two numbers; nobody owns descriptor 0, which only ever is borrowed as standard input.
    match unsafe { libc::dup2(with.as_raw_fd(), libc::STDIN_FILENO) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
