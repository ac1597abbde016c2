//! The allowlist of HTTP hosts that scripts can call: list, add, remove.

use axum::{Json, extract::State, http::StatusCode};

use crate::{
    AppState,
    caller::Caller,
    dto::HttpHostDocument,
    error::{ApiError, ErrorDocument},
    extract::PathOf,
};

/// Returns all hosts that scripts of the tenant can call, by name.
#[utoipa::path(get, path = "/http-hosts", tag = "http",
    responses((status = 200, body = Vec<HttpHostDocument>), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    Caller(identity): Caller,
) -> Result<Json<Vec<HttpHostDocument>>, ApiError> {
    let hosts = app.http_hosts.list(&identity).await?;
    Ok(Json(hosts.into_iter().map(Into::into).collect()))
}

/// Allows a host (`api.example.com`) or all hosts below a domain (`*.example.com`).
#[utoipa::path(put, path = "/http-hosts/{host}", tag = "http", params(("host" = String, Path)),
    responses((status = 200, body = HttpHostDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn add(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(host): PathOf<String>,
) -> Result<Json<HttpHostDocument>, ApiError> {
    Ok(Json(app.http_hosts.add(&identity, &host).await?.into()))
}

/// Removes a host from the allowlist.
#[utoipa::path(delete, path = "/http-hosts/{host}", tag = "http", params(("host" = String, Path)),
    responses((status = 204), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn remove(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(host): PathOf<String>,
) -> Result<StatusCode, ApiError> {
    app.http_hosts.remove(&identity, &host).await?;
    Ok(StatusCode::NO_CONTENT)
}
