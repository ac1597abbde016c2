//! Promises of the values that scripts store.

use std::time::Duration;

use iota_scripts_domain::{
    Clock, JsonText, KeyRange, ManualClock, StorageChange, StorageError, StorageFull, StorageKey, StorageQuota,
    StorageRejection, StorageUsage, StoredEntry, StoredValue, TenantId, Timestamp,
};

use crate::samples::{acme, at, tenant};
use crate::stores::Stores;

fn key(text: &str) -> StorageKey {
    StorageKey::parse(text).expect("a key")
}

fn value(json: &str) -> StoredValue {
    StoredValue::parse(JsonText::parse(json.into()).expect("JSON")).expect("a value")
}

impl Stores {
    async fn set(&self, tenant: &TenantId, key: &StorageKey, json: &str, end: Option<Timestamp>, now: Timestamp) {
        let change = StorageChange::Set(StoredEntry { value: value(json), expires_at: end });
        let set = self.storage.change(tenant, key, &change, StorageQuota::default(), now).await;
        assert_eq!(set, Ok(Some(value(json))));
    }
}

pub(crate) async fn a_value_stays_until_it_is_replaced_or_removed(stores: &Stores) {
    let (key, now) = (key("last run"), at(0));
    assert_eq!(stores.storage.get(&acme(), &key, now).await, Ok(None));
    stores.set(&acme(), &key, "1", None, now).await;
    stores.set(&acme(), &key, "2", None, now).await;
    assert_eq!(stores.storage.get(&acme(), &key, now.plus(Duration::from_hours(24 * 365))).await, Ok(Some(value("2"))));
    assert_eq!(stores.storage.delete(&acme(), &key, now).await, Ok(true));
    assert_eq!(stores.storage.delete(&acme(), &key, now).await, Ok(false));
    assert_eq!(stores.storage.get(&acme(), &key, now).await, Ok(None));
}

pub(crate) async fn a_value_expires(stores: &Stores) {
    let clock = ManualClock::new(at(0));
    let key = key("cached");
    let in_a_minute = Some(clock.now().plus(Duration::from_mins(1)));
    stores.set(&acme(), &key, "1", in_a_minute, clock.now()).await;
    clock.advance(Duration::from_secs(59));
    assert_eq!(stores.storage.get(&acme(), &key, clock.now()).await, Ok(Some(value("1"))));
    clock.advance(Duration::from_secs(1));
    assert_eq!(stores.storage.get(&acme(), &key, clock.now()).await, Ok(None));
    assert_eq!(stores.storage.delete(&acme(), &key, clock.now()).await, Ok(false));

    stores.set(&acme(), &key, "2", Some(clock.now()), clock.now()).await;
    stores.set(&acme(), &key, "3", None, clock.now()).await;
    assert_eq!(
        stores.storage.get(&acme(), &key, clock.now()).await,
        Ok(Some(value("3"))),
        "a new value has a new expiry"
    );
}

pub(crate) async fn expired_values_do_not_count_as_used(stores: &Stores) {
    let usage = async |now| stores.storage.usage(&acme(), now).await.expect("figures");
    assert_eq!(usage(at(0)).await, StorageUsage::default());
    stores.set(&acme(), &key("ёж"), "\"ё\"", None, at(0)).await;
    stores.set(&acme(), &key("soon"), "1", Some(at(5)), at(0)).await;
    stores.set(&tenant("globex"), &key("theirs"), "1", None, at(0)).await;
    assert_eq!(usage(at(4)).await, StorageUsage { keys: 2, bytes: 13 });
    assert_eq!(usage(at(5)).await, StorageUsage { keys: 1, bytes: 8 });
}

