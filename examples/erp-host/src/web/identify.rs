//! Authenticates each request once, for all later handlers, the plugin included.
//!
//! A bearer token takes precedence over a cookie, even if it is invalid.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{ApiError, AppState, cookie, csrf};
use crate::caller::Caller;
use crate::db::DbError;
use crate::erp::Erp;
use crate::sessions;

/// Puts the `Caller`, if there is one, into the request's extensions, with the identity for the plugin.
pub(super) async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    match caller_of(&state.erp, request.headers()).await {
        Ok(Some(caller)) => {
            let proven =
                csrf::header_ok(&caller, request.method(), request.headers()) || csrf::same_origin(request.headers());
            (state.identify)(&caller, proven, request.extensions_mut());
            request.extensions_mut().insert(caller);
        }
        Ok(None) => {}
        Err(error) => return ApiError(error.into()).into_response(),
    }
    next.run(request).await
}

/// Returns the sender of a request with these headers.
pub async fn caller_of(erp: &Erp, headers: &HeaderMap) -> Result<Option<Arc<Caller>>, DbError> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        return match token {
            Some(token) => sessions::by_bearer(erp, token.trim()).await,
            None => Ok(None),
        };
    }
    match cookie::read(headers, cookie::SESSION) {
        Some(token) => sessions::by_session(erp, &token).await,
        None => Ok(None),
    }
}
