//! What requests and responses say at the boundary beside method, status, headers and body.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use serde::Serialize;

/// Where a request came from and what it was sent to, as the host knows it.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// The host name that was asked, with its port if it has one.
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

/// What a page or the API says is for this person and this moment: no browser and no proxy keeps it. The bundle says something else.
pub(crate) async fn keep_nowhere(mut response: Response) -> Response {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
