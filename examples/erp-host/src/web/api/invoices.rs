//! `/api/invoices`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::Value;

use super::super::extract::{ApiCaller, JsonBody, Params};
use super::super::{ApiError, AppState};
use crate::invoices::{self, Invoice};

pub(super) async fn list(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let listing = super::listing(&invoices::SOURCE, &caller.context, params)?;
    let items = invoices::list(&state.erp, &caller.context, &listing).await?;
    super::page(&state, &caller.context, &invoices::SOURCE, &listing, items).await
}

pub(super) async fn get(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Path(id): Path<String>,
) -> Result<Json<Invoice>, ApiError> {
    Ok(Json(invoices::get(&state.erp, &caller.context, &id).await?))
}

pub(super) async fn create(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, Json<Invoice>), ApiError> {
    let invoice = invoices::create(&state.erp, &caller.context, &body).await?;
    Ok((StatusCode::CREATED, Json(invoice)))
}

pub(super) async fn pay(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<Invoice>, ApiError> {
    Ok(Json(invoices::pay(&state.erp, &caller.context, &id, &body).await?))
}
