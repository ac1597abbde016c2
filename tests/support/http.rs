//! A client for programs that really listen.

/// A client of plain HTTP. It wants a TLS provider all the same.
#[must_use]
pub fn http_client() -> reqwest::Client {
    // A second one is refused, and that is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
