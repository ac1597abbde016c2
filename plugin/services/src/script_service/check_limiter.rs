//! Limits a user's checks of texts while typing: their rate, and one running and one waiting check at a time. Saves queue for the same
//! slot, but without a rate: rejecting one would lose work.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use iota_scripts_domain::{TenantId, UserId};
use moka::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Identity, ServiceError};

/// Checks per minute, and the burst: an editor sends one whenever the author pauses.
const PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
/// Maximum number of a user's saves that wait.
const MAX_WAITING_SAVES: usize = 100;
/// Retry time for a user with two checks in progress.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Idle time after which a user is dropped: by then the rate is full again, and every check is done.
const IDLE_TIMEOUT: Duration = Duration::from_secs(600);

/// The users of this node with recent checks. Their number never resets the rate of any of them.
pub(super) struct CheckLimiter {
    users: Cache<(TenantId, UserId), Arc<User>>,
}

impl Default for CheckLimiter {
    fn default() -> Self {
        Self { users: Cache::builder().time_to_idle(IDLE_TIMEOUT).build() }
    }
}

struct User {
    rate: DefaultDirectRateLimiter,
    /// Permits for the running check and for the waiting one.
    queued: Arc<Semaphore>,
    running: Arc<Semaphore>,
    saves: Arc<Semaphore>,
}

/// The permit for one check.
#[derive(Debug)]
pub(super) struct CheckPermit {
    _queued: OwnedSemaphorePermit,
    _running: OwnedSemaphorePermit,
}

impl CheckLimiter {
    /// Waits for the user's other check.
    ///
    /// # Errors
    /// `RateLimited` when the user exceeds the rate, or has two checks in progress.
    pub(super) async fn take(&self, identity: &Identity) -> Result<CheckPermit, ServiceError> {
        let user = self.user(identity);
        let full = |_| ServiceError::RateLimited { retry_after: RETRY_AFTER };
        let queued = Arc::clone(&user.queued).try_acquire_owned().map_err(full)?;
        user.rate.check().map_err(|refused| ServiceError::RateLimited {
            retry_after: refused.wait_time_from(DefaultClock::default().now()),
        })?;
        let running = Arc::clone(&user.running).acquire_owned().await.map_err(|_| ServiceError::Stopping)?;
        Ok(CheckPermit { _queued: queued, _running: running })
    }

    /// Waits for the user's other checks. The host itself does not wait.
    ///
    /// # Errors
    /// `RateLimited` when a hundred texts of the user wait.
    pub(super) async fn take_to_save(&self, identity: &Identity) -> Result<Option<CheckPermit>, ServiceError> {
        if identity.user.is_none() {
            return Ok(None);
        }
        let user = self.user(identity);
        let full = |_| ServiceError::RateLimited { retry_after: RETRY_AFTER };
        let queued = Arc::clone(&user.saves).try_acquire_owned().map_err(full)?;
        let running = Arc::clone(&user.running).acquire_owned().await.map_err(|_| ServiceError::Stopping)?;
        Ok(Some(CheckPermit { _queued: queued, _running: running }))
    }

    fn user(&self, identity: &Identity) -> Arc<User> {
        let key = (identity.tenant_id().clone(), identity.author());
        self.users.get_with(key, || Arc::new(User::new()))
    }
}

impl User {
    fn new() -> Self {
        let rate = RateLimiter::direct(Quota::per_minute(PER_MINUTE).allow_burst(BURST));
        Self {
            rate,
            queued: Arc::new(Semaphore::new(2)),
            running: Arc::new(Semaphore::new(1)),
            saves: Arc::new(Semaphore::new(MAX_WAITING_SAVES)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_of_others_never_reset_a_user_s_rate() {
        let limiter = CheckLimiter::default();
        let of = |name: &str| Identity::system(TenantId::parse(name).expect("a tenant"));
        let acme = limiter.user(&of("acme"));
        for number in 0..12_000 {
            limiter.user(&of(&format!("tenant-{number}")));
        }
        limiter.users.run_pending_tasks();
        assert!(Arc::ptr_eq(&acme, &limiter.user(&of("acme"))));
    }
}
