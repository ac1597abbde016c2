//! Scripts that are wanted again and again, kept in memory until they change: what stands in a request path must not
//! ask the database who it is each time.

mod exports;
mod linking;

use std::sync::Arc;

use iota_scripts_domain::{RepositoryError, Script, ScriptRef, ScriptRepository, TenantId};
use parking_lot::Mutex;

pub(crate) use exports::Exports;
pub(crate) use linking::names;

use crate::{
    Changes, ServiceError, Since, Stamp, Target, error::OrNotFound as _, ports::LinkedLibrary, recent::Recent,
};

/// Scripts that are remembered; a script has at most 64 KiB.
const REMEMBERED: usize = 2_000;

/// Finds scripts, from memory where it can.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct ScriptLibrary {
    scripts: Arc<dyn ScriptRepository>,
    changes: Arc<Changes>,
    remembered: Arc<Mutex<Recent<(TenantId, Target), Remembered>>>,
}

struct Remembered {
    stamp: Stamp,
    script: Arc<Script>,
}

impl ScriptLibrary {
    /// A library over a repository; it remembers nothing yet.
    #[must_use]
    pub fn new(scripts: Arc<dyn ScriptRepository>, changes: Arc<Changes>) -> Self {
        Self { scripts, changes, remembered: Arc::new(Mutex::new(Recent::of(REMEMBERED))) }
    }

    /// The same, with nothing remembered: for decisions that must not rest on what another node has changed meanwhile.
    pub(crate) fn afresh(&self) -> Self {
        Self::new(Arc::clone(&self.scripts), Arc::clone(&self.changes))
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
        if let Some(known) = self.remembered.lock().get(&key) {
            let (now, since) = self.changes.since(tenant, Some(known.stamp));
            let same = match since {
                Since::Nothing => true,
                // A name is one script's until that script changes.
                Since::Scripts(changed) => !changed.contains(&known.script.id()),
                Since::Anything => false,
            };
            if same {
                known.stamp = now;
                return Ok(Arc::clone(&known.script));
            }
        }
        let stamp = self.changes.stamp(tenant);
        let script = Arc::new(match target {
            Target::Id(id) => self.scripts.get(tenant, *id).await?,
            Target::Name(name) => self.scripts.get_by_name(tenant, name).await?,
        });
        self.remembered.lock().insert(key, Remembered { stamp, script: Arc::clone(&script) });
        Ok(script)
    }
}
