//! Events whose handler failed for good.

use axum::{Json, extract::State, http::StatusCode};
use iota_scripts_domain::{Occurrence, OccurrenceId};
use iota_scripts_services::ServiceError;

use crate::{
    AppState,
    caller::Caller,
    dto::{OccurrenceDocument, OccurrenceListQuery, PageDocument, ReplayDocument, ReplayInput, ReplayItem},
    error::{ApiError, ErrorDocument},
    extract::{JsonBody, PathOf, QueryString},
};

/// Returns a page of the tenant's dead letters, the latest first. The filters `state` and `cause` are fixed.
#[utoipa::path(get, path = "/dead-letters", tag = "events", params(OccurrenceListQuery),
    responses((status = 200, body = PageDocument<OccurrenceDocument>), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    Caller(identity): Caller,
    QueryString(query): QueryString<OccurrenceListQuery>,
) -> Result<Json<PageDocument<OccurrenceDocument>>, ApiError> {
    let query = query.parse()?;
    let page = app.schedules.dead_letters(&identity, &query).await?;
    Ok(Json(PageDocument::new(page, &query.page, Into::into)))
}

/// Delivers an event again: 409 if the dead letter was handled already or the event was not kept.
#[utoipa::path(post, path = "/dead-letters/{id}/replay", tag = "events", params(("id" = String, Path)),
    responses((status = 202, body = OccurrenceDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn replay(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<OccurrenceId>,
) -> Result<(StatusCode, Json<OccurrenceDocument>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.schedules.replay(&identity, id).await?.into())))
}

/// Delivers several events again. An event that cannot be delivered has an error in the response and does not stop the
/// others.
#[utoipa::path(post, path = "/dead-letters/replay", tag = "events", request_body = ReplayInput,
    responses((status = 202, body = ReplayDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn replay_many(
    State(app): State<AppState>,
    Caller(identity): Caller,
    JsonBody(input): JsonBody<ReplayInput>,
) -> Result<(StatusCode, Json<ReplayDocument>), ApiError> {
    let replayed = app.schedules.replay_all(&identity, input.parse()?).await?;
    let item = |(id, replayed): (OccurrenceId, Result<Occurrence, ServiceError>)| {
        let (replay, code, message) = match replayed {
            Ok(replay) => (Some(replay.into()), None, None),
            Err(error) => (None, Some(error.code().as_str()), Some(error.to_string())),
        };
        ReplayItem { id: id.to_string(), replay, code, message }
    };
    let items = replayed.into_iter().map(item).collect();
    Ok((StatusCode::ACCEPTED, Json(ReplayDocument { items })))
}

/// Removes a dead letter from the list; it is kept among the scheduled runs.
#[utoipa::path(post, path = "/dead-letters/{id}/dismiss", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = OccurrenceDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn dismiss(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<OccurrenceId>,
) -> Result<Json<OccurrenceDocument>, ApiError> {
    Ok(Json(app.schedules.dismiss(&identity, id).await?.into()))
}
