//! Who is calling, and who was found a moment ago.
//!
//! Who was found is known for a second without asking the database again, so what another node or a person with a
//! database tool changes shows that much later; what this node changes shows at once.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use moka::sync::Cache;

use crate::call_context::CallContext;
use crate::user::User;

/// How long it is known who has a token.
const KNOWN: Duration = Duration::from_secs(1);
/// Tokens that are known at a time.
const MOST_KNOWN: u64 = 10_000;

/// Someone who has proved who they are.
#[derive(Debug, Clone)]
pub struct Caller {
    pub context: CallContext,
    pub user: User,
    /// The token that forms of this session carry; absent for bearer tokens, which no browser sends by itself.
    pub csrf_token: Option<String>,
    kept: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Caller {
    pub(crate) fn new(context: CallContext, user: User, csrf_token: Option<String>) -> Self {
        Self { context, user, csrf_token, kept: OnceLock::new() }
    }

    /// What a module makes of the caller, made once for as long as the caller is known. There is room for one such thing.
    pub fn kept<T: Clone + Send + Sync + 'static>(&self, make: impl Fn() -> T) -> T {
        let kept = self.kept.get_or_init(|| Arc::new(make()));
        kept.downcast_ref::<T>().cloned().unwrap_or_else(make)
    }
}

/// Who was found a moment ago, by the hashes of their tokens.
#[derive(Debug, Clone)]
pub struct Known {
    callers: Cache<String, Arc<Caller>>,
    /// Counts what was forgotten: an answer of the database from before that is not remembered.
    forgotten: Arc<AtomicU64>,
}

impl Default for Known {
    fn default() -> Self {
        let callers = Cache::builder().max_capacity(MOST_KNOWN).time_to_live(KNOWN).build();
        Self { callers, forgotten: Arc::default() }
    }
}

impl Known {
    pub(crate) fn get(&self, hash: &str, with_csrf_token: bool) -> Option<Arc<Caller>> {
        // The hash of a bearer token is no session's.
        self.callers.get(hash).filter(|caller| caller.csrf_token.is_some() == with_csrf_token)
    }

    /// How often callers were forgotten, to be read before the database is asked.
    pub(crate) fn epoch(&self) -> u64 {
        self.forgotten.load(Ordering::Acquire)
    }

    /// Keeps what the database answered, unless callers were forgotten since it was asked.
    pub(crate) fn keep(&self, asked: u64, hash: String, caller: &Arc<Caller>) {
        if self.epoch() == asked {
            self.callers.insert(hash, Arc::clone(caller));
        }
    }

    /// Forgets every caller.
    pub(crate) fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.callers.invalidate_all();
    }
}
