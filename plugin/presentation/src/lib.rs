//! What people and programs see of the plugin over HTTP: the pages, the JSON API and its OpenAPI document.
//!
//! Controllers are thin: they parse, call one use case and shape its answer. The host has authenticated the
//! request and put the [`Identity`](iota_scripts_services::Identity) into its extensions.

mod assets;
mod caller;
mod controllers;
mod cron_sentence;
mod csrf;
mod dto;
mod error;
mod extract;
mod locale;
mod openapi;
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
    routing::{any, get, post, put},
};

use iota_scripts_services::one_request;

pub use assets::ASSETS_PREFIX;
pub use csrf::CsrfFailed;
pub use dto::execution_json;
pub use pages::{PAGES_PREFIX, host_texts, nav_items, quick_links};
pub use response::{Client, Layout, Streamed};
pub use state::AppState;

use controllers::{
    check, dead_letters, declarations, endpoint, executions, http_hosts, pause, schedules, scripts, templates, versions,
};

/// The largest request body in bytes: the largest script several times over, escaped as JSON.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Where the JSON API is mounted.
pub const API_PREFIX: &str = "/scripts/api/v1";

/// Where the endpoints of scripts are mounted.
pub const ENDPOINT_PREFIX: &str = "/api/scripts";

/// Every route on one screen.
pub fn router(state: AppState) -> Router {
    let api = Router::new()
        .route("/scripts", get(scripts::list).post(scripts::create))
        .route("/scripts/{id}", get(scripts::show).put(scripts::replace).delete(scripts::delete))
        .route("/scripts/{id}/activate", post(scripts::activate))
        .route("/scripts/{id}/deactivate", post(scripts::deactivate))
        .route("/scripts/{id}/run", post(scripts::run))
        .route("/scripts/{id}/test", post(scripts::test))
        .route("/scripts/{id}/versions", get(versions::list))
        .route("/scripts/{id}/versions/{number}", get(versions::show))
        .route("/scripts/{id}/versions/{number}/restore", post(versions::restore))
        .route("/executions", get(executions::list))
        .route("/executions/{id}", get(executions::show))
        .route("/executions/{id}/cancel", post(executions::cancel))
        .route("/executions/{id}/stream", get(executions::stream))
        .route("/scripts/{id}/schedule", get(schedules::of_script))
        .route("/schedules/pause", get(pause::show).put(pause::begin).delete(pause::end))
        .route("/schedule/preview", post(schedules::preview))
        .route("/occurrences", get(schedules::occurrences))
        .route("/occurrences/backlog", get(schedules::backlog))
        .route("/occurrences/{id}/cancel", post(schedules::cancel))
        .route("/dead-letters", get(dead_letters::list))
        .route("/dead-letters/replay", post(dead_letters::replay_many))
        .route("/dead-letters/{id}/replay", post(dead_letters::replay))
        .route("/dead-letters/{id}/dismiss", post(dead_letters::dismiss))
        .route("/templates", get(templates::list))
        .route("/templates/{name}", get(templates::show).put(templates::put).delete(templates::remove))
        .route("/http-hosts", get(http_hosts::list))
        .route("/http-hosts/{host}", put(http_hosts::add).delete(http_hosts::remove))
        .route("/check", post(check::check))
        .route("/types.d.ts", get(declarations::types))
        .route("/openapi.json", get(openapi::document))
        .fallback(error::no_such_address)
        .layer(middleware::from_fn_with_state(state.clone(), permitted::before_all_else))
        .method_not_allowed_fallback(error::method_not_allowed);
    Router::new()
        .nest(API_PREFIX, api)
        .merge(pages::router())
        .route("/scripts/assets/{build}/{file}", get(assets::serve))
        .fallback(error::no_such_address)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(csrf::refuse))
        .layer(middleware::map_response(response::keep_nowhere))
        .layer(middleware::from_fn(asked_once))
        // Behind their own checks: a forged request may still visit a public endpoint, as nobody.
        .merge(endpoints())
        .with_state(state)
}

/// Asks the host for each permission at most once while a request is answered.
async fn asked_once(request: Request, next: Next) -> Response {
    one_request(next.run(request)).await
}

/// Whatever scripts answer themselves.
fn endpoints() -> Router<AppState> {
    Router::new()
        .route("/api/scripts/openapi.json", get(endpoint::document))
        .route(ENDPOINT_PREFIX, any(endpoint::serve))
        .route("/api/scripts/", any(endpoint::serve))
        .route("/api/scripts/{*path}", any(endpoint::serve))
}
