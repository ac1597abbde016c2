//! Rate limits per key, in calls per minute, counted on this node.
//!
//! A key is dropped after a minute without calls, when its limit is full again, and for no other reason: memory is bounded by the keys in
//! recent use, and other callers never reset a key's limit. `governor` has keyed limiters too, but with one limit for all keys, and it
//! keeps every key until its caller asks for a cleanup.

use std::{
    hash::Hash,
    num::NonZeroU32,
    time::{Duration, Instant},
};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use parking_lot::Mutex;

use crate::sweeping_map::SweepingMap;

/// Age at which an unused limiter is dropped. Limits are per minute, so it is full by then.
const REFILL_TIME: Duration = Duration::from_secs(61);
/// Number of keys from which unused ones are removed.
const SWEEP_AT: usize = 1_000;

/// The limiters of the keys in recent use.
#[expect(missing_debug_implementations, reason = "the limiters have none")]
pub struct KeyedRateLimiter<K>(Mutex<SweepingMap<K, Limiter>>);

struct Limiter {
    per_minute: NonZeroU32,
    calls: DefaultDirectRateLimiter,
    last_call: Instant,
}

impl<K: Hash + Eq> Default for KeyedRateLimiter<K> {
    fn default() -> Self {
        Self(Mutex::new(SweepingMap::new(SWEEP_AT)))
    }
}

impl<K: Hash + Eq + Clone> KeyedRateLimiter<K> {
    /// Counts a call of a key. A changed limit starts afresh.
    ///
    /// # Errors
    /// The time until the next call is allowed, if the limit is reached.
    pub fn check(&self, key: &K, per_minute: NonZeroU32) -> Result<(), Duration> {
        let now = Instant::now();
        let mut keys = self.0.lock();
        if let Some(known) = keys.get_mut(key) {
            return known.check(per_minute, now);
        }
        let is_over = |known: &Limiter| now.duration_since(known.last_call) >= REFILL_TIME;
        keys.entry(key.clone(), || Limiter::new(per_minute, now), is_over).check(per_minute, now)
    }
}

impl Limiter {
    fn new(per_minute: NonZeroU32, now: Instant) -> Self {
        Self { per_minute, calls: RateLimiter::direct(Quota::per_minute(per_minute)), last_call: now }
    }

    fn check(&mut self, per_minute: NonZeroU32, now: Instant) -> Result<(), Duration> {
        if self.per_minute != per_minute {
            *self = Self::new(per_minute, now);
        }
        self.last_call = now;
        self.calls.check().map_err(|refused| refused.wait_time_from(DefaultClock::default().now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_other_keys_never_reset_a_key_s_limit() {
        let rates = KeyedRateLimiter::default();
        let [one, two] = [1, 2].map(|limit| NonZeroU32::new(limit).unwrap());
        assert_eq!(rates.check(&0, one), Ok(()));
        for other in 1..=50_000 {
            assert_eq!(rates.check(&other, one), Ok(()));
        }
        let wait = rates.check(&0, one).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(60), "{wait:?}");
        assert_eq!(rates.check(&0, two), Ok(()), "a limit that changes starts afresh");
    }
}
