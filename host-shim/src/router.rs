//! Mounts the plugin's pages, JSON API and endpoints in an axum application.
//!
//! Reads the [`Identity`] that the host's middleware put into the request, forwards the request as
//! `http.request`, and hands the answer on: streamed as the client reads, or wrapped in the host's layout.
//! Authentication, sessions and CSRF tokens are the host's own.

mod request;
mod response;
mod signed_out;
#[cfg(test)]
mod tests;

use std::{net::IpAddr, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::Method,
    response::{IntoResponse, Redirect, Response},
    routing::any,
};
use iota_scripts_abi::op;

use crate::{HostError, Identity, PageRequest, Plugin, Route, RouteAuth};
use response::refusal;

/// Facts about a request that a host's middleware adds to its extensions, besides the identity. Optional.
///
/// Everything defaults to unknown.
///
/// # Examples
/// A middleware that adds facts:
///
/// ```
/// use axum::{extract::Request, middleware::Next, response::Response};
/// use iota_scripts_host::RequestFacts;
///
/// async fn facts(mut request: Request, next: Next) -> Response {
///     let csrf_ok = request.headers().contains_key("x-csrf-token"); // a real host compares it with the session's
///     let facts = RequestFacts { csrf_ok: Some(csrf_ok), scheme: Some("https".into()), ..RequestFacts::default() };
///     request.extensions_mut().insert(facts);
///     next.run(request).await
/// }
/// # let _: axum::Router = axum::Router::new().layer(axum::middleware::from_fn(facts));
/// ```
#[derive(Debug, Clone, Default)]
pub struct RequestFacts {
    /// The client's address, after the host has decided which proxies it believes.
    pub remote_ip: Option<IpAddr>,
    /// `http` or `https` as the client sees it.
    pub scheme: Option<String>,
    /// Whether the host's check for a CSRF token succeeded; `None` if it does not check.
    pub csrf_ok: Option<bool>,
    /// Id of the trace that the request belongs to.
    pub trace_id: Option<String>,
}

impl Plugin {
    /// A router with all of the plugin's prefixes, to merge into the host's own. A middleware of the host inserts
    /// an [`Identity`] into the extensions of each request that it has authenticated.
    ///
    /// # Examples
    /// ```no_run
    /// use axum::{Extension, Router};
    /// use iota_scripts_host::{Identity, Plugin, Tenant, User};
    ///
    /// # fn example(plugin: &Plugin) -> Router {
    /// // A real host takes the identity from the session of each request, in a middleware.
    /// let ada = Identity::user(Tenant::new("acme", "Acme"), User::new("1", "Ada").allowed(["scripts.read"]));
    /// let app = Router::new().merge(plugin.router()).layer(Extension(ada));
    /// # app }
    /// ```
    pub fn router(&self) -> Router {
        mount(self.clone())
    }
}

fn mount(plugin: Plugin) -> Router {
    let prefixes: Vec<String> = plugin.routes().iter().map(|route| route.prefix.clone()).collect();
    let add = |router: Router<Arc<Plugin>>, prefix: String| {
        let below = format!("{prefix}/{{*rest}}");
        router.route(&prefix, any(forward)).route(&format!("{prefix}/"), any(forward)).route(&below, any(forward))
    };
    prefixes.into_iter().fold(Router::new(), add).with_state(Arc::new(plugin))
}

async fn forward(State(plugin): State<Arc<Plugin>>, request: Request) -> Response {
    let path = request.uri().path();
    let Some(route) = plugin.routes().iter().find(|route| route.covers(path)) else {
        return refusal(&HostError::not_found("no such page"));
    };
    serve(&plugin, route, request).await.unwrap_or_else(|error| refusal(&error))
}

async fn serve(plugin: &Plugin, route: &Route, request: Request) -> Result<Response, HostError> {
    let (parts, body) = request.into_parts();
    let page = PageRequest {
        identity: parts.extensions.get::<Identity>().cloned().filter(|_| route.auth != RouteAuth::Public),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers.clone(),
    };
    if route.auth == RouteAuth::Session && page.identity.is_none() {
        return unauthenticated(plugin, route, &parts.method, &page);
    }
    let body = request::read_body(&parts.headers, body, route.max_body).await?;
    let head = request::head(&parts, &page);
    let pending = plugin.submit(op::HTTP_REQUEST, &head, &body).map_err(|error| error.to_host_error())?;
    response::answer(plugin, pending, page).await
}

fn unauthenticated(plugin: &Plugin, route: &Route, method: &Method, page: &PageRequest) -> Result<Response, HostError> {
    let browsing = route.layout && request::wants_html(&page.headers);
    match plugin.host().sign_in_location(page).filter(|_| browsing) {
        Some(location) if method == Method::GET => Ok(Redirect::to(&location).into_response()),
        Some(location) => Ok(signed_out::page(&location)),
        None => Err(HostError::new("UNAUTHORIZED", "sign in first")),
    }
}
