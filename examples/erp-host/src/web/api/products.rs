//! `/api/products`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::Value;

use super::super::extract::{ApiCaller, JsonBody, Params};
use super::super::{ApiError, AppState};
use crate::products::{self, Product};

pub(super) async fn list(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let listing = super::listing(&products::SOURCE, &caller.context, params)?;
    let items = products::list(&state.erp, &caller.context, &listing).await?;
    super::page(&state, &caller.context, &products::SOURCE, &listing, items).await
}

pub(super) async fn get(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Path(id): Path<String>,
) -> Result<Json<Product>, ApiError> {
    Ok(Json(products::get(&state.erp, &caller.context, &id).await?))
}

pub(super) async fn create(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, Json<Product>), ApiError> {
    let product = products::create(&state.erp, &caller.context, &body).await?;
    Ok((StatusCode::CREATED, Json(product)))
}

pub(super) async fn set_stock(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Product>, ApiError> {
    Ok(Json(products::set_stock(&state.erp, &caller.context, &id, &body).await?))
}
