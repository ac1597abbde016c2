//! `/api/clients`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::Value;

use super::super::extract::{ApiCaller, JsonBody, Params};
use super::super::{ApiError, AppState};
use crate::clients::{self, Client};

pub(super) async fn list(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let listing = super::listing(&clients::SOURCE, &caller.context, params)?;
    let items = clients::list(&state.erp, &caller.context, &listing).await?;
    super::page(&state, &caller.context, &clients::SOURCE, &listing, items).await
}

pub(super) async fn get(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Path(id): Path<String>,
) -> Result<Json<Client>, ApiError> {
    Ok(Json(clients::get(&state.erp, &caller.context, &id).await?))
}

pub(super) async fn create(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, Json<Client>), ApiError> {
    let client = clients::create(&state.erp, &caller.context, &body).await?;
    Ok((StatusCode::CREATED, Json(client)))
}

pub(super) async fn update(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Client>, ApiError> {
    Ok(Json(clients::update(&state.erp, &caller.context, &id, &body).await?))
}

pub(super) async fn delete(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    clients::delete(&state.erp, &caller.context, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
