//! Scripts that are wanted again and again, kept in memory until they change: what stands in a request path must not
//! ask the database who it is each time.

mod exports;
mod linking;

use std::sync::Arc;

use iota_scripts_domain::{RepositoryError, Script, ScriptRef, ScriptRepository, TenantId};
use moka::sync::Cache;
use parking_lot::Mutex;

pub(crate) use exports::Exports;
pub(crate) use linking::names;

use crate::{Generation, Invalidation, ServiceError, Since, Target, error::OrNotFound as _, ports::LinkedLibrary};

/// Bytes of the scripts that are remembered: some ten thousand of the usual length. The least used make room.
const REMEMBERED_BYTES: u64 = 32 << 20;
/// What a script takes beside its text.
const ENVELOPE: usize = 1 << 10;

/// Finds scripts, from memory where it can.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct ScriptCache {
    scripts: Arc<dyn ScriptRepository>,
    changes: Arc<Invalidation>,
    /// None where nothing is.
    remembered: Option<Cache<(TenantId, Target), Arc<Remembered>>>,
}

struct Remembered {
    /// When it was last known to be so.
    generation: Mutex<Generation>,
    script: Arc<Script>,
}

impl ScriptCache {
    /// A library over a repository; it remembers nothing yet.
    #[must_use]
    pub fn new(scripts: Arc<dyn ScriptRepository>, changes: Arc<Invalidation>) -> Self {
        let weigh = |_: &_, known: &Arc<Remembered>| {
            let bytes = ENVELOPE + known.script.definition().source.as_str().len();
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let remembered = Cache::builder().max_capacity(REMEMBERED_BYTES).weigher(weigh).build();
        Self { scripts, changes, remembered: Some(remembered) }
    }

    /// The same without memory: for decisions that must not rest on what another node has changed meanwhile.
    pub(crate) fn afresh(&self) -> Self {
        Self { remembered: None, ..self.clone() }
    }

    /// Libraries in the versions that are named.
    ///
    /// # Errors
    /// `NotFound` when one was deleted since, or what the database says.
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

    /// A script as it is now.
    pub(crate) async fn find(&self, tenant: &TenantId, target: &Target) -> Result<Arc<Script>, RepositoryError> {
        let key = (tenant.clone(), target.clone());
        if let Some(known) = self.remembered.as_ref().and_then(|remembered| remembered.get(&key)) {
            let mut generation = known.generation.lock();
            let (now, since) = self.changes.since(tenant, Some(*generation));
            let same = match since {
                Since::Nothing => true,
                // A name is one script's until that script changes.
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
        if let Some(remembered) = &self.remembered {
            let known = Remembered { generation: Mutex::new(generation), script: Arc::clone(&script) };
            remembered.insert(key, Arc::new(known));
        }
        Ok(script)
    }
}
