//! The rate limit of outgoing requests per tenant on this node.

use std::num::NonZeroU32;

use iota_scripts_domain::{FaultCode, TenantId};
use iota_scripts_services::{KeyedRateLimiter, ports::HttpError};

pub(super) struct TenantRate {
    per_minute: NonZeroU32,
    tenants: KeyedRateLimiter<TenantId>,
}

impl TenantRate {
    pub(super) fn new(per_minute: NonZeroU32) -> Self {
        Self { per_minute, tenants: KeyedRateLimiter::default() }
    }

    pub(super) fn admit(&self, tenant: &TenantId) -> Result<(), HttpError> {
        self.tenants.check(tenant, self.per_minute).map_err(|wait| {
            let wait = wait.as_millis();
            let message =
                format!("the tenant reached its limit of {} requests per minute; retry in {wait} ms", self.per_minute);
            HttpError {
                details: Some(serde_json::json!({"retry_after_ms": wait})),
                ..HttpError::new(FaultCode::HttpRateLimited, message)
            }
        })
    }
}
