//! `storage.*`: the tenant's key-value store, within its quota.

use std::time::Duration;

use iota_scripts_domain::{
    FaultCode, JsonText, KeyRange, StorageChange, StorageError, StorageKey, StorageRejection, StoredEntry, StoredValue,
    Timestamp,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{json as value, value::RawValue};

use super::{HostBridge, arguments, invalid, json, refuse, unavailable};
use crate::ports::{CallError, CallFailure};

/// Maximum time to live in seconds: ten years.
const MAX_TTL_SECONDS: f64 = 315_360_000.0;

/// A raw JSON value; an omitted one is `null`.
type Raw = Box<RawValue>;

pub(super) async fn call(bridge: &HostBridge, operation: &str, args: &JsonText) -> Result<JsonText, CallError> {
    match operation {
        "get" => get(bridge, args).await,
        "set" => set(bridge, args).await,
        "setIf" => set_if(bridge, args).await,
        "increment" => increment(bridge, args).await,
        "delete" => delete(bridge, args).await,
        "list" => list(bridge, args).await,
        _ => Err(refuse("NOT_FOUND", format!("there is no storage.{operation}"))),
    }
}

/// Returns the value, or null if it does not exist or has expired.
async fn get(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    const METHOD: &str = "storage.get";
    let key = Arguments::of(METHOD, args)?.key()?;
    let ports = &bridge.ports;
    let found = ports.storage.get(bridge.scope.identity.tenant_id(), &key, ports.clock.now()).await;
    let found = found.map_err(|error| unavailable(METHOD, &error))?;
    Ok(found.map_or_else(JsonText::null, StoredValue::into_json))
}

/// `[key, value, ttl in seconds]`; without a ttl, or with null, the value does not expire.
async fn set(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    const METHOD: &str = "storage.set";
    let mut args = Arguments::of(METHOD, args)?;
    let key = args.key()?;
    let held = held(bridge, METHOD, args.next()?, args.next()?)?;
    change(bridge, METHOD, &key, StorageChange::Set(held)).await?;
    Ok(JsonText::null())
}

/// `[key, expected, value, ttl in seconds]`: returns whether the value was set.
async fn set_if(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    const METHOD: &str = "storage.setIf";
    let mut args = Arguments::of(METHOD, args)?;
    let (key, expected) = (args.key()?, args.next::<Raw>()?.into());
    let held = held(bridge, METHOD, args.next()?, args.next()?)?;
    let set = change(bridge, METHOD, &key, StorageChange::SetIf { expected, held }).await?;
    json(&set.is_some())
}

/// `[key, by, ttl in seconds]`: returns the new number. The ttl applies only to a new number.
async fn increment(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    const METHOD: &str = "storage.increment";
    let mut args = Arguments::of(METHOD, args)?;
    let (key, by) = (args.key()?, args.next::<Option<f64>>()?.unwrap_or(1.0));
    let expires_at = end(bridge, METHOD, args.next()?)?;
    let counted = change(bridge, METHOD, &key, StorageChange::Increment { by, expires_at }).await?;
    Ok(counted.map_or_else(JsonText::null, StoredValue::into_json))
}

/// Returns whether there was a value.
async fn delete(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    const METHOD: &str = "storage.delete";
    let key = Arguments::of(METHOD, args)?.key()?;
    bridge.writes().await?;
    let ports = &bridge.ports;
    let removed = ports.storage.delete(bridge.scope.identity.tenant_id(), &key, ports.clock.now()).await;
    json(&removed.map_err(|error| unavailable(METHOD, &error))?)
}

/// `[prefix, {limit, after}]`: returns keys in order.
async fn list(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    #[derive(Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Page {
        limit: Option<f64>,
        after: Option<String>,
    }
    const METHOD: &str = "storage.list";
    let mut args = Arguments::of(METHOD, args)?;
    let prefix = args.next::<Option<String>>()?.unwrap_or_default();
    let Page { limit, after } = args.next::<Option<Page>>()?.unwrap_or_default();
    let range = KeyRange::parse(&prefix, limit, after.as_deref());
    let range = range.map_err(|error| field(METHOD, error.field, &error.message))?;
    let ports = &bridge.ports;
    let keys = ports.storage.keys(bridge.scope.identity.tenant_id(), &range, ports.clock.now()).await;
    json(&keys.map_err(|error| unavailable(METHOD, &error))?)
}

async fn change(
    bridge: &HostBridge,
    method: &str,
    key: &StorageKey,
    change: StorageChange,
) -> Result<Option<StoredValue>, CallError> {
    bridge.writes().await?;
    let ports = &bridge.ports;
    let tenant = bridge.scope.identity.tenant_id();
    let changed = ports.storage.change(tenant, key, &change, ports.storage_quota, ports.clock.now()).await;
    changed.map_err(|error| match error {
        StorageError::Repository(error) => unavailable(method, &error),
        StorageError::Refused(StorageRejection::Quota(full)) => {
            let mut failure = CallFailure::new(FaultCode::StorageQuota.as_str(), format!("{method}: {full}"));
            failure.details = Some(value!({
                "used": {"bytes": full.used.bytes, "keys": full.used.keys},
                "allowed": {"bytes": full.allowed.bytes, "keys": full.allowed.keys},
            }));
            CallError::Refused(failure)
        }
        StorageError::Refused(refusal @ (StorageRejection::NotANumber | StorageRejection::OutOfRange)) => {
            refuse("VALIDATION", format!("{method}: {refusal}"))
        }
    })
}

fn held(bridge: &HostBridge, method: &str, value: Raw, ttl: Option<f64>) -> Result<StoredEntry, CallError> {
    let value = StoredValue::parse(value.into()).map_err(|error| invalid(method, &error))?;
    Ok(StoredEntry { value, expires_at: end(bridge, method, ttl)? })
}

/// Returns when a value with a time to live expires.
fn end(bridge: &HostBridge, method: &str, ttl: Option<f64>) -> Result<Option<Timestamp>, CallError> {
    match ttl {
        None => Ok(None),
        Some(seconds) if seconds > 0.0 && seconds <= MAX_TTL_SECONDS => {
            Ok(Some(bridge.ports.clock.now().plus(Duration::from_secs_f64(seconds))))
        }
        Some(_) => {
            let message = format!("the time to live must be more than 0 and at most {MAX_TTL_SECONDS} seconds");
            Err(field(method, "ttl", &message))
        }
    }
}

/// The arguments of a call, read one after the other; omitted ones are null.
struct Arguments {
    method: &'static str,
    given: std::vec::IntoIter<Raw>,
}

impl Arguments {
    fn of(method: &'static str, args: &JsonText) -> Result<Self, CallError> {
        Ok(Self { method, given: arguments::<Vec<Raw>>(method, args)?.into_iter() })
    }

    fn next<T: DeserializeOwned>(&mut self) -> Result<T, CallError> {
        let raw = self.given.next().unwrap_or_else(|| RawValue::NULL.to_owned());
        arguments(self.method, &raw.into())
    }

    fn key(&mut self) -> Result<StorageKey, CallError> {
        let key: String = self.next()?;
        StorageKey::parse(&key).map_err(|error| invalid(self.method, &error))
    }
}

fn field(method: &str, field: &str, message: &str) -> CallError {
    let mut failure = CallFailure::new("VALIDATION", format!("{method}: {message}"));
    failure.field = Some(field.to_owned());
    CallError::Refused(failure)
}
