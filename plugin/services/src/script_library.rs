//! Scripts that are wanted again and again, kept in memory until one of their tenant changes: what stands in a request path must not
//! ask the database who it is each time.

mod exports;
mod linking;

use std::{collections::HashMap, sync::Arc};

use iota_scripts_domain::{RepositoryError, Script, ScriptRef, ScriptRepository, TenantId};
use parking_lot::Mutex;

pub(crate) use exports::Exports;
pub(crate) use linking::names;

use crate::{Changes, ServiceError, Stamp, Target, error::OrNotFound as _, ports::LinkedLibrary};

/// Scripts that are remembered; a script has at most 64 KiB.
const REMEMBERED: usize = 2_000;

/// Finds scripts, from memory where it can.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct ScriptLibrary {
    scripts: Arc<dyn ScriptRepository>,
    changes: Arc<Changes>,
    remembered: Arc<Mutex<HashMap<(TenantId, Target), Remembered>>>,
}

struct Remembered {
    stamp: Stamp,
    script: Arc<Script>,
}

impl ScriptLibrary {
    /// A library over a repository; it remembers nothing yet.
    #[must_use]
    pub fn new(scripts: Arc<dyn ScriptRepository>, changes: Arc<Changes>) -> Self {
        Self { scripts, changes, remembered: Arc::default() }
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
        let stamp = self.changes.stamp(tenant);
        let key = (tenant.clone(), target.clone());
        if let Some(known) = self.remembered.lock().get(&key).filter(|known| known.stamp == stamp) {
            return Ok(Arc::clone(&known.script));
        }
        let script = Arc::new(match target {
            Target::Id(id) => self.scripts.get(tenant, *id).await?,
            Target::Name(name) => self.scripts.get_by_name(tenant, name).await?,
        });
        let mut remembered = self.remembered.lock();
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(key, Remembered { stamp, script: Arc::clone(&script) });
        Ok(script)
    }
}
