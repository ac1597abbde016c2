//! The HTTP interface: the JSON API under `/api`, the pages, the plugin's pages, and authentication.

mod api;
mod cookie;
mod csrf;
mod extract;
mod identify;
pub mod layout;
mod pages;
mod reply;
mod urls;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri};
use axum::http::{Extensions, HeaderValue, Method, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub use extract::sign_in_path;
pub use identify::caller_of;
pub use pages::Widget;
pub use reply::{ApiError, PageError};

use crate::caller::Caller;
use crate::erp::Erp;
use crate::error::AppError;
use crate::orders::rule::OrderRule;
use layout::NavItem;

/// Maximum length of a request body of the ERP's own pages and API.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// State of every handler.
#[derive(Debug, Clone)]
pub struct AppState {
    pub erp: Erp,
    pub rule: Arc<dyn OrderRule>,
    /// Navigation of the ERP and of its plugin, in order.
    pub nav: Arc<[NavItem]>,
    /// A widget of another module for the overview.
    pub widget: Arc<dyn Widget>,
    /// Notes for the plugin who sends a request, and whether it is proven that no other site made the browser send it.
    pub identify: fn(&Caller, bool, &mut Extensions),
}

/// The whole application. `plugin` is the plugin's router; its requests are authenticated like all others.
pub fn router(state: AppState, plugin: Router) -> Router {
    let identified = Router::new()
        .merge(api::routes())
        .merge(pages::routes())
        .fallback(no_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(state.clone())
        .merge(plugin)
        .layer(middleware::from_fn_with_state(state, identify::identify));
    Router::new()
        .merge(identified)
        .route("/healthz", get(async || "ok\n"))
        .route("/static/erp.css", get(stylesheet))
        .route("/static/theme.js", get(theme))
        .layer(middleware::map_response(harden))
}

async fn stylesheet() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, include_str!("../static/erp.css"))
}

async fn theme() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, include_str!("../static/theme.js"))
}

async fn no_route(OriginalUri(uri): OriginalUri) -> Response {
    refuse(uri.path(), AppError::NoRoute(uri.path().to_owned()))
}

async fn method_not_allowed(method: Method, OriginalUri(uri): OriginalUri) -> Response {
    refuse(uri.path(), AppError::Method(method.to_string()))
}

fn refuse(path: &str, error: AppError) -> Response {
    if path.starts_with("/api/") { ApiError(error).into_response() } else { PageError::new(&error).into_response() }
}

/// Content security policy of the ERP's and the plugin's pages: own resources only. The plugin's editor needs inline styles.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
    object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'";

/// Default headers of every response; those set by the handler take precedence.
async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let defaults = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    for (name, value) in defaults {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
