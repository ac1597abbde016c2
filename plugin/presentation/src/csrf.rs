//! Cross-site request forgery: the host knows its tokens and says when a request has none; here it is refused.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::error::ApiError;

/// The host has looked for a CSRF token and found no valid one. Absent when the host does not look.
#[derive(Debug, Clone, Copy)]
pub struct CsrfFailed;

/// Lets such a request read, and change nothing.
pub(crate) async fn refuse(request: Request, next: Next) -> Response {
    if request.extensions().get::<CsrfFailed>().is_some() && !request.method().is_safe() {
        return ApiError::forged().into_response();
    }
    next.run(request).await
}
