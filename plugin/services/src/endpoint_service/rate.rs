//! How often each endpoint may be called on this node. A limit that changes starts afresh.
//!
//! A limit is forgotten when nobody has called its endpoint for so long that it is whole again, and for no other reason: there are as
//! many as endpoints that were called lately, and calls of others never give an endpoint its limit back.

use std::{sync::Arc, time::Duration};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use iota_scripts_domain::{RateLimit, Script, ScriptId};
use moka::sync::Cache;

/// When a limit that nobody used is forgotten. It is for a minute, so it is whole by then.
const WHOLE_AGAIN: Duration = Duration::from_secs(61);

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

pub(super) struct RateLimits {
    limiters: Cache<ScriptId, Arc<Limiter>>,
}

struct Limiter {
    limit: RateLimit,
    limiter: DefaultDirectRateLimiter,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { limiters: Cache::builder().time_to_idle(WHOLE_AGAIN).build() }
    }
}

impl RateLimits {
    pub(super) fn admit(&self, script: &Script) -> RateState {
        let Some(endpoint) = script.definition().kind.endpoint() else { return RateState::Within };
        self.check(script.id(), endpoint.rate_limit)
    }

    fn check(&self, id: ScriptId, limit: RateLimit) -> RateState {
        let known = self.limiters.get(&id).filter(|known| known.limit == limit);
        let limiter = known.unwrap_or_else(|| {
            let new =
                || Arc::new(Limiter { limit, limiter: RateLimiter::direct(Quota::per_minute(limit.per_minute())) });
            // Of several requests that come at once, one makes it.
            self.limiters.entry(id).or_insert_with_if(new, |known| known.limit != limit).into_value()
        });
        match limiter.limiter.check() {
            Ok(()) => RateState::Within,
            Err(refused) => RateState::Exceeded { retry_after: refused.wait_time_from(DefaultClock::default().now()) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_others_never_give_an_endpoint_its_limit_back() {
        let rates = RateLimits::default();
        let one = RateLimit::parse(Some(1)).expect("a limit");
        let worn_out = ScriptId::generate();
        assert_eq!(rates.check(worn_out, one), RateState::Within);
        for _ in 0..50_000 {
            assert_eq!(rates.check(ScriptId::generate(), one), RateState::Within);
        }
        rates.limiters.run_pending_tasks();
        assert!(matches!(rates.check(worn_out, one), RateState::Exceeded { .. }));
        let two = RateLimit::parse(Some(2)).expect("a limit");
        assert_eq!(rates.check(worn_out, two), RateState::Within, "a limit that changes starts afresh");
    }
}
