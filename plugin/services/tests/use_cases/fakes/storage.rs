//! Keys and values in memory; expired values are not found.

use std::collections::BTreeMap;

use async_trait::async_trait;
use iota_scripts_domain::{
    KeyRange, RepositoryError, StorageChange, StorageError, StorageKey, StorageQuota, StorageRejection,
    StorageRepository, StorageUsage, StoredEntry, StoredValue, TenantId, Timestamp,
};
use parking_lot::Mutex;

type Rows = BTreeMap<(TenantId, StorageKey), StoredEntry>;

#[derive(Default)]
pub(crate) struct Storage {
    rows: Mutex<Rows>,
}

impl Storage {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.lock().is_empty()
    }
}

fn holds(held: &StoredEntry, now: Timestamp) -> bool {
    held.expires_at.is_none_or(|end| now < end)
}

fn usage(rows: &Rows, tenant: &TenantId) -> StorageUsage {
    let own = rows.iter().filter(|((owner, _), _)| owner == tenant);
    own.fold(StorageUsage::default(), |usage, ((_, key), held)| usage.with(held.value.bytes_under(key)))
}

#[async_trait]
impl StorageRepository for Storage {
    async fn get(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, RepositoryError> {
        let rows = self.rows.lock();
        Ok(rows.get(&(tenant.clone(), key.clone())).filter(|held| holds(held, now)).map(|held| held.value.clone()))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        change: &StorageChange,
        quota: StorageQuota,
        now: Timestamp,
    ) -> Result<Option<StoredValue>, StorageError> {
        let mut rows = self.rows.lock();
        rows.retain(|_, held| holds(held, now));
        let place = (tenant.clone(), key.clone());
        let Some(next) = change.apply(rows.get(&place))? else { return Ok(None) };
        let used = usage(&rows, tenant);
        let replaced = rows.get(&place).map(|held| held.value.bytes_under(key));
        let wanted = used.without(replaced).with(next.value.bytes_under(key));
        quota.allow(used, wanted).map_err(StorageRejection::from)?;
        rows.insert(place, next.clone());
        Ok(Some(next.value))
    }

    async fn delete(&self, tenant: &TenantId, key: &StorageKey, now: Timestamp) -> Result<bool, RepositoryError> {
        Ok(self.rows.lock().remove(&(tenant.clone(), key.clone())).is_some_and(|held| holds(&held, now)))
    }

    async fn keys(
        &self,
        tenant: &TenantId,
        range: &KeyRange,
        now: Timestamp,
    ) -> Result<Vec<StorageKey>, RepositoryError> {
        let rows = self.rows.lock();
        let own = rows.iter().filter(|((owner, key), held)| owner == tenant && range.contains(key) && holds(held, now));
        Ok(own.map(|((_, key), _)| key.clone()).take(range.limit() as usize).collect())
    }

    async fn usage(&self, tenant: &TenantId, now: Timestamp) -> Result<StorageUsage, RepositoryError> {
        let mut rows = self.rows.lock().clone();
        rows.retain(|_, held| holds(held, now));
        Ok(usage(&rows, tenant))
    }

    async fn purge_expired(&self, now: Timestamp, limit: u32) -> Result<u64, RepositoryError> {
        let mut rows = self.rows.lock();
        let expired = rows.iter().filter(|(_, held)| !holds(held, now)).map(|(key, _)| key.clone());
        let expired: Vec<_> = expired.take(limit as usize).collect();
        expired.iter().for_each(|key| drop(rows.remove(key)));
        Ok(expired.len() as u64)
    }
}
