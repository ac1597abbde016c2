//! Durations as the log shows them.

use std::time::Instant;

/// Whole milliseconds since a moment.
pub(crate) fn ms_since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
