//! What is known of the scripts of each tenant, kept up to date by what changed: one script is loaded again, not all of them.
//!
//! One request of a tenant loads at a time; the others wait for what it finds. What was saved before a request came is seen by it.

use std::sync::Arc;

use async_trait::async_trait;
use iota_scripts_domain::{RepositoryError, ScriptId, TenantId};
use parking_lot::{Mutex, RwLock};

use crate::{
    invalidation::{Generation, Invalidation, Since},
    lru::{Lru, lru},
};

/// With more changes than this, one statement for all scripts is less than one for each.
const FEW: usize = 32;

/// What a cache knows of a tenant, and how it is loaded.
#[async_trait]
pub(crate) trait Known: Sized + Send + Sync {
    /// What one script is to it.
    type Entry: Send;
    /// Where it is loaded from.
    type Source: Send + Sync + ?Sized;

    /// Loads all of it.
    async fn load(source: &Self::Source, tenant: &TenantId) -> Result<Self, RepositoryError>;
    /// What one script is to it now; none when it is nothing.
    async fn load_one(
        source: &Self::Source,
        tenant: &TenantId,
        script: ScriptId,
    ) -> Result<Option<Self::Entry>, RepositoryError>;
    /// Takes over what became of some scripts.
    fn apply(&mut self, changed: Vec<(ScriptId, Option<Self::Entry>)>);
}

/// One of each tenant.
pub(crate) struct TenantCache<T> {
    changes: Arc<Invalidation>,
    slots: Mutex<Lru<TenantId, Arc<Slot<T>>>>,
}

struct Slot<T> {
    known: RwLock<Option<(Generation, T)>>,
    loading: tokio::sync::Mutex<()>,
}

impl<T: Known> TenantCache<T> {
    /// Nothing is known yet; of so many tenants something is kept.
    pub(crate) fn new(changes: Arc<Invalidation>, tenants: usize) -> Self {
        Self { changes, slots: Mutex::new(lru(tenants)) }
    }

    /// Reads what is known of a tenant, as it is now.
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
        // A slot that was loaded stays so.
        let (_, known) = known.as_ref().ok_or(RepositoryError::NotFound)?;
        Ok(read(known))
    }

    async fn refresh(&self, source: &T::Source, tenant: &TenantId, slot: &Slot<T>) -> Result<(), RepositoryError> {
        let old = slot.known.read().as_ref().map(|(generation, _)| *generation);
        let (now, since) = self.changes.since(tenant, old);
        match since {
            Since::Nothing => {
                // What changed was another tenant's.
                if let Some((generation, _)) = slot.known.write().as_mut() {
                    *generation = now;
                }
            }
            Since::Scripts(scripts) if scripts.len() <= FEW => {
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
