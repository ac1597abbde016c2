//! Converts the result of a script, or the reason why there is no result, to an HTTP response.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response as HttpResponse, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use iota_scripts_domain::{ExecutionId, FaultCode, FaultKind, HttpMethod};
use iota_scripts_services::{CallOutcome, EndpointAnswer, EndpointBody, failure_status};
use serde_json::json;

use crate::error::ApiError;

/// The id of the run's record, for looking up the cause of a failure.
const EXECUTION_ID: HeaderName = HeaderName::from_static("x-execution-id");
/// A script's response must not act as a page of the host: the policy allows no scripts, no forms and no origin.
const SANDBOX: HeaderValue =
    HeaderValue::from_static("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:");

/// Converts the outcome of a call. A caller whom the host knows gets the reason why a response cannot be sent.
pub(super) fn of(called: CallOutcome, caller_is_known: bool) -> Response {
    match called {
        CallOutcome::Answered { execution, answer: Ok(answer) } => answered(execution, answer),
        CallOutcome::Answered { execution, answer: Err(error) } => {
            tracing::warn!(%execution, "the endpoint returned an invalid response: {error}");
            let message = "the script returned an invalid response";
            let message = if caller_is_known { format!("{message}: {error}") } else { message.to_owned() };
            failed(execution, FaultCode::ScriptError, &message)
        }
        CallOutcome::Failed { execution, fault } => {
            let message = match fault.kind() {
                FaultKind::Timeout => "the script timed out",
                FaultKind::Memory | FaultKind::Stack => "the script exceeded a resource limit",
                FaultKind::Cancelled => "the request was cancelled",
                FaultKind::Lost | FaultKind::Internal => "the server could not run the script",
                FaultKind::Service if fault.code == FaultCode::PoolExhausted => "the server is busy; try again",
                FaultKind::Compile | FaultKind::User | FaultKind::Service => "the script failed",
            };
            failed(execution, fault.code, message)
        }
    }
}

fn answered(execution: ExecutionId, answer: EndpointAnswer) -> Response {
    let (kind, body) = match answer.body {
        EndpointBody::Empty => (None, Body::empty()),
        EndpointBody::Text(text) => (Some("text/plain; charset=utf-8"), Body::from(text)),
        EndpointBody::Json(json) => (Some("application/json"), Body::from(json.as_str().to_owned())),
    };
    let mut response = HttpResponse::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    if let Some(kind) = kind {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    finished(response, Some(execution))
}

fn failed(execution: ExecutionId, code: FaultCode, message: &str) -> Response {
    let status = StatusCode::from_u16(failure_status(code)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({"error": {"code": code, "message": message, "execution_id": execution}});
    let mut response = (status, axum::Json(body)).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    finished(response, Some(execution))
}

pub(super) fn rejection(error: ApiError) -> Response {
    finished(error.into_response(), None)
}

pub(super) fn too_often(retry_after: Duration) -> Response {
    rejection(ApiError::too_often(retry_after))
}

pub(super) fn held(retry_after: Duration) -> Response {
    rejection(ApiError::held(retry_after))
}

/// Returns a response with an `Allow` header of these methods.
pub(super) fn allow(status: StatusCode, methods: &[HttpMethod]) -> Response {
    let mut names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    let mut response = if status == StatusCode::METHOD_NOT_ALLOWED {
        ApiError::method_not_allowed().into_response()
    } else {
        Response::new(Body::empty())
    };
    *response.status_mut() = status;
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    finished(response, None)
}

fn finished(mut response: Response, execution: Option<ExecutionId>) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(id) = execution.and_then(|id| HeaderValue::from_str(&id.to_string()).ok()) {
        headers.insert(EXECUTION_ID, id);
    }
    response
}
