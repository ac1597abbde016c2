//! Versions of a script: list, read, restore.

use axum::{Json, extract::State};
use iota_scripts_domain::{CursorKind, ScriptId, Version};

use crate::{
    AppState,
    caller::Caller,
    dto::{PageDocument, PageQuery, ScriptDocument, VersionDocument, VersionItem},
    error::{ApiError, ErrorDocument},
    extract::{PathOf, QueryString},
};

/// Returns a page of a script's versions, newest first.
#[utoipa::path(get, path = "/scripts/{id}/versions", tag = "versions", params(("id" = String, Path), PageQuery),
    responses((status = 200, body = PageDocument<VersionItem>), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ScriptId>,
    QueryString(query): QueryString<PageQuery>,
) -> Result<Json<PageDocument<VersionItem>>, ApiError> {
    let request = query.request(CursorKind::Number)?;
    let page = app.scripts.versions(&identity, id, request.clone()).await?;
    Ok(Json(PageDocument::new(page, &request, |version| VersionItem::from(&version))))
}

/// Returns a version with its whole definition.
#[utoipa::path(get, path = "/scripts/{id}/versions/{number}", tag = "versions",
    params(("id" = String, Path), ("number" = i64, Path)),
    responses((status = 200, body = VersionDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn show(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf((id, number)): PathOf<(ScriptId, Version)>,
) -> Result<Json<VersionDocument>, ApiError> {
    Ok(Json((&app.scripts.version(&identity, id, number).await?).into()))
}

/// Restores an old version as the newest one.
#[utoipa::path(post, path = "/scripts/{id}/versions/{number}/restore", tag = "versions",
    params(("id" = String, Path), ("number" = i64, Path)),
    responses((status = 200, body = ScriptDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn restore(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf((id, number)): PathOf<(ScriptId, Version)>,
) -> Result<Json<ScriptDocument>, ApiError> {
    Ok(Json(app.scripts.restore(&identity, id, number).await?.into()))
}
