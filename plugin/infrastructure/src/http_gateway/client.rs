//! The HTTP client: what it does by itself, and above all what it does not.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, redirect::Policy};

use super::{
    HttpGatewayConfig,
    address::AddressPolicy,
    resolver::{GuardedResolver, ResolverError},
};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(30);

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error(transparent)]
    Resolver(#[from] ResolverError),
    #[error("{}", whole_chain(.0))]
    Client(#[from] reqwest::Error),
}

pub(super) fn build(config: &HttpGatewayConfig, addresses: Arc<AddressPolicy>) -> Result<Client, ClientError> {
    // This library's own copy of rustls. A second provider is refused, and that is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let resolver = GuardedResolver::new(&config.name_servers, addresses)?;
    let client = Client::builder()
        .user_agent(concat!("iota-scripts/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(resolver)
        // Redirects are followed by us, so that each passes the guard.
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

/// The whole chain of reasons; the client's own sentence rarely has the one that matters.
fn whole_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}
