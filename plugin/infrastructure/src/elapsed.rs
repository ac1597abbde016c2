//! Durations for log entries.

use std::time::Instant;

/// Returns the whole milliseconds since `began`.
#[must_use]
pub fn ms_since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
