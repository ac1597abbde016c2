//! Converts the client's errors to [`HttpError`] with one sentence about the cause.

use std::error::Error;

use iota_scripts_domain::FaultCode;
use iota_scripts_services::ports::HttpError;

use super::{client::CONNECT, resolver::Unresolved};

/// Converts an error of the client, without its URL: the URL may contain a key, and messages are logged.
pub(super) fn of(error: reqwest::Error) -> HttpError {
    let error = error.without_url();
    if let Some(unresolved) = find::<Unresolved>(&error) {
        let code = match unresolved {
            Unresolved::Unknown { .. } => FaultCode::HttpUnknownHost,
            Unresolved::Denied { .. } => FaultCode::HttpBlocked,
        };
        return HttpError::new(code, unresolved.to_string());
    }
    let reason = deepest(&error);
    if error.is_timeout() {
        HttpError::new(FaultCode::HttpTimeout, format!("no connection within {} s", CONNECT.as_secs()))
    } else if error.is_connect() {
        HttpError::new(FaultCode::HttpFailed, format!("cannot connect to the host: {reason}"))
    } else {
        HttpError::new(FaultCode::HttpFailed, format!("the response is incomplete or not valid HTTP: {reason}"))
    }
}

fn find<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    error.downcast_ref().or_else(|| find(error.source()?))
}

fn deepest(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), deepest)
}
