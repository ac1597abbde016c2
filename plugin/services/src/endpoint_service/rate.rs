//! Whether an endpoint may be called now: its owner's limit, counted by [`KeyedRateLimiter`](crate::KeyedRateLimiter) on this node.

use std::time::Duration;

/// The decision of the rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateState {
    /// The request is within the limit.
    Within,
    /// The caller is throttled.
    Held {
        /// Time until the caller is served again.
        retry_after: Duration,
    },
    /// The limit is exceeded.
    Exceeded {
        /// Time until the next request is allowed.
        retry_after: Duration,
    },
}

impl From<Result<(), Duration>> for RateState {
    fn from(checked: Result<(), Duration>) -> Self {
        checked.map_or_else(|retry_after| Self::Exceeded { retry_after }, |()| Self::Within)
    }
}
