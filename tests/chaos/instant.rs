//! Timestamps of the monotonic clock, which all processes of this machine share.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Microseconds since boot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MonotonicTime(pub(crate) u64);

impl MonotonicTime {
    pub(crate) fn now() -> Self {
        let now = clock_gettime(ClockId::Monotonic);
        let micros = now.tv_sec * 1_000_000 + now.tv_nsec / 1_000;
        Self(u64::try_from(micros).unwrap_or_default())
    }

    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(self.0 + u64::try_from(duration.as_micros()).unwrap_or(u64::MAX / 2))
    }
}