pub(crate) async fn tenants_do_not_share_values(stores: &Stores) {
    let (key, now, globex) = (key("k"), at(0), tenant("globex"));
    stores.set(&acme(), &key, "1", None, now).await;
    assert_eq!(stores.storage.get(&globex, &key, now).await, Ok(None));
    assert_eq!(stores.storage.delete(&globex, &key, now).await, Ok(false));
    stores.set(&globex, &key, "2", None, now).await;
    assert_eq!(stores.storage.get(&acme(), &key, now).await, Ok(Some(value("1"))));
}

pub(crate) async fn json_round_trips_unchanged(stores: &Stores) {
    let key = key("Mon Nov 24 2025 00:00:00 GMT+0500 (Uzbekistan Standard Time) ключ");
    for json in [
        r#"{"b": 1.0, "a": "\u0000 ёж \ud83d\ude00"}"#,
        "12345678901234567890.5",
        "\"'; DROP TABLE script_storage; --\"",
    ] {
        stores.set(&acme(), &key, json, None, at(0)).await;
        assert_eq!(stores.storage.get(&acme(), &key, at(0)).await, Ok(Some(value(json))));
    }
}

pub(crate) async fn expired_values_are_purged_in_batches(stores: &Stores) {
    for number in 0..5 {
        stores.set(&acme(), &key(&format!("k{number}")), "1", Some(at(number)), at(0)).await;
    }
    stores.set(&acme(), &key("kept"), "1", None, at(0)).await;
    stores.set(&tenant("globex"), &key("old"), "1", Some(at(2)), at(0)).await;
    assert_eq!(stores.storage.purge_expired(at(3), 3).await, Ok(3));
    assert_eq!(stores.storage.purge_expired(at(3), 3).await, Ok(2));
    assert_eq!(stores.storage.purge_expired(at(3), 3).await, Ok(0));
    assert_eq!(stores.storage.get(&acme(), &key("k4"), at(3)).await, Ok(Some(value("1"))));
    assert_eq!(stores.storage.get(&acme(), &key("kept"), at(9)).await, Ok(Some(value("1"))));
}

