//! What scripts may call, as TypeScript declarations, for editors.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use iota_scripts_domain::Permission;
use iota_scripts_services::{ServiceError, declarations};

use crate::{AppState, caller::Caller, error::ApiError, error::ErrorDocument};

/// Declarations of everything that is bound for scripts now.
#[utoipa::path(get, path = "/types.d.ts", tag = "check",
    responses((status = 200, content_type = "application/typescript", body = String), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn types(State(app): State<AppState>, Caller(identity): Caller) -> Result<Response, ApiError> {
    if !app.scripts.permissions(&identity).await?.contains(&Permission::Read) {
        return Err(ServiceError::Forbidden(Permission::Read).into());
    }
    let headers =
        [(header::CONTENT_TYPE, "application/typescript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, declarations(&app.catalog)).into_response())
}
