//! What a response says to the boundary beside status, headers and body.

use serde::Serialize;

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
