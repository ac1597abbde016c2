//! Keys and values in memory; what has expired is not found.

use std::collections::BTreeMap;

use async_trait::async_trait;
use iota_scripts_domain::{RepositoryError, StorageKey, StorageRepository, StoredValue, TenantId, Timestamp};
use parking_lot::Mutex;

#[derive(Default)]
pub(crate) struct Storage {
    rows: Mutex<BTreeMap<(TenantId, StorageKey), Row>>,
}

#[derive(Clone)]
struct Row {
    value: StoredValue,
    expires_at: Option<Timestamp>,
}

impl Row {
    fn holds(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

impl Storage {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.lock().is_empty()
    }
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
        Ok(rows.get(&(tenant.clone(), key.clone())).filter(|row| row.holds(now)).map(|row| row.value.clone()))
    }

    async fn set(
        &self,
        tenant: &TenantId,
        key: &StorageKey,
        value: &StoredValue,
        expires_at: Option<Timestamp>,
        _: Timestamp,
    ) -> Result<(), RepositoryError> {
        self.rows.lock().insert((tenant.clone(), key.clone()), Row { value: value.clone(), expires_at });
        Ok(())
    }

    async fn delete(&self, tenant: &TenantId, key: &StorageKey, now: Timestamp) -> Result<bool, RepositoryError> {
        Ok(self.rows.lock().remove(&(tenant.clone(), key.clone())).is_some_and(|row| row.holds(now)))
    }

    async fn purge_expired(&self, now: Timestamp, limit: u32) -> Result<u64, RepositoryError> {
        let mut rows = self.rows.lock();
        let expired = rows.iter().filter(|(_, row)| !row.holds(now)).map(|(key, _)| key.clone());
        let expired: Vec<_> = expired.take(limit as usize).collect();
        expired.iter().for_each(|key| drop(rows.remove(key)));
        Ok(expired.len() as u64)
    }
}
