//! The storage of a dry run: what it writes lies over what is stored, for itself alone. The quota is not asked.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use iota_scripts_domain::{
    Held, KeyRange, RepositoryError, StorageChange, StorageError, StorageKey, StorageQuota, StorageRepository,
    StoredValue, TenantId, Timestamp,
};
use tokio::sync::Mutex;

pub(super) struct DryStorage {
    inner: Arc<dyn StorageRepository>,
    overlay: Mutex<BTreeMap<StorageKey, Layer>>,
}

/// A value that was written, over the one that is stored.
struct Layer {
    stored: Option<StoredValue>,
    /// None when it was deleted.
    written: Option<Held>,
}

impl Layer {
    fn live(&self, now: Timestamp) -> Option<&Held> {
        self.written.as_ref().filter(|held| held.expires_at.is_none_or(|end| end > now))
    }
}

impl DryStorage {
    pub(super) fn over(inner: Arc<dyn StorageRepository>) -> Self {
        Self { inner, overlay: Mutex::default() }
    }

    /// Each key that was written, with the value that is stored and the one that would be.
    pub(super) async fn changes(&self) -> Vec<(StorageKey, Option<StoredValue>, Option<StoredValue>)> {
        let overlay = self.overlay.lock().await;
        let written = |layer: &Layer| layer.written.as_ref().map(|held| held.value.clone());
        overlay.iter().map(|(key, layer)| (key.clone(), layer.stored.clone(), written(layer))).collect()
    }

    /// Writes over a key what comes of what is there now.
    async fn write<T, E: From<RepositoryError>>(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        now: Timestamp,
        work: impl FnOnce(Option<&Held>) -> Result<(T, Option<Option<Held>>), E>,
    ) -> Result<T, E> {
        // Held throughout: changes of one run follow each other too.
        let mut overlay = self.overlay.lock().await;
        let stored = match overlay.get(key) {
            Some(layer) => layer.stored.clone(),
            None => self.inner.get(tenant, key, now).await?,
        };
        let present = match overlay.get(key) {
            Some(layer) => layer.live(now).cloned(),
            None => stored.clone().map(|value| Held { value, expires_at: None }),
        };
        let (outcome, next) = work(present.as_ref())?;
        if let Some(written) = next {
            overlay.insert(key.clone(), Layer { stored, written });
        }
        Ok(outcome)
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
        _: StorageQuota,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, StorageError> {
        let work = |present: Option<&Held>| {
            let next = change.apply(present)?;
            Ok((next.as_ref().map(|held| held.value.clone()), next.map(Some)))
        };
        self.write(tenant, key, now, work).await
    }

    async fn delete(&self, tenant: &TenantId, key: &StorageKey, now: Timestamp) -> Result<bool, RepositoryError> {
        self.write(tenant, key, now, |present| Ok((present.is_some(), present.map(|_| None)))).await
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
        // Keys that are written over are not among the stored ones: as many of those as there is room for are looked up.
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

    async fn purge_expired(&self, now: Timestamp, limit: u32) -> Result<u64, RepositoryError> {
        self.inner.purge_expired(now, limit).await
    }
}
