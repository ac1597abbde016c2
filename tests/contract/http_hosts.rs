//! Promises of the hosts that scripts may call.

use iota_scripts_domain::{
    AllowedHost, HostPattern, JsonText, StorageChange, StorageKey, StorageQuota, StoredEntry, StoredValue,
};

use crate::samples::{acme, ann, at, tenant};
use crate::stores::Stores;

fn allowed(host: &str, seconds: i64) -> AllowedHost {
    AllowedHost { host: HostPattern::parse(host).expect("a host"), added: ann(seconds) }
}

pub(crate) async fn a_host_is_allowed_once_and_removed_once(stores: &Stores) {
    let (api, all, address) = (allowed("api.example.com", 1), allowed("*.example.org", 2), allowed("[2001:db8::1]", 3));
    for host in [&api, &all, &address] {
        assert_eq!(stores.http_hosts.add(&acme(), host).await, Ok(true));
    }
    assert_eq!(stores.http_hosts.add(&acme(), &allowed("API.example.com", 9)).await, Ok(false));
    assert_eq!(stores.http_hosts.list(&acme()).await, Ok(vec![all.clone(), address, api.clone()]));
    assert_eq!(stores.http_hosts.remove(&acme(), &all.host).await, Ok(true));
    assert_eq!(stores.http_hosts.remove(&acme(), &all.host).await, Ok(false));
}

pub(crate) async fn tenants_do_not_share_hosts(stores: &Stores) {
    let (api, globex) = (allowed("api.example.com", 1), tenant("globex"));
    assert_eq!(stores.http_hosts.add(&acme(), &api).await, Ok(true));
    assert_eq!(stores.http_hosts.list(&globex).await, Ok(vec![]));
    assert_eq!(stores.http_hosts.remove(&globex, &api.host).await, Ok(false));
    assert_eq!(stores.http_hosts.list(&acme()).await, Ok(vec![api]));
}

pub(crate) async fn deleting_a_tenant_removes_its_values_and_hosts(stores: &Stores) {
    let quota = StorageQuota { bytes: 100, keys: 1 };
    let store = async || {
        let value = StoredValue::parse(JsonText::null()).expect("a value");
        let key = StorageKey::parse("k").expect("a key");
        stores
            .storage
            .change(&acme(), &key, &StorageChange::Set(StoredEntry { value, expires_at: None }), quota, at(0))
            .await
    };
    store().await.expect("stored");
    stores.http_hosts.add(&acme(), &allowed("api.example.com", 1)).await.expect("allowed");
    stores.db.forget_tenant(&acme()).await.expect("forgotten");
    assert_eq!(stores.http_hosts.list(&acme()).await, Ok(vec![]));
    store().await.expect("the quota is free again");
}
