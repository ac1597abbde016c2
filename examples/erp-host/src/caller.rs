//! The authenticated caller, and the cache of callers.
//!
//! Callers are cached for a second: changes made by another node or with a database tool take effect that much later;
//! changes made by this node take effect immediately.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use moka::sync::Cache;

use crate::call_context::CallContext;
use crate::user::User;

/// Cache lifetime.
const LIFETIME: Duration = Duration::from_secs(1);
/// Maximum number of cached tokens.
const MAX_CACHED: u64 = 10_000;

/// An authenticated user.
#[derive(Debug, Clone)]
pub struct Caller {
    pub context: CallContext,
    pub user: User,
    /// The CSRF token of forms of this session; `None` for bearer tokens, which browsers do not send automatically.
    pub csrf_token: Option<String>,
    cached_value: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Caller {
    pub(crate) fn new(context: CallContext, user: User, csrf_token: Option<String>) -> Self {
        Self { context, user, csrf_token, cached_value: OnceLock::new() }
    }

    /// A value that a module derives from the caller, computed once for as long as the caller is cached. There is room
    /// for one such value.
    pub fn cached_value<T: Clone + Send + Sync + 'static>(&self, make: impl Fn() -> T) -> T {
        let cached_value = self.cached_value.get_or_init(|| Arc::new(make()));
        cached_value.downcast_ref::<T>().cloned().unwrap_or_else(make)
    }
}

/// Cached callers, by the hashes of their tokens.
#[derive(Debug, Clone)]
pub struct CallerCache {
    callers: Cache<String, Arc<Caller>>,
    /// Counts invalidations: a result read from the database before an invalidation is not cached.
    invalidations: Arc<AtomicU64>,
}

impl Default for CallerCache {
    fn default() -> Self {
        let callers = Cache::builder().max_capacity(MAX_CACHED).time_to_live(LIFETIME).build();
        Self { callers, invalidations: Arc::default() }
    }
}

impl CallerCache {
    pub(crate) fn get(&self, hash: &str, with_csrf_token: bool) -> Option<Arc<Caller>> {
        // The hash of a bearer token never equals a session's.
        self.callers.get(hash).filter(|caller| caller.csrf_token.is_some() == with_csrf_token)
    }

    /// The number of invalidations, to be read before the database is queried.
    pub(crate) fn epoch(&self) -> u64 {
        self.invalidations.load(Ordering::Acquire)
    }

    /// Caches a caller, unless the cache was invalidated since `asked`.
    pub(crate) fn keep(&self, asked: u64, hash: String, caller: &Arc<Caller>) {
        if self.epoch() == asked {
            self.callers.insert(hash, Arc::clone(caller));
        }
    }

    /// Removes every caller.
    pub(crate) fn invalidate(&self) {
        self.invalidations.fetch_add(1, Ordering::AcqRel);
        self.callers.invalidate_all();
    }
}
