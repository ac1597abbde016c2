//! The pages: an overview, a list for each kind of record, details of clients and orders, and the forms.

mod clients;
mod events;
mod home;
mod invoices;
mod orders;
mod products;
mod session;
mod sms;
mod view;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{get, post};

pub use home::Widget;

use super::{AppState, PageError, layout};
use crate::caller::Caller;
use crate::error::AppError;

/// The response of a page handler.
type PageResult = Result<Response, PageError>;

/// All pages.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home::show))
        .route("/login", get(session::show).post(session::sign_in))
        .route("/logout", post(session::sign_out))
        .route("/locale", post(session::set_locale))
        .route("/clients", get(clients::list).post(clients::create))
        .route("/clients/new", get(clients::form))
        .route("/clients/{id}", get(clients::show))
        .route("/products", get(products::list))
        .route("/orders", get(orders::list).post(orders::form::create))
        .route("/orders/new", get(orders::form::show))
        .route("/orders/{id}", get(orders::show))
        .route("/orders/{id}/process", post(orders::process))
        .route("/orders/{id}/cancel", post(orders::cancel))
        .route("/invoices", get(invoices::list))
        .route("/sms", get(sms::list).post(sms::send))
        .route("/sms/new", get(sms::form))
        .route("/events", get(events::list))
}

/// A page with a template as its body, in the layout of the ERP.
fn respond(
    state: &AppState,
    caller: &Caller,
    (title, active): (&str, &str),
    status: StatusCode,
    body: &impl Template,
) -> PageResult {
    let body = body.render().map_err(AppError::from)?;
    let html = layout::page(&state.nav, caller, title, active, &body)?;
    Ok((status, Html(html)).into_response())
}
