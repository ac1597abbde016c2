//! `/api/sms`: the outbox of text messages.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use super::super::extract::{ApiCaller, JsonBody, Params};
use super::super::{ApiError, AppState};
use crate::sms::{self, Sms};

pub(super) async fn list(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let listing = super::listing(&sms::SOURCE, &caller.context, params)?;
    let items = sms::list(&state.erp, &caller.context, &listing).await?;
    super::page(&state, &caller.context, &sms::SOURCE, &listing, items).await
}

pub(super) async fn send(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    JsonBody(body): JsonBody,
) -> Result<(StatusCode, Json<Sms>), ApiError> {
    let sms = sms::send(&state.erp, &caller.context, &body).await?;
    Ok((StatusCode::CREATED, Json(sms)))
}
