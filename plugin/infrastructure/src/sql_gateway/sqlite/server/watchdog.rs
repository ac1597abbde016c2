//! What ends a statement before its end: its time, and the other side hanging up.
//!
//! SQLite asks as it goes, on the thread of the connection; what is asked for is that thread's own.

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

/// How often the line is looked at while a statement runs.
const LOOK: Duration = Duration::from_millis(1);
/// The longest between two tries to get a lock.
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

thread_local! {
    static SOCKET: RefCell<Option<Arc<UnixStream>>> = const { RefCell::new(None) };
    /// When the statement that runs is to be over; none while none runs.
    static DUE: Cell<Option<Instant>> = const { Cell::new(None) };
    static LOOKED: Cell<Option<Instant>> = const { Cell::new(None) };
    static LOCK_TIMEOUT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    /// Since when a lock is waited for.
    static WAITING_SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// While this lives, the statement that runs on this thread is watched.
pub(super) struct Watched(());

/// What this thread answers on.
pub(super) fn set_socket(socket: Arc<UnixStream>) {
    SOCKET.set(Some(socket));
}

/// How long this thread waits for a lock.
pub(super) fn set_lock_timeout(timeout: Duration) {
    LOCK_TIMEOUT.set(timeout);
}

/// Watches a statement that may take so long.
pub(super) fn start(time: Duration) -> Watched {
    let now = Instant::now();
    // A time that no clock reaches is none to be watched.
    DUE.set(Some(now.checked_add(time).unwrap_or(now + Duration::from_secs(1 << 32))));
    LOOKED.set(Some(now));
    Watched(())
}

impl Drop for Watched {
    /// What comes after it (COMMIT, ROLLBACK) is not ended.
    fn drop(&mut self) {
        DUE.set(None);
    }
}

/// Whether the statement that runs is to end; asked by SQLite every some steps of its machine.
pub(super) fn is_over() -> bool {
    let Some(due) = DUE.get() else { return false };
    let now = Instant::now();
    if now >= due {
        return true;
    }
    if LOOKED.get().is_some_and(|looked| now.duration_since(looked) < LOOK) {
        return false;
    }
    LOOKED.set(Some(now));
    is_disconnected()
}

/// Waits a little for a lock that another holds; false when it has been waited for long enough. `tries` counts from 0.
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

/// Whether nobody wants an answer any more. Who asks says nothing before the answer, so whatever is there to be read is the end.
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
    fn a_statement_ends_when_its_time_is_over_or_the_other_side_has_hung_up() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        set_socket(Arc::new(ours));
        set_lock_timeout(Duration::from_millis(20));
        assert!(!is_over(), "nothing runs");
        let watched = start(Duration::ZERO);
        assert!(is_over());
        drop(watched);
        assert!(!is_over(), "what comes after it is not ended");

        let _watched = start(Duration::MAX);
        assert!(!is_over());
        assert!((0..100).any(|tries| !wait_for_lock(tries)), "a lock is waited for so long");
        drop(theirs);
        assert!(is_disconnected() && !wait_for_lock(0));
        LOOKED.set(None);
        assert!(is_over());
    }
}
