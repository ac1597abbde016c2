//! The storage of a dry run: an overlay of its writes over the stored values. The quota is checked against the sum of both.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use iota_scripts_domain::{
    KeyRange, RepositoryError, StorageChange, StorageError, StorageKey, StorageQuota, StorageRejection,
    StorageRepository, StorageUsage, StoredEntry, StoredValue, TenantId, Timestamp,
};
use tokio::sync::Mutex;

pub(super) struct DryStorage {
    inner: Arc<dyn StorageRepository>,
    overlay: Mutex<Overlay>,
}

type Overlay = BTreeMap<StorageKey, Layer>;

/// A written value and the stored one beneath it.
struct Layer {
    stored: Option<StoredValue>,
    /// `None` if it was deleted.
    written: Option<StoredEntry>,
}

impl Layer {
    fn live(&self, now: Timestamp) -> Option<&StoredEntry> {
        self.written.as_ref().filter(|held| held.expires_at.is_none_or(|end| end > now))
    }
}

impl DryStorage {
    pub(super) fn over(inner: Arc<dyn StorageRepository>) -> Self {
        Self { inner, overlay: Mutex::default() }
    }

    /// Returns each written key, with the stored value and the one that would replace it.
    pub(super) async fn changes(&self) -> Vec<(StorageKey, Option<StoredValue>, Option<StoredValue>)> {
        let overlay = self.overlay.lock().await;
        let written = |layer: &Layer| layer.written.as_ref().map(|held| held.value.clone());
        overlay.iter().map(|(key, layer)| (key.clone(), layer.stored.clone(), written(layer))).collect()
    }

    /// Returns the stored value of a key, and the run's own.
    async fn lookup(
        &self,
        overlay: &Overlay,
        tenant: &TenantId,
        key: &StorageKey,
        now: Timestamp,
    ) -> Result<(Option<StoredValue>, Option<StoredEntry>), RepositoryError> {
        if let Some(layer) = overlay.get(key) {
            return Ok((layer.stored.clone(), layer.live(now).cloned()));
        }
        let stored = self.inner.get(tenant, key, now).await?;
        Ok((stored.clone(), stored.map(|value| StoredEntry { value, expires_at: None })))
    }

    /// Returns the storage that would be in use.
    async fn used(
        &self,
        overlay: &Overlay,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<StorageUsage, RepositoryError> {
        let stored = self.inner.usage(tenant, now).await?;
        let covered = overlay.iter().filter_map(|(key, layer)| Some(layer.stored.as_ref()?.bytes_under(key)));
        let written = overlay.iter().filter_map(|(key, layer)| Some(layer.live(now)?.value.bytes_under(key)));
        Ok(written.fold(stored.without(covered), StorageUsage::with))
    }
}

#[async_trait]
impl StorageRepository for DryStorage {
    async fn get(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, RepositoryError> {
        if let Some(layer) = self.overlay.lock().await.get(key) {
            return Ok(layer.live(now).map(|held| held.value.clone()));
        }
        self.inner.get(tenant, key, now).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        change: &StorageChange,
        quota: StorageQuota,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, StorageError> {
        // Locked throughout, so that concurrent changes of one run are serialized.
        let mut overlay = self.overlay.lock().await;
        let (stored, present) = self.lookup(&overlay, tenant, key, now).await?;
        let Some(next) = change.apply(present.as_ref())? else { return Ok(None) };
        let used = self.used(&overlay, tenant, now).await?;
        let replaced = present.map(|held| held.value.bytes_under(key));
        let wanted = used.without(replaced).with(next.value.bytes_under(key));
        quota.allow(used, wanted).map_err(StorageRejection::from)?;
        overlay.insert(key.clone(), Layer { stored, written: Some(next.clone()) });
        Ok(Some(next.value))
    }

    async fn delete(&self, tenant: &TenantId, key: &StorageKey, now: Timestamp) -> Result<bool, RepositoryError> {
        let mut overlay = self.overlay.lock().await;
        let (stored, present) = self.lookup(&overlay, tenant, key, now).await?;
        if present.is_some() {
            overlay.insert(key.clone(), Layer { stored, written: None });
        }
        Ok(present.is_some())
    }

    async fn keys(
        &self,
        tenant: &TenantId,
        range: &KeyRange,
        now: Timestamp,
    ) -> Result<Vec<StorageKey>, RepositoryError> {
        let overlay = self.overlay.lock().await;
        let most = range.limit() as usize;
        let written = overlay.iter().filter(|(key, layer)| range.contains(key) && layer.live(now).is_some());
        let written: Vec<StorageKey> = written.map(|(key, _)| key.clone()).collect();
        let mut keys = Vec::new();
        let mut page = range.clone();
        // Overwritten keys are not among the stored ones; loads as many of those as there is room for.
        loop {
            let stored = self.inner.keys(tenant, &page, now).await?;
            let next = stored.last().filter(|_| stored.len() == most).cloned();
            keys.extend(stored.into_iter().filter(|key| !overlay.contains_key(key)));
            match next {
                Some(last) if keys.len() < most => page = range.following(&last),
                _ => break,
            }
        }
        keys.extend(written);
        keys.sort_unstable();
        keys.truncate(most);
        Ok(keys)
    }

    async fn usage(&self, tenant: &TenantId, now: Timestamp) -> Result<StorageUsage, RepositoryError> {
        self.used(&*self.overlay.lock().await, tenant, now).await
    }

    async fn purge_expired(&self, now: Timestamp, limit: u32) -> Result<u64, RepositoryError> {
        self.inner.purge_expired(now, limit).await
    }
}
