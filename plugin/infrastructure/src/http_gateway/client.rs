//! Builds the HTTP client and turns off its automatic behavior.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, redirect::Policy};

use super::{
    HttpGatewayConfig,
    address::AddressPolicy,
    resolver::{GuardedResolver, ResolverError},
};

/// Timeout of establishing a connection.
pub(super) const CONNECT: Duration = Duration::from_secs(10);
/// How long an unused connection is kept open.
const IDLE: Duration = Duration::from_secs(30);

/// Why the client could not be built.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error(transparent)]
    Resolver(#[from] ResolverError),
    #[error("{}", whole_chain(.0))]
    Client(#[from] reqwest::Error),
}

pub(super) fn build(config: &HttpGatewayConfig, addresses: Arc<AddressPolicy>) -> Result<Client, ClientError> {
    // This is the library's own copy of rustls. Installing a second provider fails, which is harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let resolver = GuardedResolver::new(&config.name_servers, addresses)?;
    let client = Client::builder()
        .user_agent(concat!("iota-scripts/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(resolver)
        // Redirects are followed in this crate, so that each one is checked.
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .gzip(true)
        .connect_timeout(CONNECT)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(4)
        .build()?;
    Ok(client)
}

/// Returns the error with all of its sources; the client's own message rarely contains the cause.
fn whole_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}
