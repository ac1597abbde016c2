//! `storage.*`: the tenant's key-value store.

use std::time::Duration;

use iota_scripts_domain::{JsonText, StorageKey, StoredValue};
use serde_json::value::RawValue;

use super::{HostBridge, arguments, invalid, json, refuse, unavailable};
use crate::ports::CallError;

/// The longest time to live, in seconds: ten years.
const MAX_TTL_SECONDS: f64 = 315_360_000.0;

pub(super) async fn call(bridge: &HostBridge, operation: &str, args: &JsonText) -> Result<JsonText, CallError> {
    match operation {
        "get" => get(bridge, args).await,
        "set" => set(bridge, args).await,
        "delete" => delete(bridge, args).await,
        _ => Err(refuse("NOT_FOUND", format!("there is no storage.{operation}"))),
    }
}

/// The value, or null when there is none or its time is over.
async fn get(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    const METHOD: &str = "storage.get";
    let (key,): (String,) = arguments(METHOD, args)?;
    let key = parse_key(METHOD, &key)?;
    let outside = &bridge.outside;
    let found = outside.storage.get(bridge.identity.tenant_id(), &key, outside.clock.now()).await;
    let found = found.map_err(|error| unavailable(METHOD, &error))?;
    Ok(found.map_or_else(JsonText::null, StoredValue::into_json))
}

/// `[key, value]` or `[key, value, ttl in seconds]`; without a ttl, or with null, the value stays.
async fn set(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    const METHOD: &str = "storage.set";
    let parts: Vec<Box<RawValue>> = arguments(METHOD, args)?;
    let mut parts = parts.into_iter().map(JsonText::from);
    let key: String = arguments(METHOD, &parts.next().unwrap_or_else(JsonText::null))?;
    let key = parse_key(METHOD, &key)?;
    let value = StoredValue::parse(parts.next().unwrap_or_else(JsonText::null)).map_err(|e| invalid(METHOD, &e))?;
    let ttl: Option<f64> = arguments(METHOD, &parts.next().unwrap_or_else(JsonText::null))?;
    let now = bridge.outside.clock.now();
    let expires_at = match ttl {
        None => None,
        Some(seconds) if seconds > 0.0 && seconds <= MAX_TTL_SECONDS => {
            Some(now.plus(Duration::from_secs_f64(seconds)))
        }
        Some(_) => {
            let message = format!("{METHOD}: the time to live is more than 0 and at most {MAX_TTL_SECONDS} seconds");
            return Err(refuse("VALIDATION", message));
        }
    };
    bridge.writes();
    let storage = &bridge.outside.storage;
    let stored = storage.set(bridge.identity.tenant_id(), &key, &value, expires_at, now).await;
    stored.map_err(|error| unavailable(METHOD, &error))?;
    Ok(JsonText::null())
}

/// Whether there was a value.
async fn delete(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    const METHOD: &str = "storage.delete";
    let (key,): (String,) = arguments(METHOD, args)?;
    let key = parse_key(METHOD, &key)?;
    bridge.writes();
    let outside = &bridge.outside;
    let removed = outside.storage.delete(bridge.identity.tenant_id(), &key, outside.clock.now()).await;
    json(&removed.map_err(|error| unavailable(METHOD, &error))?)
}

fn parse_key(method: &str, key: &str) -> Result<StorageKey, CallError> {
    StorageKey::parse(key).map_err(|error| invalid(method, &error))
}
