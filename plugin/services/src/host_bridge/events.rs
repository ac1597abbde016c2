//! `events.publish`: a script's own events, separated from the host's by a prefix.

use iota_scripts_domain::JsonText;
use serde_json::{Value, json};

use super::{HostBridge, arguments, json as to_json, refuse};
use crate::ports::{CallError, HostEvent};

/// Prefix of the type of every event that a script publishes.
const PREFIX: &str = "scripts.custom.";
/// Maximum size of one event's data as JSON, in bytes.
const MAX_DATA_BYTES: usize = 64 * 1024;

pub(super) async fn publish(bridge: &HostBridge, args: &JsonText, number: u64) -> Result<JsonText, CallError> {
    if args.as_str().len() > MAX_DATA_BYTES {
        let message = format!("events.publish: the event is larger than {MAX_DATA_BYTES} bytes");
        return Err(refuse("TOO_LARGE", message));
    }
    if bridge.counts.event() >= bridge.scope.limits.events {
        let message = format!("events.publish: the run reached its limit of {} events", bridge.scope.limits.events);
        return Err(refuse("QUOTA_EXCEEDED", message));
    }
    let (name, data): (String, Option<Value>) = pair(args)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':');
    if name.is_empty() || name.len() > 200 || !name.chars().all(plain) {
        let message = "events.publish: the type must be 1 to 200 letters, digits, or any of . _ - :";
        return Err(refuse("VALIDATION", message));
    }
    let event = HostEvent {
        id: format!("{}:{number}", bridge.execution()),
        event_type: format!("{PREFIX}{name}"),
        tenant: bridge.scope.identity.tenant_id().clone(),
        user: bridge.scope.identity.user_id().cloned(),
        at: bridge.ports.clock.now(),
        data: data.unwrap_or(Value::Null),
    };
    bridge.writes().await?;
    let receipt = json!({"id": event.id, "type": event.event_type});
    if bridge.ports.host.wants(&event.event_type) {
        bridge.ports.host.publish(event).await?;
    }
    to_json(&receipt)
}

/// `[type]` or `[type, data]`.
fn pair(args: &JsonText) -> Result<(String, Option<Value>), CallError> {
    let values: Vec<Value> = arguments("events.publish", args)?;
    let mut values = values.into_iter();
    match values.next() {
        Some(Value::String(name)) => Ok((name, values.next())),
        _ => Err(refuse("VALIDATION", "events.publish: the first argument must be the event's type, a string")),
    }
}
