//! Use cases of the hosts that a tenant's scripts may call. The permission for endpoints, `scripts.manage_endpoints`, covers outgoing
//! requests too.

use std::sync::Arc;

use iota_scripts_domain::{AllowedHost, Clock, HostPattern, HttpHostRepository, Permission, Stamp};

use crate::{Identity, ServiceError, authorizer::Authorizer, ports::HostGateway};

/// Reads and changes a tenant's allowed hosts.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct HttpHostService {
    hosts: Arc<dyn HttpHostRepository>,
    authorizer: Authorizer,
    clock: Arc<dyn Clock>,
}

impl HttpHostService {
    /// Creates the service from its ports.
    #[must_use]
    pub fn new(hosts: Arc<dyn HttpHostRepository>, host: Arc<dyn HostGateway>, clock: Arc<dyn Clock>) -> Self {
        Self { hosts, authorizer: Authorizer::new(host), clock }
    }

    /// Returns all allowed hosts of the tenant, by name.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host or the database.
    pub async fn list(&self, identity: &Identity) -> Result<Vec<AllowedHost>, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        Ok(self.hosts.list(identity.tenant_id()).await?)
    }

    /// Allows a host. An already allowed host is left unchanged.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.manage_endpoints`, `Invalid` with the field, or an error from the host or the database.
    pub async fn add(&self, identity: &Identity, host: &str) -> Result<AllowedHost, ServiceError> {
        self.authorizer.require(identity, Permission::ManageEndpoints).await?;
        let added = Stamp { at: self.clock.now(), by: identity.author() };
        let allowed = AllowedHost { host: HostPattern::parse(host)?, added };
        if self.hosts.add(identity.tenant_id(), &allowed).await? {
            tracing::info!(tenant = %identity.tenant_id(), by = %allowed.added.by, "scripts may call {}", allowed.host);
            return Ok(allowed);
        }
        let known = self.hosts.list(identity.tenant_id()).await?;
        Ok(known.into_iter().find(|known| known.host == allowed.host).unwrap_or(allowed))
    }

    /// Removes an allowed host.
    ///
    /// # Errors
    /// `NotFound` when it is not allowed, and as for [`Self::add`].
    pub async fn remove(&self, identity: &Identity, host: &str) -> Result<(), ServiceError> {
        self.authorizer.require(identity, Permission::ManageEndpoints).await?;
        let host = HostPattern::parse(host)?;
        if !self.hosts.remove(identity.tenant_id(), &host).await? {
            return Err(ServiceError::NotFound("host"));
        }
        tracing::info!(tenant = %identity.tenant_id(), by = %identity.author(), "scripts may no longer call {host}");
        Ok(())
    }
}
