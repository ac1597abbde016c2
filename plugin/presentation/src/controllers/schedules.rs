//! Schedules and scheduled runs.

use axum::{Json, extract::State};
use iota_scripts_domain::{OccurrenceId, ScriptId};
use iota_scripts_services::ServiceError;

use crate::{
    AppState,
    caller::Caller,
    dto::{BacklogDocument, OccurrenceDocument, OccurrenceListQuery, PageDocument, ScheduleDocument, ScheduleInput},
    error::{ApiError, ErrorDocument},
    extract::{JsonBody, PathOf, QueryString},
    locale::Locale,
};

/// Returns the next ten times of a cron script, as if it were active.
#[utoipa::path(get, path = "/scripts/{id}/schedule", tag = "schedules", params(("id" = String, Path)),
    responses((status = 200, body = ScheduleDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn of_script(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ScriptId>,
) -> Result<Json<ScheduleDocument>, ApiError> {
    let upcoming = app.schedules.upcoming(&identity, id).await?;
    Ok(Json(ScheduleDocument::new(upcoming, Locale::of(&identity))))
}

/// Returns the next ten times of a schedule that is not saved.
#[utoipa::path(post, path = "/schedule/preview", tag = "schedules", request_body = ScheduleInput,
    responses((status = 200, body = ScheduleDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn preview(
    State(app): State<AppState>,
    Caller(identity): Caller,
    JsonBody(input): JsonBody<ScheduleInput>,
) -> Result<Json<ScheduleDocument>, ApiError> {
    let schedule = input.parse().map_err(ServiceError::from)?;
    let upcoming = app.schedules.preview(&identity, schedule).await?;
    Ok(Json(ScheduleDocument::new(upcoming, Locale::of(&identity))))
}

/// Returns a page of the tenant's occurrences, the latest due first.
#[utoipa::path(get, path = "/occurrences", tag = "schedules", params(OccurrenceListQuery),
    responses((status = 200, body = PageDocument<OccurrenceDocument>), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn occurrences(
    State(app): State<AppState>,
    Caller(identity): Caller,
    QueryString(query): QueryString<OccurrenceListQuery>,
) -> Result<Json<PageDocument<OccurrenceDocument>>, ApiError> {
    let query = query.parse()?;
    let page = app.schedules.occurrences(&identity, &query).await?;
    Ok(Json(PageDocument::new(page, &query.page, Into::into)))
}

/// Returns how many occurrences are due and wait for a free slot, and since when.
#[utoipa::path(get, path = "/occurrences/backlog", tag = "schedules",
    responses((status = 200, body = BacklogDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn backlog(
    State(app): State<AppState>,
    Caller(identity): Caller,
) -> Result<Json<BacklogDocument>, ApiError> {
    Ok(Json(app.schedules.backlog(&identity).await?.into()))
}

/// Cancels a waiting occurrence; 409 if it is running or has run.
#[utoipa::path(post, path = "/occurrences/{id}/cancel", tag = "schedules", params(("id" = String, Path)),
    responses((status = 200, body = OccurrenceDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn cancel(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<OccurrenceId>,
) -> Result<Json<OccurrenceDocument>, ApiError> {
    Ok(Json(app.schedules.cancel(&identity, id).await?.into()))
}
