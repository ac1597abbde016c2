//! Rejects requests that fail the host's check for cross-site request forgery. The host manages and checks the tokens.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::error::ApiError;

/// Set if the host checked for a CSRF token and found no valid one. Absent if the host does not check.
#[derive(Debug, Clone, Copy)]
pub struct CsrfFailed;

/// Lets such a request read data, but not change any.
pub(crate) async fn refuse(request: Request, next: Next) -> Response {
    if request.extensions().get::<CsrfFailed>().is_some() && !request.method().is_safe() {
        return ApiError::csrf_failed().into_response();
    }
    next.run(request).await
}
