//! Converts errors of use cases to errors of the contract.

use std::time::Duration;

use iota_scripts_domain::FaultCode;
use iota_scripts_services::{
    ServiceError,
    ports::{HostError, HostErrorCode},
};
use serde_json::{Value, json};

/// Returns the error of a frame. Codes that the contract does not list become the nearest one that it lists.
pub(crate) fn of(error: &ServiceError) -> HostError {
    let code = match error.code() {
        FaultCode::ValidationFailed | FaultCode::InvalidRequest | FaultCode::InputTooNested => {
            HostErrorCode::Validation
        }
        FaultCode::InputTooLarge => HostErrorCode::TooLarge,
        FaultCode::QuotaExceeded | FaultCode::RateLimited => HostErrorCode::RateLimited,
        FaultCode::Forbidden => HostErrorCode::Forbidden,
        FaultCode::NotFound => HostErrorCode::NotFound,
        FaultCode::NameTaken
        | FaultCode::EndpointTaken
        | FaultCode::VersionConflict
        | FaultCode::AlreadyFinished
        | FaultCode::ScriptInactive => HostErrorCode::Conflict,
        FaultCode::Unavailable | FaultCode::PoolExhausted => HostErrorCode::Unavailable,
        _ => HostErrorCode::Internal,
    };
    let field = error.field().map(str::to_owned);
    HostError { field, details: details(error), ..HostError::new(code, error.to_string()) }
}

fn details(error: &ServiceError) -> Option<Value> {
    let ServiceError::QuotaExceeded(exceeded) = error else { return None };
    let wait_ms = exceeded.retry_after.max(Duration::from_millis(1)).as_millis();
    Some(
        json!({"quota": exceeded.quota, "limit": exceeded.limit, "retry_after_ms": u64::try_from(wait_ms).unwrap_or(u64::MAX)}),
    )
}
