//! A runtime that caches the compiler's results and checks each source text only once at a time.
//!
//! A result is cached per tenant, because it came from a worker of that tenant. Of the source text only a hash is kept.

use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use iota_scripts_domain::{Fault, FaultCode, Limits, TenantId};
use iota_scripts_services::{
    SweepingMap,
    ports::{Check, Checked, Job, RunIo, RunReport, Runtime, RuntimeStatus, ServiceSignature},
};
use moka::sync::Cache;
use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

/// Maximum size of the cache, in bytes.
const CACHE_BYTES: u64 = 8 << 20;
/// How long the failure to check a text is cached: the machine may only have been busy.
const FAILURE_TTL: Duration = Duration::from_secs(60);
/// Estimated size of a result apart from its texts, in bytes.
const OVERHEAD: usize = 256;
/// Number of checks in flight from which entries of cancelled checks are removed.
const SWEEP_THRESHOLD: usize = 64;

/// Hash of a source text, its tenant and all options that its result depends on.
type Key = [u8; 32];
type Cell = OnceCell<Arc<CachedCheck>>;

/// Caches the checks of another [`Runtime`].
#[expect(missing_debug_implementations, reason = "holds a trait object")]
pub struct CachedChecks {
    inner: Arc<dyn Runtime>,
    cache: Cache<Key, Arc<CachedCheck>>,
    /// Checks in flight. An entry is removed once all of its callers are gone.
    in_flight: Mutex<SweepingMap<Key, Weak<Cell>>>,
}

/// The compiler's result, or the fault that a check ended with.
struct CachedCheck {
    answer: Result<Checked, Fault>,
    at: Instant,
}

impl CachedChecks {
    /// Caches the checks of `inner`. All other calls are passed through.
    #[must_use]
    pub fn new(inner: Arc<dyn Runtime>) -> Self {
        let weigh = |_: &Key, entry: &Arc<CachedCheck>| u32::try_from(entry.bytes()).unwrap_or(u32::MAX);
        let cache = Cache::builder().max_capacity(CACHE_BYTES).weigher(weigh).build();
        Self { inner, cache, in_flight: Mutex::new(SweepingMap::new(SWEEP_THRESHOLD)) }
    }

    /// Returns the cell that all concurrent callers of one check share.
    fn cell(&self, key: Key) -> Arc<Cell> {
        let mut in_flight = self.in_flight.lock();
        let slot = in_flight.entry(key, Weak::new, |cell| cell.strong_count() == 0);
        slot.upgrade().unwrap_or_else(|| {
            let cell = Arc::new(Cell::new());
            *slot = Arc::downgrade(&cell);
            cell
        })
    }

    async fn run_check(
        &self,
        key: Key,
        tenant: &TenantId,
        check: &Check,
        limits: &Limits,
    ) -> Result<Arc<CachedCheck>, Fault> {
        let answer = match self.inner.check(tenant, check, limits).await {
            Err(fault) if !is_cacheable(fault.code) => return Err(fault),
            answer => answer,
        };
        let entry = Arc::new(CachedCheck { answer, at: Instant::now() });
        self.cache.insert(key, Arc::clone(&entry));
        Ok(entry)
    }
}

#[async_trait]
impl Runtime for CachedChecks {
    async fn run(&self, job: Job, io: Arc<dyn RunIo>, cancel: CancellationToken) -> RunReport {
        self.inner.run(job, io, cancel).await
    }

    async fn check(&self, tenant: &TenantId, check: &Check, limits: &Limits) -> Result<Checked, Fault> {
        let key = key(tenant, check, limits);
        if let Some(entry) = self.cache.get(&key)
            && entry.is_fresh()
        {
            return entry.answer.clone();
        }
        let cell = self.cell(key);
        // If no worker was available, this caller gets the fault, and the next caller tries again.
        let entry = cell.get_or_try_init(|| self.run_check(key, tenant, check, limits)).await?;
        entry.answer.clone()
    }

    fn bind(&self, services: Arc<[ServiceSignature]>) {
        self.inner.bind(services);
    }

    fn status(&self) -> RuntimeStatus {
        self.inner.status()
    }

    async fn stop(&self) {
        self.inner.stop().await;
    }
}

impl CachedCheck {
    fn is_fresh(&self) -> bool {
        self.answer.is_ok() || self.at.elapsed() < FAILURE_TTL
    }

    fn bytes(&self) -> usize {
        let Ok(checked) = &self.answer else { return OVERHEAD };
        let found = checked.found.iter().map(|found| {
            let line = found.source_line.as_ref().map_or(0, String::len);
            OVERHEAD + found.message.len() + line
        });
        let imports = checked.imports.iter().map(|import| {
            let names = import.names.iter().map(|name| OVERHEAD + name.name.len());
            OVERHEAD + import.specifier.len() + names.sum::<usize>()
        });
        let exports = checked.exports.names.iter().chain(&checked.exports.all_of).map(|name| OVERHEAD + name.len());
        OVERHEAD + found.chain(imports).chain(exports).sum::<usize>()
    }
}

/// Returns whether a fault depends on the text itself and not only on the current load.
fn is_cacheable(code: FaultCode) -> bool {
    matches!(code, FaultCode::CheckTimeout | FaultCode::CpuLimit | FaultCode::MemoryLimit | FaultCode::StackOverflow)
}

fn key(tenant: &TenantId, check: &Check, limits: &Limits) -> Key {
    let Check { source, language, handler, api_version } = check;
    // The options contain no line feed, so the text cannot be confused with them.
    let options = format!("{} {language:?} {handler:?} {api_version:?} {limits:?}\n", tenant.as_str());
    let hash = Sha256::new().chain_update(options).chain_update(source);
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