pub(crate) async fn concurrent_increments_all_count(stores: &Stores) {
    let count = |by: f64| StorageChange::Increment { by, expires_at: Some(at(60)) };
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (storage, change) = (stores.storage.clone(), count(1.0));
        tasks.spawn(async move {
            for _ in 0..5 {
                storage.change(&acme(), &key("n"), &change, StorageQuota::default(), at(0)).await.expect("counted");
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic");
    }
    let later = stores.storage.change(&acme(), &key("n"), &count(2.0), StorageQuota::default(), at(59)).await;
    assert_eq!(later, Ok(Some(value("42"))));
    assert_eq!(stores.storage.get(&acme(), &key("n"), at(60)).await, Ok(None), "the first counter's end stays");
    let afresh = stores.storage.change(&acme(), &key("n"), &count(0.5), StorageQuota::default(), at(60)).await;
    assert_eq!(afresh, Ok(Some(value("0.5"))), "an expired counter starts again");
    stores.set(&acme(), &key("text"), "\"x\"", None, at(0)).await;
    let refused = stores.storage.change(&acme(), &key("text"), &count(1.0), StorageQuota::default(), at(0)).await;
    assert_eq!(refused, Err(StorageError::Refused(StorageRejection::NotANumber)));
}

pub(crate) async fn of_concurrent_compare_and_sets_exactly_one_wins(stores: &Stores) {
    let take = |owner: usize| StorageChange::SetIf {
        expected: JsonText::null(),
        held: StoredEntry { value: value(&owner.to_string()), expires_at: Some(at(10)) },
    };
    let mut tasks = tokio::task::JoinSet::new();
    for owner in 0..8 {
        let (storage, change) = (stores.storage.clone(), take(owner));
        tasks
            .spawn(async move { storage.change(&acme(), &key("lock"), &change, StorageQuota::default(), at(0)).await });
    }
    let mut winners = Vec::new();
    while let Some(done) = tasks.join_next().await {
        winners.extend(done.expect("no panic").expect("an answer"));
    }
    let held = stores.storage.get(&acme(), &key("lock"), at(9)).await.expect("an answer");
    assert_eq!(winners, [held.expect("a lock is held")]);
    let next = stores.storage.change(&acme(), &key("lock"), &take(9), StorageQuota::default(), at(10)).await;
    assert_eq!(next, Ok(Some(value("9"))), "an abandoned lock expires");
}

pub(crate) async fn keys_are_listed_by_prefix_in_pages(stores: &Stores) {
    for name in ["a", "order_2", "order_1", "order_3", "order", "orders", "Order_1", "order_ё"] {
        stores.set(&acme(), &key(name), "1", None, at(0)).await;
    }
    stores.set(&acme(), &key("order_0"), "1", Some(at(5)), at(0)).await;
    stores.set(&tenant("globex"), &key("order_9"), "1", None, at(0)).await;
    let list = async |prefix: &str, limit: Option<f64>, after: Option<&str>| {
        let range = KeyRange::parse(prefix, limit, after).expect("a range");
        let keys = stores.storage.keys(&acme(), &range, at(5)).await.expect("keys");
        keys.iter().map(StorageKey::as_str).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(list("order_", None, None).await, "order_1 order_2 order_3 order_ё");
    assert_eq!(list("order_", Some(2.0), None).await, "order_1 order_2");
    assert_eq!(list("order_", Some(2.0), Some("order_2")).await, "order_3 order_ё");
    assert_eq!(list("", None, Some("orders")).await, "");
    assert_eq!(list("", Some(3.0), None).await, "Order_1 a order");
    assert_eq!(list("%", None, None).await, "");
}

pub(crate) async fn a_full_store_accepts_no_more_until_there_is_room(stores: &Stores) {
    let quota = StorageQuota { bytes: 40, keys: 3 };
    let set = async |name: &str, bytes: usize, end: Option<Timestamp>, now: Timestamp| {
        let held =
            StoredEntry { value: value(&format!("\"{}\"", "x".repeat(bytes - 2 - name.len()))), expires_at: end };
        let changed = stores.storage.change(&acme(), &key(name), &StorageChange::Set(held), quota, now).await;
        changed.map(drop)
    };
    let full = |used: (u64, u64), wanted: (u64, u64)| {
        let usage = |(bytes, keys)| StorageUsage { bytes, keys };
        let exceeded = StorageFull { used: usage(used), wanted: usage(wanted), allowed: quota };
        Err(StorageError::Refused(StorageRejection::Quota(exceeded)))
    };
    assert_eq!(set("a", 20, None, at(0)).await, Ok(()));
    assert_eq!(set("b", 20, Some(at(5)), at(0)).await, Ok(()));
    assert_eq!(set("c", 10, None, at(0)).await, full((40, 2), (50, 3)));
    assert_eq!(set("a", 21, None, at(0)).await, full((40, 2), (41, 2)));
    assert_eq!(set("a", 20, None, at(0)).await, Ok(()), "the same size again");
    assert_eq!(set("c", 10, None, at(5)).await, Ok(()), "expired values make room");
    assert_eq!(set("d", 5, None, at(5)).await, Ok(()));
    assert_eq!(set("e", 5, None, at(5)).await, full((35, 3), (40, 4)));
    assert_eq!(stores.storage.delete(&acme(), &key("d"), at(5)).await, Ok(true));
    assert_eq!(set("e", 5, Some(at(6)), at(5)).await, Ok(()));
    assert_eq!(stores.storage.purge_expired(at(6), 10).await, Ok(1));
    assert_eq!(set("f", 10, None, at(6)).await, Ok(()), "purged values are not counted");
    let (globex, first) = (tenant("globex"), StorageChange::Set(StoredEntry { value: value("1"), expires_at: None }));
    let theirs = stores.storage.change(&globex, &key("a"), &first, quota, at(6)).await;
    assert_eq!(theirs, Ok(Some(value("1"))), "each tenant has a store of its own");
}
