//! `services.*`: only services that are bound and allowed for this type of script, with valid arguments.

use iota_scripts_domain::JsonText;
use serde_json::Value;

use super::{HostBridge, arguments, refuse};
use crate::{
    Access,
    ports::{CallError, ServiceCall},
};

/// The share of the run's remaining time that one call may take.
const DEADLINE_SHARE: f64 = 0.9;

pub(super) async fn call(
    bridge: &HostBridge,
    method: &str,
    args: JsonText,
    number: u64,
) -> Result<JsonText, CallError> {
    let unknown = || refuse("SERVICE_NOT_BOUND", format!("services.{method} is not bound"));
    let (service, name) = method.split_once('.').ok_or_else(unknown)?;
    let service = bridge.ports.catalog.find(service).ok_or_else(unknown)?;
    let known = service.methods.get(name).ok_or_else(unknown)?;
    if !known.script_types.contains(&bridge.scope.script_type) {
        let message =
            format!("services.{method} may not be called by scripts of type {}", bridge.scope.script_type.as_str());
        return Err(refuse("FORBIDDEN", message));
    }
    known.check(method, &arguments::<Value>(method, &args)?)?;

    if known.access == Access::Write {
        bridge.writes().await?;
    }
    // The rest is left to the script, to handle a service that does not answer.
    let left = bridge.time_left().mul_f64(DEADLINE_SHARE);
    let call = ServiceCall {
        method: method.to_owned(),
        args,
        identity: bridge.scope.identity.clone(),
        execution_id: bridge.execution(),
        idempotency_key: format!("{}:{number}", bridge.execution()),
        deadline_ms: u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
        dry_run: false,
    };
    let answer = tokio::time::timeout(left, bridge.ports.host.call_service(call))
        .await
        .map_err(|_| refuse("TIMEOUT", format!("services.{method} did not answer within the run's time")))??;
    // A service that is not called in a dry run has no result to check.
    if bridge.dry_run.is_none() || known.access == Access::Read {
        known.check_result(method, &answer)?;
    }
    Ok(answer)
}
