//! Closes all file descriptors except those that the worker was given: a host may have opened others without `O_CLOEXEC`.
#![expect(unsafe_code, reason = "closing a descriptor by its number is a bare system call")]

use std::{
    fs, io,
    os::fd::{AsRawFd, BorrowedFd, RawFd},
};

use super::Hold;

/// The first number after standard input, output and error.
const FIRST: RawFd = 3;

/// Closes every descriptor except the standard ones and this one.
pub(super) fn close_all_but(kept: BorrowedFd<'_>) -> Hold {
    let kept = kept.as_raw_fd();
    let closed = close_range(FIRST, kept - 1).and_then(|()| close_range(kept.max(FIRST - 1) + 1, RawFd::MAX));
    match closed.or_else(|_| close_listed(kept)) {
        Ok(()) => Hold::Whole,
        Err(error) => Hold::Not(format!("inherited descriptors stay open because they cannot be listed: {error}")),
    }
}

fn close_range(first: RawFd, last: RawFd) -> io::Result<()> {
    if first > last {
        return Ok(());
    }
    // SAFETY: the call takes three numbers and touches no memory. Nothing in this process owns a descriptor of the
    // range: it has just started, and the one that it took is not in it.
    match unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Closes descriptors one by one, for kernels before 5.9.
fn close_listed(kept: RawFd) -> io::Result<()> {
    let mut open = Vec::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        open.extend(entry?.file_name().to_str().and_then(|name| name.parse::<RawFd>().ok()));
    }
    for descriptor in open.into_iter().filter(|descriptor| *descriptor >= FIRST && *descriptor != kept) {
        // SAFETY: the call takes a number and touches no memory. Nothing in this process owns the descriptor: it has
        // just started, and the one that it took is left out. That of the listing is closed already, which is an error.
        unsafe { libc::close(descriptor) };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;

    use super::*;

    #[test]
    fn an_empty_range_closes_nothing() {
        let (one, two) = io::pipe().expect("a pipe");
        close_range(two.as_raw_fd(), two.as_raw_fd() - 1).expect("nothing to do");
        rustix::io::fcntl_getfd(one.as_fd()).expect("open");
        rustix::io::fcntl_getfd(two.as_fd()).expect("open");
    }
}
