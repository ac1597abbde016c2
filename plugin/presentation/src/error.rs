//! Refusals as HTTP: `{error: {code, message, field?, details?}}` with the right status.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use iota_scripts_services::ServiceError;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// One refusal.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    error: ErrorBody,
}

/// What a client reads of a refusal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// Upper-case and stable.
    code: String,
    /// For people.
    message: String,
    /// The input field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// What else is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
}

/// The document around it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorDocument {
    error: ErrorBody,
}

impl ApiError {
    fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let error = ErrorBody { code: code.to_owned(), message: message.into(), field: None, details: None };
        Self { status, error }
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "log in, or send a valid token")
    }

    pub(crate) fn not_json(reason: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "NOT_JSON", format!("the body is no JSON: {reason}"))
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", format!("the body is larger than {limit} bytes"))
    }

    pub(crate) fn invalid(field: Option<String>, message: &str) -> Self {
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION", message);
        error.error.field = field;
        error
    }

    pub(crate) fn no_such(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("there is no such {what}"))
    }
}

pub(crate) async fn no_such_route() -> ApiError {
    ApiError::no_such("address")
}

pub(crate) async fn method_not_allowed() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "this address does not answer this method")
}

/// The stable code of a refusal and the field at fault; the same for HTTP and for the ABI.
#[must_use]
pub fn code_and_field(error: &ServiceError) -> (&'static str, Option<String>) {
    match error {
        ServiceError::Forbidden(_) => ("FORBIDDEN", None),
        ServiceError::NotFound(_) => ("NOT_FOUND", None),
        ServiceError::Stale { .. } | ServiceError::Conflict(_) => ("CONFLICT", None),
        ServiceError::NameTaken => ("CONFLICT", Some("name".to_owned())),
        ServiceError::EndpointTaken => ("CONFLICT", Some("endpoint_path".to_owned())),
        ServiceError::Invalid(fields) => ("VALIDATION", fields.first().map(|error| error.field.to_string())),
        ServiceError::Stopping | ServiceError::Host(_) => ("UNAVAILABLE", None),
        ServiceError::Repository(_) => ("UNAVAILABLE", None),
    }
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        let (code, field) = code_and_field(&error);
        let status = match code {
            "FORBIDDEN" => StatusCode::FORBIDDEN,
            "NOT_FOUND" => StatusCode::NOT_FOUND,
            "CONFLICT" => StatusCode::CONFLICT,
            "VALIDATION" => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut answer = Self::new(status, code, error.to_string());
        answer.error.field = field;
        answer.error.details = match &error {
            ServiceError::Invalid(fields) => Some(json!({"fields": fields})),
            ServiceError::Stale { current, based_on } => Some(json!({"current": current, "based_on": based_on})),
            ServiceError::Forbidden(permission) => Some(json!({"permission": permission.name()})),
            _ => None,
        };
        if let ServiceError::Repository(cause) = &error {
            // The inside stays in the log.
            tracing::error!("request failed: {cause}");
            "the database could not answer; try again".clone_into(&mut answer.error.message);
        }
        answer
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(ErrorDocument { error: self.error })).into_response()
    }
}
