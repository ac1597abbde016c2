//! Templates: list, read, write.

use axum::{Json, extract::State};

use crate::{
    AppState,
    caller::Caller,
    dto::{TemplateDocument, TemplateInput},
    error::{ApiError, ErrorDocument},
    extract::{JsonBody, PathOf},
};

/// All templates of the tenant, by name.
#[utoipa::path(get, path = "/templates", tag = "templates",
    responses((status = 200, body = Vec<TemplateDocument>), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    Caller(identity): Caller,
) -> Result<Json<Vec<TemplateDocument>>, ApiError> {
    let templates = app.templates.list(&identity).await?;
    Ok(Json(templates.into_iter().map(Into::into).collect()))
}

/// One template.
#[utoipa::path(get, path = "/templates/{name}", tag = "templates", params(("name" = String, Path)),
    responses((status = 200, body = TemplateDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn show(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(name): PathOf<String>,
) -> Result<Json<TemplateDocument>, ApiError> {
    Ok(Json(app.templates.get(&identity, &name).await?.into()))
}

/// Writes a template, new or not.
#[utoipa::path(put, path = "/templates/{name}", tag = "templates", params(("name" = String, Path)),
    request_body = TemplateInput,
    responses((status = 200, body = TemplateDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn put(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(name): PathOf<String>,
    JsonBody(input): JsonBody<TemplateInput>,
) -> Result<Json<TemplateDocument>, ApiError> {
    Ok(Json(app.templates.put(&identity, &name, &input.body).await?.into()))
}
