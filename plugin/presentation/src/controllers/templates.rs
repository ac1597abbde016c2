//! Templates: list, read, write, remove. A template is identified by its name and, if it has one, its language.

use axum::{Json, extract::State, http::StatusCode};

use crate::{
    AppState,
    caller::Caller,
    dto::{TemplateDocument, TemplateInput, TemplateKey},
    error::{ApiError, ErrorDocument},
    extract::{JsonBody, PathOf, QueryString},
};

/// Returns all templates of the tenant, by name and language.
#[utoipa::path(get, path = "/templates", tag = "templates",
    responses((status = 200, body = Vec<TemplateDocument>), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    Caller(identity): Caller,
) -> Result<Json<Vec<TemplateDocument>>, ApiError> {
    let templates = app.templates.list(&identity).await?;
    Ok(Json(templates.into_iter().map(Into::into).collect()))
}

/// Returns a template.
#[utoipa::path(get, path = "/templates/{name}", tag = "templates", params(("name" = String, Path), TemplateKey),
    responses((status = 200, body = TemplateDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn show(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(name): PathOf<String>,
    QueryString(key): QueryString<TemplateKey>,
) -> Result<Json<TemplateDocument>, ApiError> {
    Ok(Json(app.templates.get(&identity, &name, key.locale.as_deref()).await?.into()))
}

/// Writes a template, new or not.
#[utoipa::path(put, path = "/templates/{name}", tag = "templates", params(("name" = String, Path), TemplateKey),
    request_body = TemplateInput,
    responses((status = 200, body = TemplateDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn put(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(name): PathOf<String>,
    QueryString(key): QueryString<TemplateKey>,
    JsonBody(input): JsonBody<TemplateInput>,
) -> Result<Json<TemplateDocument>, ApiError> {
    Ok(Json(app.templates.put(&identity, &name, key.locale.as_deref(), &input.body).await?.into()))
}

/// Removes a template.
#[utoipa::path(delete, path = "/templates/{name}", tag = "templates", params(("name" = String, Path), TemplateKey),
    responses((status = 204), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn remove(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(name): PathOf<String>,
    QueryString(key): QueryString<TemplateKey>,
) -> Result<StatusCode, ApiError> {
    app.templates.remove(&identity, &name, key.locale.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}
