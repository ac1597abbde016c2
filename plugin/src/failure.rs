//! Refusals of use cases in the words of the contract.

use iota_scripts_domain::FaultCode;
use iota_scripts_services::{ServiceError, ports::HostError};

/// The error of a frame. Codes that the contract does not list fall under the nearest that it does.
pub(crate) fn of(error: &ServiceError) -> HostError {
    let code = match error.code() {
        FaultCode::ValidationFailed | FaultCode::InvalidRequest => "VALIDATION",
        FaultCode::Forbidden => "FORBIDDEN",
        FaultCode::NotFound => "NOT_FOUND",
        FaultCode::NameTaken
        | FaultCode::EndpointTaken
        | FaultCode::VersionConflict
        | FaultCode::AlreadyFinished
        | FaultCode::ScriptInactive => "CONFLICT",
        FaultCode::Unavailable | FaultCode::PoolExhausted => "UNAVAILABLE",
        _ => "INTERNAL",
    };
    HostError { field: error.field().map(str::to_owned), ..HostError::new(code, error.to_string()) }
}
