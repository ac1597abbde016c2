//! Tests how often a changed script is loaded, alone and with many concurrent requests.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::*;

/// The scripts' numbers, and how often they were loaded.
#[derive(Default)]
struct Store {
    scripts: Mutex<BTreeMap<ScriptId, u32>>,
    all: AtomicUsize,
    single: AtomicUsize,
}

struct Numbers(BTreeMap<ScriptId, u32>);

#[async_trait]
impl TenantData for Numbers {
    type Entry = u32;
    type Source = Store;

    async fn load(store: &Store, _: &TenantId) -> Result<Self, RepositoryError> {
        store.all.fetch_add(1, Ordering::SeqCst);
        // Lets other requests run.
        tokio::task::yield_now().await;
        Ok(Self(store.scripts.lock().clone()))
    }

    async fn load_one(store: &Store, _: &TenantId, script: ScriptId) -> Result<Option<u32>, RepositoryError> {
        store.single.fetch_add(1, Ordering::SeqCst);
        Ok(store.scripts.lock().get(&script).copied())
    }

    fn apply(&mut self, changed: Vec<(ScriptId, Option<u32>)>) {
        for (script, entry) in changed {
            match entry {
                Some(number) => self.0.insert(script, number),
                None => self.0.remove(&script),
            };
        }
    }
}

fn asked(store: &Store) -> (usize, usize) {
    (store.all.load(Ordering::SeqCst), store.single.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_change_loads_one_script_once_for_many_requests() {
    let (changes, store) = (Arc::new(Invalidation::default()), Store::default());
    let cache = TenantCache::<Numbers>::new(Arc::clone(&changes), 10);
    let tenant = TenantId::parse("acme").unwrap();
    let sum = async || cache.read(&store, &tenant, |known| known.0.values().sum::<u32>()).await;
    let ids: Vec<ScriptId> = (0..100).map(|_| ScriptId::generate()).collect();
    store.scripts.lock().extend(ids.iter().map(|id| (*id, 1)));

    let many = futures_util::future::join_all((0..20).map(|_| sum())).await;
    assert!(many.iter().all(|sum| *sum == Ok(100)));
    assert_eq!(asked(&store), (1, 0), "one loads, the others wait");

    store.scripts.lock().insert(ids[0], 5);
    changes.of_script(&tenant, ids[0]);
    store.scripts.lock().remove(&ids[1]);
    changes.of_script(&tenant, ids[1]);
    let many = futures_util::future::join_all((0..20).map(|_| sum())).await;
    assert!(many.iter().all(|sum| *sum == Ok(103)), "{many:?}");
    assert_eq!(asked(&store), (1, 2), "the changed script is loaded once");

    changes.of_script(&TenantId::parse("globex").unwrap(), ids[2]);
    assert_eq!((sum().await, asked(&store)), (Ok(103), (1, 2)), "another tenant's change loads nothing");
    changes.of_tenant(&tenant);
    assert_eq!((sum().await, asked(&store)), (Ok(103), (2, 2)), "unknown changes reload all scripts");
    for id in &ids {
        changes.of_script(&tenant, *id);
    }
    assert_eq!((sum().await, asked(&store)), (Ok(103), (3, 2)), "and so are many changes");
}

#[tokio::test]
async fn a_full_cache_evicts_one_tenant_only() {
    const MOST: usize = 20;
    let (changes, store) = (Arc::new(Invalidation::default()), Store::default());
    let cache = TenantCache::<Numbers>::new(changes, MOST);
    let tenants: Vec<_> = (0..=MOST).map(|number| TenantId::parse(format!("tenant-{number}")).unwrap()).collect();
    let read = async |tenant| cache.read(&store, tenant, |_| ()).await.unwrap();
    for tenant in &tenants {
        read(tenant).await;
    }
    for tenant in &tenants[1..] {
        read(tenant).await;
    }
    assert_eq!(asked(&store).0, tenants.len(), "all others are still known");
    read(&tenants[0]).await;
    assert_eq!(asked(&store).0, tenants.len() + 1);
}
