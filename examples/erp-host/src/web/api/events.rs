//! `/api/events`: the event log of the tenant. `limit` is another name for `per_page`.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::super::extract::{ApiCaller, Params};
use super::super::{ApiError, AppState};
use crate::events;

pub(super) async fn list(
    State(state): State<AppState>,
    ApiCaller(caller): ApiCaller,
    Params(query): Params,
) -> Result<Json<Value>, ApiError> {
    let renamed =
        query.into_iter().map(|(name, text)| (if name == "limit" { "per_page".to_owned() } else { name }, text));
    let listing = super::listing(&events::SOURCE, &caller.context, Params(renamed.collect()))?;
    let items = events::list(&state.erp.db, &caller.context, &listing).await?;
    super::page(&state, &caller.context, &events::SOURCE, &listing, items).await
}
