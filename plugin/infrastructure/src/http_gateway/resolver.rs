//! Resolves names to allowed addresses. The client connects only to the addresses returned here, so a name cannot resolve to one address
//! when it is checked and to another when it is called.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::{NetError, runtime::TokioRuntimeProvider},
};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::AddressPolicy;

/// Why a name has no usable address. Scripts see this message, so the internal addresses and the name servers are only logged.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Unresolved {
    #[error("no address found for {host}")]
    Unknown { host: String },
    #[error(
        "{host} has no address that scripts may call; the operator can find the address in the log and allow it (http.allow_addresses)"
    )]
    Denied { host: String },
}

/// Why names cannot be resolved at all.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolverError {
    #[error("the system configures no name servers: {0}")]
    NoNameServers(#[source] NetError),
    #[error("{0}")]
    Build(#[source] NetError),
}

pub(super) struct GuardedResolver {
    names: TokioResolver,
    addresses: Arc<AddressPolicy>,
}

impl GuardedResolver {
    /// Creates a resolver that uses these servers, or those of the system if there are none.
    pub(super) fn new(servers: &[SocketAddr], addresses: Arc<AddressPolicy>) -> Result<Self, ResolverError> {
        let builder = if servers.is_empty() {
            TokioResolver::builder_tokio().map_err(ResolverError::NoNameServers)?
        } else {
            let config =
                ResolverConfig::from_parts(None, Vec::new(), servers.iter().map(|server| at(*server)).collect());
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        Ok(Self { names: builder.build().map_err(ResolverError::Build)?, addresses })
    }
}

fn at(server: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    let mut config = NameServerConfig::udp_and_tcp(server.ip());
    config.connections = connections.into();
    config
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, addresses) = (self.names.clone(), Arc::clone(&self.addresses));
        Box::pin(async move {
            let host = name.as_str().trim_end_matches('.').to_owned();
            // The trailing dot makes the name absolute, so the machine's search domains are not appended.
            let found = names.lookup_ip(format!("{host}.")).await;
            let found: Vec<IpAddr> = match found {
                Ok(found) => found.iter().collect(),
                Err(error) => {
                    tracing::info!(host, "the host of a request has no address: {error}");
                    return Err(Unresolved::Unknown { host }.into());
                }
            };
            let open: Vec<SocketAddr> = found
                .iter()
                .filter(|address| addresses.denial_reason(**address).is_none())
                .map(|address| SocketAddr::new(*address, 0))
                .collect();
            if !open.is_empty() {
                return Ok(Box::new(open.into_iter()) as Addrs);
            }
            let denied = found.into_iter().find_map(|address| Some((address, addresses.denial_reason(address)?)));
            Err(match denied {
                Some((address, why)) => {
                    tracing::warn!(host, %address, "a request to this address was blocked: the address is {why}");
                    Unresolved::Denied { host }
                }
                None => Unresolved::Unknown { host },
            }
            .into())
        })
    }
}
