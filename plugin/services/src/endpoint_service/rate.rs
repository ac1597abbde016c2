//! Whether an endpoint may be called now: its owner's limit, counted by [`KeyedRateLimiter`](crate::KeyedRateLimiter) on this node.

use std::time::Duration;

/// Whether a request is within its endpoint's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateState {
    /// It is.
    Within,
    /// Its caller has worn the endpoint out, and is served again after so long.
    Held {
        /// How long.
        retry_after: Duration,
    },
    /// It is not; try again after so long.
    Exceeded {
        /// How long.
        retry_after: Duration,
    },
}

impl From<Result<(), Duration>> for RateState {
    fn from(checked: Result<(), Duration>) -> Self {
        checked.map_or_else(|retry_after| Self::Exceeded { retry_after }, |()| Self::Within)
    }
}
