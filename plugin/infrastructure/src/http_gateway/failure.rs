//! Converts the client's errors to [`HttpError`] with one sentence about the cause.

use std::error::Error;

use iota_scripts_domain::FaultCode;
use iota_scripts_services::ports::HttpError;

use super::resolver::Unresolved;

/// Converts an error of the client, without its URL: the URL may contain a key, and messages are logged.
pub(super) fn of(error: reqwest::Error) -> HttpError {
    let error = error.without_url();
    if let Some(unresolved) = find::<Unresolved>(&error) {
        let code = match unresolved {
            Unresolved::Unknown { .. } => FaultCode::HttpUnknownHost,
            Unresolved::Refused { .. } => FaultCode::HttpBlocked,
        };
        return HttpError::new(code, unresolved.to_string());
    }
    let reason = deepest(&error);
    if error.is_timeout() {
        HttpError::new(FaultCode::HttpTimeout, "the connection was not made in time")
    } else if error.is_connect() {
        HttpError::new(FaultCode::HttpFailed, format!("the other side cannot be reached: {reason}"))
    } else {
        HttpError::new(FaultCode::HttpFailed, format!("the other side broke off or spoke no HTTP: {reason}"))
    }
}

fn find<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    error.downcast_ref().or_else(|| find(error.source()?))
}

fn deepest(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), deepest)
}
