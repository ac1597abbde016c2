//! An HTTP client for programs with a real listener.

/// A client of plain HTTP. It requires a TLS provider all the same.
#[must_use]
pub fn http_client() -> reqwest::Client {
    // A second provider is refused, which is harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
