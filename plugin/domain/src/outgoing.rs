//! Outgoing HTTP of scripts: the hosts that a tenant allows, and the methods.
//!
//! This module checks names only. The HTTP client checks the IP addresses that a name resolves to.

mod host_pattern;
mod method;

pub use host_pattern::HostPattern;
pub use method::OutgoingMethod;

use async_trait::async_trait;

use crate::{RepositoryError, Stamp, TenantId};

/// A host that scripts of a tenant may send requests to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    /// One host, or all subdomains of a domain.
    pub host: HostPattern,
    /// User who allowed it, and the time.
    pub added: Stamp,
}

/// Stores the allowed hosts of each tenant.
#[async_trait]
pub trait HttpHostRepository: Send + Sync {
    /// Returns the allowed hosts of a tenant, ordered by name.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<AllowedHost>, RepositoryError>;

    /// Allows a host. Returns false, and changes nothing, if it is already allowed.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn add(&self, tenant: &TenantId, host: &AllowedHost) -> Result<bool, RepositoryError>;

    /// Removes a host. Returns false if it was not in the list.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn remove(&self, tenant: &TenantId, host: &HostPattern) -> Result<bool, RepositoryError>;
}
