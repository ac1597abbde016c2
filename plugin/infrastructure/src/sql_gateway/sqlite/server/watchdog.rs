//! Interrupts a running statement when its time is up or its connection is closed.
//!
//! SQLite calls these handlers on the connection's thread, so the state is thread-local.

use std::{
    cell::{Cell, RefCell},
    os::unix::net::UnixStream,
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

use rustix::{
    io::Errno,
    net::{RecvFlags, recv},
};

/// How often the socket is polled while a statement runs.
const POLL_INTERVAL: Duration = Duration::from_millis(1);
/// Maximum pause between two attempts to get a lock.
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

thread_local! {
    static SOCKET: RefCell<Option<Arc<UnixStream>>> = const { RefCell::new(None) };
    /// Deadline of the running statement; `None` if none is running.
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
    static LAST_POLL: Cell<Option<Instant>> = const { Cell::new(None) };
    static LOCK_TIMEOUT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    /// Start of the current lock wait.
    static WAITING_SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Guard: while it lives, the running statement of this thread is watched.
pub(super) struct Watched(());

/// Sets the socket that this thread serves.
pub(super) fn set_socket(socket: Arc<UnixStream>) {
    SOCKET.set(Some(socket));
}

/// Sets the maximum lock wait of this thread.
pub(super) fn set_lock_timeout(timeout: Duration) {
    LOCK_TIMEOUT.set(timeout);
}

/// Starts watching a statement that may run for `time`.
pub(super) fn start(time: Duration) -> Watched {
    let now = Instant::now();
    // A time that overflows the clock means no limit.
    DEADLINE.set(Some(now.checked_add(time).unwrap_or(now + Duration::from_secs(1 << 32))));
    LAST_POLL.set(Some(now));
    Watched(())
}

impl Drop for Watched {
    /// COMMIT and ROLLBACK, which follow, are not interrupted.
    fn drop(&mut self) {
        DEADLINE.set(None);
    }
}

/// Whether to interrupt the running statement; called by SQLite every few thousand steps.
pub(super) fn is_over() -> bool {
    let Some(deadline) = DEADLINE.get() else { return false };
    let now = Instant::now();
    if now >= deadline {
        return true;
    }
    if LAST_POLL.get().is_some_and(|polled| now.duration_since(polled) < POLL_INTERVAL) {
        return false;
    }
    LAST_POLL.set(Some(now));
    is_disconnected()
}

/// Pauses before the next attempt to get a lock; false if the maximum wait is over. `tries` counts from 0.
pub(super) fn wait_for_lock(tries: i32) -> bool {
    let now = Instant::now();
    if tries == 0 {
        WAITING_SINCE.set(Some(now));
    }
    let waited = WAITING_SINCE.get().map_or(Duration::ZERO, |since| now.duration_since(since));
    let left = LOCK_TIMEOUT.get().saturating_sub(waited);
    if left.is_zero() || is_disconnected() {
        return false;
    }
    let pause = Duration::from_millis(tries.unsigned_abs().saturating_add(1).into()).min(LONGEST_PAUSE);
    sleep(pause.min(left));
    true
}

/// Whether the library has closed the connection. It sends nothing before the response, so any readable event means the end.
pub(super) fn is_disconnected() -> bool {
    SOCKET.with_borrow(|socket| {
        let Some(socket) = socket else { return false };
        let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        !matches!(recv(&**socket, &mut [0_u8; 1][..], flags), Err(Errno::AGAIN | Errno::INTR))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_ends_on_timeout_or_disconnect() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        set_socket(Arc::new(ours));
        set_lock_timeout(Duration::from_millis(20));
        assert!(!is_over(), "nothing runs");
        let watched = start(Duration::ZERO);
        assert!(is_over());
        drop(watched);
        assert!(!is_over(), "later statements are not interrupted");

        let _watched = start(Duration::MAX);
        assert!(!is_over());
        assert!((0..100).any(|tries| !wait_for_lock(tries)), "the lock wait is limited");
        drop(theirs);
        assert!(is_disconnected() && !wait_for_lock(0));
        LAST_POLL.set(None);
        assert!(is_over());
    }
}
