//! How often scripts of each tenant may call out, on this node.

use std::num::NonZeroU32;

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use iota_scripts_domain::{FaultCode, TenantId};
use iota_scripts_services::ports::HttpError;

pub(super) struct TenantRate {
    per_minute: NonZeroU32,
    limiter: DefaultKeyedRateLimiter<TenantId>,
}

impl TenantRate {
    pub(super) fn new(per_minute: NonZeroU32) -> Self {
        Self { per_minute, limiter: RateLimiter::keyed(Quota::per_minute(per_minute)) }
    }

    pub(super) fn admit(&self, tenant: &TenantId) -> Result<(), HttpError> {
        self.limiter.check_key(tenant).map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now()).as_millis();
            let message =
                format!("this tenant may send {} requests in a minute; the next in {wait} ms", self.per_minute);
            HttpError {
                details: Some(serde_json::json!({"retry_after_ms": wait})),
                ..HttpError::new(FaultCode::HttpRateLimited, message)
            }
        })
    }
}
