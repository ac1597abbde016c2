//! Errors of use cases, and their external form: one code, one status and one JSON form for the API, the pages and the services that
//! scripts call.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::db::DbError;
use crate::secrets::NoRandomness;

/// A rejected or failed call.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("{message}")]
    Validation { field: Option<String>, message: String },
    #[error("{0}")]
    BadRequest(String),
    #[error("authentication required: sign in, or send a bearer token that erp-host printed at start")]
    Unauthenticated,
    #[error("{}", forbidden(permission, *role))]
    Forbidden { permission: &'static str, role: Option<&'static str> },
    #[error("missing or expired CSRF token: reload the page, or send the token as X-CSRF-Token")]
    Csrf,
    #[error("{what} {id} not found")]
    NotFound { what: &'static str, id: String },
    #[error("{0} not found")]
    NoRoute(String),
    #[error("method {0} not allowed")]
    Method(String),
    #[error("{0}")]
    Conflict(String),
    #[error("the request body exceeds the limit of {limit} bytes")]
    TooLarge { limit: usize },
    #[error("order rejected: {}", errors.join("; "))]
    OrderRejected { errors: Vec<String> },
    #[error("the order was not saved: the rule {rule} failed: {message}")]
    OrderRuleFailed { rule: &'static str, message: String },
    #[error("service method {0} not found")]
    NoSuchMethod(String),
    #[error("internal error: see the log of erp-host")]
    Database(#[from] DbError),
    #[error("internal error: see the log of erp-host")]
    Randomness(#[from] NoRandomness),
    #[error("internal error: see the log of erp-host")]
    Json(#[from] serde_json::Error),
    #[error("internal error: see the log of erp-host")]
    Page(#[from] askama::Error),
}

impl AppError {
    /// An invalid value in one field of the input.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Validation { field: Some(field.into()), message: message.into() }
    }

    pub fn not_found(what: &'static str, id: impl Into<String>) -> Self {
        Self::NotFound { what, id: id.into() }
    }

    /// The error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Validation { .. } => "VALIDATION",
            Self::BadRequest(_) => "BAD_REQUEST",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden { .. } => "FORBIDDEN",
            Self::Csrf => "CSRF",
            Self::NotFound { .. } | Self::NoRoute(_) => "NOT_FOUND",
            Self::Method(_) => "METHOD_NOT_ALLOWED",
            Self::Conflict(_) => "CONFLICT",
            Self::TooLarge { .. } => "TOO_LARGE",
            Self::OrderRejected { .. } => "ORDER_REJECTED",
            Self::OrderRuleFailed { .. } => "ORDER_RULE_FAILED",
            Self::NoSuchMethod(_) => "UNSUPPORTED",
            Self::Database(_) | Self::Randomness(_) | Self::Json(_) | Self::Page(_) => "INTERNAL",
        }
    }

    /// The HTTP status.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Validation { .. } | Self::OrderRejected { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } | Self::Csrf => StatusCode::FORBIDDEN,
            Self::NotFound { .. } | Self::NoRoute(_) | Self::NoSuchMethod(_) => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::OrderRuleFailed { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) | Self::Randomness(_) | Self::Json(_) | Self::Page(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The invalid field, if there is one.
    pub fn field_name(&self) -> Option<&str> {
        match self {
            Self::Validation { field, .. } => field.as_deref(),
            _ => None,
        }
    }

    /// Details for programs.
    pub fn details(&self) -> Option<Value> {
        match self {
            Self::OrderRejected { errors } => Some(json!({ "errors": errors })),
            Self::Forbidden { permission, .. } => Some(json!({ "permission": permission })),
            _ => None,
        }
    }

    /// The body of an API response: `{error: {code, message, field?, details?}}`.
    pub fn to_json(&self) -> Value {
        let mut error = json!({ "code": self.code(), "message": self.to_string() });
        if let Some(field) = self.field_name() {
            error["field"] = json!(field);
        }
        if let Some(details) = self.details() {
            error["details"] = details;
        }
        json!({ "error": error })
    }

    /// Logs details that only operators may read. Called once, where the error is answered.
    pub fn log(&self) {
        match self {
            Self::Database(error) => tracing::error!(%error, "database error"),
            Self::Randomness(error) => tracing::error!(%error, "the random number generator failed"),
            Self::Json(error) => tracing::error!(%error, "JSON serialization failed"),
            Self::Page(error) => tracing::error!(%error, "page rendering failed"),
            _ => {}
        }
    }
}

fn forbidden(permission: &str, role: Option<&str>) -> String {
    match role {
        Some(role) => format!("the role {role} does not have the permission {permission}"),
        None => format!("{permission} requires a user: set the script's \"Run as\""),
    }
}
