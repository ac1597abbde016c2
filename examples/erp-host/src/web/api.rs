//! The JSON API: `/api/me`, and for each kind of record a list with filters and pages, one by id, and its actions. Lists return `{items,
//! page, per_page, total}`; errors `{error: {code, message, field?, details?}}`.

mod clients;
mod events;
mod invoices;
mod orders;
mod products;
mod sms;

use axum::Json;
use axum::Router;
use axum::routing::{get, post};
use serde::Serialize;
use serde_json::{Value, json};

use super::extract::{ApiCaller, Params};
use super::{ApiError, AppState};
use crate::call_context::CallContext;
use crate::error::AppError;
use crate::listing::{self, Listing, Source};

/// All routes of the API.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/me", get(me))
        .route("/api/clients", get(clients::list).post(clients::create))
        .route("/api/clients/{id}", get(clients::get).patch(clients::update).delete(clients::delete))
        .route("/api/products", get(products::list).post(products::create))
        .route("/api/products/{id}", get(products::get))
        .route("/api/products/{id}/stock", post(products::set_stock))
        .route("/api/orders", get(orders::list).post(orders::create))
        .route("/api/orders/{id}", get(orders::get))
        .route("/api/orders/{id}/process", post(orders::process))
        .route("/api/orders/{id}/cancel", post(orders::cancel))
        .route("/api/reports/orders", get(orders::report))
        .route("/api/invoices", get(invoices::list).post(invoices::create))
        .route("/api/invoices/{id}", get(invoices::get))
        .route("/api/invoices/{id}/payments", post(invoices::pay))
        .route("/api/sms", get(sms::list).post(sms::send))
        .route("/api/events", get(events::list))
}

async fn me(ApiCaller(caller): ApiCaller) -> Json<Value> {
    let (tenant, user) = (&caller.context.tenant, &caller.user);
    Json(json!({
        "user": {
            "id": user.id.to_string(), "name": user.name, "email": user.email, "role": user.role.as_str(),
            "locale": user.locale.as_str(), "permissions": user.role.permissions(),
        },
        "tenant": {
            "id": tenant.id, "name": tenant.name, "domain": tenant.domain,
            "time_zone": tenant.time_zone.name(), "currency": tenant.currency,
        },
    }))
}

/// Reads the query of a list.
fn listing(source: &Source, context: &CallContext, Params(query): Params) -> Result<Listing, AppError> {
    Listing::from_query(source, &query, context.tenant.time_zone)
}

/// The response of a list: the requested page and the total number.
async fn page<T: Serialize>(
    state: &AppState,
    context: &CallContext,
    source: &Source,
    listing: &Listing,
    items: Vec<T>,
) -> Result<Json<Value>, ApiError> {
    let total = listing::count(&state.erp.db, source, &context.tenant.id, listing).await?;
    Ok(Json(json!({ "items": items, "page": listing.page(), "per_page": listing.limit, "total": total })))
}
