//! A cache of data about each tenant's scripts, kept current by reloading only the scripts that changed.
//!
//! One request per tenant loads at a time; the others wait for its result. A request sees every change that was saved before it came.

use std::sync::Arc;

use async_trait::async_trait;
use iota_scripts_domain::{RepositoryError, ScriptId, TenantId};
use parking_lot::{Mutex, RwLock};

use crate::{
    invalidation::{Generation, Invalidation, Since},
    lru::{Lru, lru},
};

/// Number of changed scripts up to which each is loaded alone; above it, one statement loads all scripts.
const MAX_SINGLE_LOADS: usize = 32;

/// The cached data of a tenant, and how they are loaded.
#[async_trait]
pub(crate) trait TenantData: Sized + Send + Sync {
    /// The data of one script.
    type Entry: Send;
    /// Where it is loaded from.
    type Source: Send + Sync + ?Sized;

    /// Loads the data of all scripts.
    async fn load(source: &Self::Source, tenant: &TenantId) -> Result<Self, RepositoryError>;
    /// Loads the current data of one script; `None` if it has none.
    async fn load_one(
        source: &Self::Source,
        tenant: &TenantId,
        script: ScriptId,
    ) -> Result<Option<Self::Entry>, RepositoryError>;
    /// Applies the new data of changed scripts.
    fn apply(&mut self, changed: Vec<(ScriptId, Option<Self::Entry>)>);
}

/// The cached data of each tenant.
pub(crate) struct TenantCache<T> {
    changes: Arc<Invalidation>,
    slots: Mutex<Lru<TenantId, Arc<Slot<T>>>>,
}

struct Slot<T> {
    known: RwLock<Option<(Generation, T)>>,
    loading: tokio::sync::Mutex<()>,
}

impl<T: TenantData> TenantCache<T> {
    /// Creates an empty cache for at most `tenants` tenants.
    pub(crate) fn new(changes: Arc<Invalidation>, tenants: usize) -> Self {
        Self { changes, slots: Mutex::new(lru(tenants)) }
    }

    /// Reads the current data of a tenant.
    pub(crate) async fn read<R>(
        &self,
        source: &T::Source,
        tenant: &TenantId,
        read: impl FnOnce(&T) -> R,
    ) -> Result<R, RepositoryError> {
        let slot = self.slot(tenant);
        let is_old = |generation: Generation| generation != self.changes.generation(tenant);
        let generation = slot.known.read().as_ref().map(|(generation, _)| *generation);
        if generation.is_none_or(is_old) {
            let _one_at_a_time = slot.loading.lock().await;
            self.refresh(source, tenant, &slot).await?;
        }
        let known = slot.known.read();
        // A loaded slot stays loaded.
        let (_, known) = known.as_ref().ok_or(RepositoryError::NotFound)?;
        Ok(read(known))
    }

    async fn refresh(&self, source: &T::Source, tenant: &TenantId, slot: &Slot<T>) -> Result<(), RepositoryError> {
        let old = slot.known.read().as_ref().map(|(generation, _)| *generation);
        let (now, since) = self.changes.since(tenant, old);
        match since {
            Since::Nothing => {
                // The change was of another tenant in the group.
                if let Some((generation, _)) = slot.known.write().as_mut() {
                    *generation = now;
                }
            }
            Since::Scripts(scripts) if scripts.len() <= MAX_SINGLE_LOADS => {
                let mut changed = Vec::with_capacity(scripts.len());
                for script in scripts {
                    changed.push((script, T::load_one(source, tenant, script).await?));
                }
                if let Some((generation, known)) = slot.known.write().as_mut() {
                    known.apply(changed);
                    *generation = now;
                }
            }
            Since::Scripts(_) | Since::Anything => {
                let all = T::load(source, tenant).await?;
                *slot.known.write() = Some((now, all));
            }
        }
        Ok(())
    }

    fn slot(&self, tenant: &TenantId) -> Arc<Slot<T>> {
        let mut slots = self.slots.lock();
        if let Some(slot) = slots.get(tenant) {
            return Arc::clone(slot);
        }
        let slot = Arc::new(Slot { known: RwLock::new(None), loading: tokio::sync::Mutex::default() });
        slots.insert(tenant.clone(), Arc::clone(&slot));
        slot
    }
}

#[cfg(test)]
mod tests;
