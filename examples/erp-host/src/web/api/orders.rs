//! `/api/orders` and `/api/reports/orders`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::super::extract::{ApiCaller, JsonBody, Params};
use super::super::{ApiError, AppState};
use crate::orders::report::{self, ReportQuery};
use crate::orders::{self, Order};

pub(super) async fn list(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let listing = super::listing(&orders::SOURCE, &caller.context, params)?;
    let items = orders::list(&state.erp, &caller.context, &listing).await?;
    super::page(&state, &caller.context, &orders::SOURCE, &listing, items).await
}

pub(super) async fn get(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Path(id): Path<String>,
) -> Result<Json<Order>, ApiError> {
    Ok(Json(orders::get(&state.erp, &caller.context, &id).await?))
}

pub(super) async fn create(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, Json<Order>), ApiError> {
    let order = orders::create(&state.erp, &caller.context, &body, state.rule.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(order)))
}

pub(super) async fn process(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Path(id): Path<String>,
) -> Result<Json<Order>, ApiError> {
    Ok(Json(orders::process(&state.erp, &caller.context, &id).await?))
}

pub(super) async fn cancel(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Path(id): Path<String>,
) -> Result<Json<Order>, ApiError> {
    Ok(Json(orders::cancel(&state.erp, &caller.context, &id).await?))
}

/// `?startDate=2026-01-01&endDate=2026-01-31&groupBy=week`.
pub(super) async fn report(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Params(query): Params,
) -> Result<Json<Value>, ApiError> {
    let input: Map<String, Value> = query.into_iter().map(|(name, text)| (name, Value::String(text))).collect();
    let query = ReportQuery::parse(&Value::Object(input), &caller.context)?;
    let periods = report::report(&state.erp, &caller.context, &query).await?;
    Ok(Json(periods.iter().map(|period| query.to_json(period)).collect()))
}
