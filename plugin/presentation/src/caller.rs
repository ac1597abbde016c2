//! The identity of a request, as an extractor.

use axum::{extract::FromRequestParts, http::request::Parts};
use iota_scripts_services::Identity;

use crate::error::ApiError;

/// The identity that the host attached to the request; 401 if there is none.
#[derive(Debug)]
pub(crate) struct Caller(pub(crate) Identity);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.remove::<Identity>().map(Self).ok_or_else(ApiError::unauthenticated)
    }
}
