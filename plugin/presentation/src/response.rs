//! Extensions of requests and responses that the host reads and writes besides method, status, headers and body.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use serde::Serialize;

/// Origin and destination of a request, as the host knows them.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// The requested host name, with its port if it has one.
    pub host: Option<String>,
    /// The client's address.
    pub ip: Option<String>,
}

/// The body is a fragment that the host wraps in its own layout.
#[derive(Debug, Clone, Serialize)]
pub struct Layout {
    /// Title of the page.
    pub title: String,
    /// Path of the navigation item to highlight.
    pub active_nav: String,
}

/// The body is a stream and must reach the client piece by piece.
#[derive(Debug, Clone, Copy)]
pub struct Streamed;

/// Forbids browsers and proxies to cache pages and API responses, which depend on the user and the time. The bundle
/// sets its own header.
pub(crate) async fn forbid_caching(mut response: Response) -> Response {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
