//! How often each endpoint may be called on this node. A limit that changes starts afresh.

use std::{sync::Arc, time::Duration};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use iota_scripts_domain::{RateLimit, Script, ScriptId};
use parking_lot::Mutex;

use crate::recent::Recent;

/// Endpoints whose limits are kept.
const REMEMBERED: usize = 10_000;

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
    limiters: Mutex<Recent<ScriptId, (RateLimit, Arc<DefaultDirectRateLimiter>)>>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { limiters: Mutex::new(Recent::of(REMEMBERED)) }
    }
}

impl RateLimits {
    pub(super) fn admit(&self, script: &Script) -> RateState {
        let Some(endpoint) = script.definition().kind.endpoint() else { return RateState::Within };
        let limiter = self.limiter(script.id(), endpoint.rate_limit);
        match limiter.check() {
            Ok(()) => RateState::Within,
            Err(refused) => RateState::Exceeded { retry_after: refused.wait_time_from(DefaultClock::default().now()) },
        }
    }

    fn limiter(&self, id: ScriptId, limit: RateLimit) -> Arc<DefaultDirectRateLimiter> {
        let mut limiters = self.limiters.lock();
        if let Some((known, limiter)) = limiters.get(&id)
            && *known == limit
        {
            return Arc::clone(limiter);
        }
        let limiter = Arc::new(RateLimiter::direct(Quota::per_minute(limit.per_minute())));
        limiters.insert(id, (limit, Arc::clone(&limiter)));
        limiter
    }
}
