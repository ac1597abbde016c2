//! Scripts cached until they change, so that request paths do not query the database each time.

mod exports;
mod linking;

use std::sync::Arc;

use iota_scripts_domain::{RepositoryError, Script, ScriptRef, ScriptRepository, TenantId};
use moka::sync::Cache;
use parking_lot::Mutex;

pub(crate) use exports::Exports;
pub(crate) use linking::names;

use crate::{Generation, Invalidation, ServiceError, Since, Target, error::OrNotFound as _, ports::LinkedLibrary};

/// Size of the cache in bytes: about ten thousand scripts of average length. The least used are evicted.
const CACHE_BYTES: u64 = 32 << 20;
/// Estimated size in bytes of a script without its text.
const ENVELOPE: usize = 1 << 10;

/// Loads scripts, from the cache if possible.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct ScriptCache {
    scripts: Arc<dyn ScriptRepository>,
    changes: Arc<Invalidation>,
    /// `None` if caching is off.
    cache: Option<Cache<(TenantId, Target), Arc<CacheEntry>>>,
}

struct CacheEntry {
    /// The generation at which the entry was last known to be current.
    generation: Mutex<Generation>,
    script: Arc<Script>,
}

impl ScriptCache {
    /// Creates an empty cache over a repository.
    #[must_use]
    pub fn new(scripts: Arc<dyn ScriptRepository>, changes: Arc<Invalidation>) -> Self {
        let weigh = |_: &_, known: &Arc<CacheEntry>| {
            let bytes = ENVELOPE + known.script.definition().source.as_str().len();
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder().max_capacity(CACHE_BYTES).weigher(weigh).build();
        Self { scripts, changes, cache: Some(cache) }
    }

    /// Returns an uncached view: for decisions that must see changes of other nodes.
    pub(crate) fn uncached(&self) -> Self {
        Self { cache: None, ..self.clone() }
    }

    /// Returns libraries in the given versions.
    ///
    /// # Errors
    /// `NotFound` if one was deleted, or an error from the database.
    pub(crate) async fn pinned(
        &self,
        tenant: &TenantId,
        libraries: &[ScriptRef],
    ) -> Result<Vec<LinkedLibrary>, ServiceError> {
        let mut linked = Vec::with_capacity(libraries.len());
        for library in libraries {
            let version = self.scripts.version(tenant, library.id, library.version).await.or_not_found("library")?;
            linked.push(LinkedLibrary { script: library.clone(), source: version.definition.source.to_shared() });
        }
        Ok(linked)
    }

    /// Returns the current version of a script.
    pub(crate) async fn find(&self, tenant: &TenantId, target: &Target) -> Result<Arc<Script>, RepositoryError> {
        let key = (tenant.clone(), target.clone());
        if let Some(known) = self.cache.as_ref().and_then(|cache| cache.get(&key)) {
            let mut generation = known.generation.lock();
            let (now, since) = self.changes.since(tenant, Some(*generation));
            let same = match since {
                Since::Nothing => true,
                // A name refers to the same script until that script changes.
                Since::Scripts(changed) => !changed.contains(&known.script.id()),
                Since::Anything => false,
            };
            if same {
                *generation = now;
                return Ok(Arc::clone(&known.script));
            }
        }
        let generation = self.changes.generation(tenant);
        let script = Arc::new(match target {
            Target::Id(id) => self.scripts.get(tenant, *id).await?,
            Target::Name(name) => self.scripts.get_by_name(tenant, name).await?,
        });
        if let Some(cache) = &self.cache {
            let known = CacheEntry { generation: Mutex::new(generation), script: Arc::clone(&script) };
            cache.insert(key, Arc::new(known));
        }
        Ok(script)
    }
}
