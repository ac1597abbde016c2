//! The pause of all schedules of a tenant: read, pause, resume.

use axum::{Json, extract::State, http::StatusCode};
use iota_scripts_services::ServiceError;

use crate::{
    AppState,
    caller::Caller,
    dto::{PauseDocument, PauseInput},
    error::{ApiError, ErrorDocument},
    extract::JsonBody,
};

/// Returns whether the tenant's schedules are paused, by whom, why and until when.
#[utoipa::path(get, path = "/schedules/pause", tag = "schedules",
    responses((status = 200, body = PauseDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn show(
    State(app): State<AppState>,
    Caller(identity): Caller,
) -> Result<Json<PauseDocument>, ApiError> {
    Ok(Json(app.schedules.paused(&identity).await?.into()))
}

/// Pauses all schedules of the tenant; scripts do not change. Needs `scripts.manage_endpoints`. If the schedules are
/// paused already, the reason and the end are replaced.
#[utoipa::path(put, path = "/schedules/pause", tag = "schedules", request_body = PauseInput,
    responses((status = 200, body = PauseDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn begin(
    State(app): State<AppState>,
    Caller(identity): Caller,
    JsonBody(input): JsonBody<PauseInput>,
) -> Result<Json<PauseDocument>, ApiError> {
    let until = input.until().map_err(ServiceError::from)?;
    Ok(Json(Some(app.schedules.pause(&identity, &input.reason, until).await?).into()))
}

/// Resumes all schedules: 204, also if they are not paused. Needs `scripts.manage_endpoints`. Runs that the pause left
/// out are not made up for.
#[utoipa::path(delete, path = "/schedules/pause", tag = "schedules",
    responses((status = 204), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn end(State(app): State<AppState>, Caller(identity): Caller) -> Result<StatusCode, ApiError> {
    app.schedules.resume(&identity).await?;
    Ok(StatusCode::NO_CONTENT)
}
