//! Use cases of the hosts that scripts of a tenant may call. Whoever may open the application to the outside may also open the way out.

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
    /// The service over its ports.
    #[must_use]
    pub fn new(hosts: Arc<dyn HttpHostRepository>, host: Arc<dyn HostGateway>, clock: Arc<dyn Clock>) -> Self {
        Self { hosts, authorizer: Authorizer::new(host), clock }
    }

    /// All allowed hosts of the tenant, by name.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or what the host or the database says.
    pub async fn list(&self, identity: &Identity) -> Result<Vec<AllowedHost>, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        Ok(self.hosts.list(identity.tenant_id()).await?)
    }

    /// Allows a host. One that is allowed already stays as it is.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.manage_endpoints`, `Invalid` with the field, or what the host or the database says.
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

    /// Takes a host away.
    ///
    /// # Errors
    /// `NotFound` when it is not allowed, and as for [`Self::add`].
    pub async fn remove(&self, identity: &Identity, host: &str) -> Result<(), ServiceError> {
        self.authorizer.require(identity, Permission::ManageEndpoints).await?;
        let host = HostPattern::parse(host)?;
        if !self.hosts.remove(identity.tenant_id(), &host).await? {
            return Err(ServiceError::NotFound("host"));
        }
        tracing::info!(tenant = %identity.tenant_id(), by = %identity.author(), "scripts may not call {host} any more");
        Ok(())
    }
}
