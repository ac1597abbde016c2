//! How often scripts of each tenant may call out, on this node. A tenant is forgotten when it has not called for so long that its rate is
//! whole again.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use iota_scripts_domain::{FaultCode, TenantId};
use iota_scripts_services::ports::HttpError;
use moka::sync::Cache;

/// A rate is for a minute.
const WHOLE_AGAIN: Duration = Duration::from_secs(61);

pub(super) struct TenantRate {
    per_minute: NonZeroU32,
    limiters: Cache<TenantId, Arc<DefaultDirectRateLimiter>>,
}

impl TenantRate {
    pub(super) fn new(per_minute: NonZeroU32) -> Self {
        Self { per_minute, limiters: Cache::builder().time_to_idle(WHOLE_AGAIN).build() }
    }

    pub(super) fn admit(&self, tenant: &TenantId) -> Result<(), HttpError> {
        let new = || Arc::new(RateLimiter::direct(Quota::per_minute(self.per_minute)));
        let limiter = self.limiters.entry_by_ref(tenant).or_insert_with(new).into_value();
        limiter.check().map_err(|refused| {
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
