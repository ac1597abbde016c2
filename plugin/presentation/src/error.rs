//! Errors as HTTP responses: `{error: {code, message, field?, details?}}` with the matching status.

use std::time::Duration;

use axum::{
    Extension, Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use iota_scripts_domain::{FaultCode, Permission};
use iota_scripts_services::ServiceError;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// An error response.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: FaultCode,
    message: String,
    field: Option<String>,
    details: Option<Value>,
    /// Delay before a retry, if it is known.
    retry_after: Option<Duration>,
    /// The missing resource or permission, for pages.
    subject: Option<&'static str>,
}

/// The body of an error response.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorDocument {
    error: ErrorBody,
}

#[derive(Debug, Serialize, ToSchema)]
struct ErrorBody {
    /// Stable code in upper case, from the table of codes.
    code: &'static str,
    /// Message for people.
    message: String,
    /// The input field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Further details.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
}

/// Extension of an error response from which the pages render their own message.
#[derive(Debug, Clone)]
pub(crate) struct Rejection {
    pub(crate) code: FaultCode,
    pub(crate) message: String,
    /// The missing resource or permission.
    pub(crate) subject: Option<&'static str>,
}

impl ApiError {
    fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, details: None, retry_after: None, subject: None }
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(FaultCode::Unauthenticated, "authentication required: sign in or send a valid token")
    }

    pub(crate) fn csrf_failed() -> Self {
        Self::new(FaultCode::Forbidden, "missing or invalid CSRF token: reload the page and try again")
    }

    pub(crate) fn not_json(reason: &str) -> Self {
        Self::new(FaultCode::InvalidRequest, format!("the request body is not valid JSON: {reason}"))
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new(FaultCode::PayloadTooLarge, format!("the request body exceeds the limit of {limit} bytes"))
    }

    pub(crate) fn invalid(field: Option<String>, message: &str) -> Self {
        Self { field, ..Self::new(FaultCode::ValidationFailed, message) }
    }

    pub(crate) fn too_often(retry_after: Duration) -> Self {
        let retry_after = Some(retry_after);
        Self { retry_after, ..Self::new(FaultCode::RateLimited, "too many requests; try again later") }
    }

    pub(crate) fn held(retry_after: Duration) -> Self {
        let retry_after = Some(retry_after);
        let message = "several of your requests hit a hard limit of this endpoint; try again later";
        Self { retry_after, ..Self::new(FaultCode::RateLimited, message) }
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(FaultCode::InvalidRequest, "this method is not allowed for this path")
    }

    /// A page that cannot be rendered is a bug of the plugin.
    pub(crate) fn render_failed(error: &askama::Error) -> Self {
        tracing::error!("page rendering failed: {error}");
        Self::new(FaultCode::Internal, "the page could not be rendered")
    }

    pub(crate) fn not_found(what: &'static str) -> Self {
        Self { subject: Some(what), ..Self::new(FaultCode::NotFound, format!("{what} not found")) }
    }
}

/// Answers requests that match no route.
pub(crate) async fn no_such_address() -> ApiError {
    ApiError::not_found("address")
}

/// Answers requests with a method that the route does not have.
pub(crate) async fn method_not_allowed() -> Response {
    let mut response = ApiError::method_not_allowed().into_response();
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        let details = match &error {
            ServiceError::Invalid(fields) => Some(json!({"fields": fields})),
            ServiceError::Stale { current } => Some(json!({"current_version": current})),
            ServiceError::Forbidden(permission) => Some(json!({"permission": permission})),
            ServiceError::RunsAs(users) => Some(json!({"permission": Permission::ManageEndpoints, "runs_as": users})),
            ServiceError::DoesNotCompile(found) => Some(json!({"diagnostic": found})),
            ServiceError::QuotaExceeded(exceeded) => Some(json!({"quota": exceeded.quota, "limit": exceeded.limit})),
            _ => None,
        };
        let retry_after = match &error {
            ServiceError::QuotaExceeded(exceeded) => Some(exceeded.retry_after),
            ServiceError::RateLimited { retry_after } => Some(*retry_after),
            // Other requests wait for the same slots; they are likely free a second later.
            ServiceError::Unchecked(fault) if fault.code == FaultCode::RateLimited => Some(Duration::from_secs(1)),
            ServiceError::EndpointBusy => Some(Duration::from_secs(1)),
            _ => None,
        };
        let message = match &error {
            // The cause is only logged.
            ServiceError::Repository(cause) => {
                tracing::error!("request failed: database error: {cause}");
                "the database is temporarily unavailable; try again".to_owned()
            }
            ServiceError::Host(cause) => {
                tracing::error!("request failed: host error: {cause}");
                "the host is temporarily unavailable; try again".to_owned()
            }
            other => other.to_string(),
        };
        let subject = match &error {
            ServiceError::NotFound(what) => Some(*what),
            ServiceError::Forbidden(permission) => Some(permission.name()),
            _ => None,
        };
        Self { code: error.code(), message, field: error.field().map(str::to_owned), details, retry_after, subject }
    }
}

impl From<iota_scripts_domain::FieldError> for ApiError {
    fn from(error: iota_scripts_domain::FieldError) -> Self {
        ServiceError::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let rejection = Rejection { code: self.code, message: self.message.clone(), subject: self.subject };
        let error =
            ErrorBody { code: self.code.as_str(), message: self.message, field: self.field, details: self.details };
        let mut response = (status, Extension(rejection), Json(ErrorDocument { error })).into_response();
        if let Some(retry_after) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(retry_after));
        }
        response
    }
}

/// At least 1: a client that gets 0 tries again immediately.
fn whole_seconds(duration: Duration) -> HeaderValue {
    HeaderValue::from(duration.as_millis().div_ceil(1000).clamp(1, u128::from(u32::MAX)) as u32)
}
