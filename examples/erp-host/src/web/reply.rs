//! Error responses: JSON for the API, a page for a browser. Logged here, once.

use askama::Template;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::db::DbError;
use crate::error::AppError;

/// An error as JSON.
#[derive(Debug)]
pub struct ApiError(pub AppError);

impl<E: Into<AppError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.0.log();
        let mut response = (self.0.status(), Json(self.0.to_json())).into_response();
        if self.0.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// An error as a page.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct PageError {
    status: u16,
    title: &'static str,
    message: String,
}

impl PageError {
    /// The page for an error, which is logged here.
    pub fn new(error: &AppError) -> Self {
        error.log();
        let status = error.status();
        Self {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("Error"),
            message: error.to_string(),
        }
    }
}

impl From<AppError> for PageError {
    fn from(error: AppError) -> Self {
        Self::new(&error)
    }
}

impl From<DbError> for PageError {
    fn from(error: DbError) -> Self {
        Self::new(&error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let html = self.render().unwrap_or_else(|_| self.message.clone());
        (status, Html(html)).into_response()
    }
}
