//! What is promised of the values that scripts store.

use std::time::Duration;

use iota_scripts_domain::{Clock, JsonText, ManualClock, StorageKey, StoredValue};

use crate::samples::{acme, at, tenant};
use crate::stores::Stores;

fn key(text: &str) -> StorageKey {
    StorageKey::parse(text).expect("a key")
}

fn value(json: &str) -> StoredValue {
    StoredValue::parse(JsonText::parse(json.into()).expect("JSON")).expect("a value")
}

pub(crate) async fn a_value_stays_until_it_is_replaced_or_removed(stores: &Stores) {
    let (key, now) = (key("last run"), at(0));
    assert_eq!(stores.storage.get(&acme(), &key, now).await, Ok(None));
    stores.storage.set(&acme(), &key, &value("1"), None, now).await.expect("set");
    stores.storage.set(&acme(), &key, &value("2"), None, now).await.expect("set");
    assert_eq!(stores.storage.get(&acme(), &key, now.plus(Duration::from_hours(24 * 365))).await, Ok(Some(value("2"))));
    assert_eq!(stores.storage.delete(&acme(), &key, now).await, Ok(true));
    assert_eq!(stores.storage.delete(&acme(), &key, now).await, Ok(false));
    assert_eq!(stores.storage.get(&acme(), &key, now).await, Ok(None));
}

pub(crate) async fn a_value_is_gone_when_its_time_has_come(stores: &Stores) {
    let clock = ManualClock::new(at(0));
    let key = key("cached");
    let in_a_minute = Some(clock.now().plus(Duration::from_mins(1)));
    stores.storage.set(&acme(), &key, &value("1"), in_a_minute, clock.now()).await.expect("set");
    clock.advance(Duration::from_secs(59));
    assert_eq!(stores.storage.get(&acme(), &key, clock.now()).await, Ok(Some(value("1"))));
    clock.advance(Duration::from_secs(1));
    assert_eq!(stores.storage.get(&acme(), &key, clock.now()).await, Ok(None));
    assert_eq!(stores.storage.delete(&acme(), &key, clock.now()).await, Ok(false));

    stores.storage.set(&acme(), &key, &value("2"), Some(clock.now()), clock.now()).await.expect("set");
    stores.storage.set(&acme(), &key, &value("3"), None, clock.now()).await.expect("set");
    assert_eq!(
        stores.storage.get(&acme(), &key, clock.now()).await,
        Ok(Some(value("3"))),
        "a new value has its own time"
    );
}

pub(crate) async fn tenants_do_not_share_values(stores: &Stores) {
    let (key, now, globex) = (key("k"), at(0), tenant("globex"));
    stores.storage.set(&acme(), &key, &value("1"), None, now).await.expect("set");
    assert_eq!(stores.storage.get(&globex, &key, now).await, Ok(None));
    assert_eq!(stores.storage.delete(&globex, &key, now).await, Ok(false));
    stores.storage.set(&globex, &key, &value("2"), None, now).await.expect("set");
    assert_eq!(stores.storage.get(&acme(), &key, now).await, Ok(Some(value("1"))));
}

pub(crate) async fn json_comes_back_as_it_was_written(stores: &Stores) {
    let key = key("Mon Nov 24 2025 00:00:00 GMT+0500 (Uzbekistan Standard Time) ключ");
    for json in [
        r#"{"b": 1.0, "a": "\u0000 ёж \ud83d\ude00"}"#,
        "12345678901234567890.5",
        "\"'; DROP TABLE script_storage; --\"",
    ] {
        stores.storage.set(&acme(), &key, &value(json), None, at(0)).await.expect("set");
        assert_eq!(stores.storage.get(&acme(), &key, at(0)).await, Ok(Some(value(json))));
    }
}

pub(crate) async fn expired_values_are_purged_in_batches(stores: &Stores) {
    for number in 0..5 {
        stores
            .storage
            .set(&acme(), &key(&format!("k{number}")), &value("1"), Some(at(number)), at(0))
            .await
            .expect("set");
    }
    stores.storage.set(&acme(), &key("kept"), &value("1"), None, at(0)).await.expect("set");
    assert_eq!(stores.storage.purge_expired(at(3), 3).await, Ok(3));
    assert_eq!(stores.storage.purge_expired(at(3), 3).await, Ok(1));
    assert_eq!(stores.storage.purge_expired(at(3), 3).await, Ok(0));
    assert_eq!(stores.storage.get(&acme(), &key("k4"), at(3)).await, Ok(Some(value("1"))));
    assert_eq!(stores.storage.get(&acme(), &key("kept"), at(9)).await, Ok(Some(value("1"))));
}
