//! The HTTP interface of the plugin: the pages, the JSON API and its OpenAPI document.
//!
//! Controllers are thin: they parse, call one use case and format its result. The host has authenticated the request
//! and put the [`Identity`](iota_scripts_services::Identity) into its extensions.

mod api;
mod assets;
mod caller;
mod controllers;
mod cron_sentence;
mod csrf;
mod dto;
mod error;
mod extract;
mod locale;
mod openapi_endpoints;
mod pages;
mod permitted;
mod response;
mod state;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{self, Next},
    response::Response,
    routing::{any, get},
};

use iota_scripts_services::one_request;

pub use assets::ASSETS_PREFIX;
pub use csrf::CsrfFailed;
pub use dto::execution_json;
pub use pages::{PAGES_PREFIX, host_texts, nav_items, quick_links};
pub use response::{Client, Layout, Streamed};
pub use state::AppState;

use controllers::endpoint;

/// Maximum size of a request body in bytes: several times the largest script, escaped as JSON.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The path prefix of the JSON API.
pub const API_PREFIX: &str = "/scripts/api/v1";

/// The path prefix of the endpoints of scripts.
pub const ENDPOINT_PREFIX: &str = "/api/scripts";

/// Returns the router of the plugin: the JSON API, the pages, their assets and the endpoints of scripts.
pub fn router(state: AppState) -> Router {
    Router::new()
        .nest(API_PREFIX, api::router(state.clone()))
        .merge(pages::router())
        .route("/scripts/assets/{build}/{file}", get(assets::serve))
        .fallback(error::no_such_address)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(csrf::refuse))
        .layer(middleware::map_response(response::forbid_caching))
        .layer(middleware::from_fn(cache_permissions))
        // With their own checks: a request without a valid CSRF token can still call a public endpoint, without a user.
        .merge(endpoints())
        .with_state(state)
}

/// Caches permissions for the duration of a request, so that the host is asked for each at most once.
async fn cache_permissions(request: Request, next: Next) -> Response {
    one_request(next.run(request)).await
}

/// Returns the routes that scripts answer.
fn endpoints() -> Router<AppState> {
    Router::new()
        .route("/api/scripts/openapi.json", get(endpoint::document))
        .route(ENDPOINT_PREFIX, any(endpoint::serve))
        .route("/api/scripts/", any(endpoint::serve))
        .route("/api/scripts/{*path}", any(endpoint::serve))
}
