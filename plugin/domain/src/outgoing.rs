//! What scripts may ask of the world outside: which hosts a tenant allows them to call, and with which methods.
//!
//! Whether a host's addresses may be reached is not known here: a name says nothing about them.

mod host_pattern;
mod method;

pub use host_pattern::HostPattern;
pub use method::OutgoingMethod;

use async_trait::async_trait;

use crate::{RepositoryError, Stamp, TenantId};

/// A host that scripts of a tenant may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    /// One host, or all below a domain.
    pub host: HostPattern,
    /// Who allowed it, and when.
    pub added: Stamp,
}

/// Keeps the allowed hosts by tenant.
#[async_trait]
pub trait HttpHostRepository: Send + Sync {
    /// All of the tenant, by name.
    ///
    /// # Errors
    /// Only those of the store.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<AllowedHost>, RepositoryError>;

    /// Allows a host; one that is allowed already stays as it is. Whether it is new.
    ///
    /// # Errors
    /// Only those of the store.
    async fn add(&self, tenant: &TenantId, host: &AllowedHost) -> Result<bool, RepositoryError>;

    /// Takes a host away; whether it was there.
    ///
    /// # Errors
    /// Only those of the store.
    async fn remove(&self, tenant: &TenantId, host: &HostPattern) -> Result<bool, RepositoryError>;
}
