//! Checks every action against the host's RBAC.
//!
//! A decision is cached for the rest of the request that asked for it (`one_request`) and no longer.

mod one_request;

use std::sync::Arc;

use futures_util::future::join_all;
use iota_scripts_domain::{Permission, TenantId, UserId};

use crate::{
    Identity, ServiceError,
    ports::{HostError, HostErrorCode, HostGateway},
};

pub use one_request::one_request;

/// Asks the host for permissions.
#[derive(Clone)]
pub(crate) struct Authorizer {
    host: Arc<dyn HostGateway>,
}

impl Authorizer {
    pub(crate) fn new(host: Arc<dyn HostGateway>) -> Self {
        Self { host }
    }

    pub(crate) async fn require(&self, identity: &Identity, permission: Permission) -> Result<(), ServiceError> {
        if self.allows(identity, permission).await? { Ok(()) } else { Err(ServiceError::Forbidden(permission)) }
    }

    /// Rejects a user who ends a run or an occurrence that acts as another user, unless they have `scripts.manage_endpoints`.
    pub(crate) async fn require_to_end(
        &self,
        identity: &Identity,
        run_as: Option<&UserId>,
    ) -> Result<(), ServiceError> {
        match run_as.filter(|user| **user != identity.author()) {
            Some(user) if !self.allows(identity, Permission::ManageEndpoints).await? => {
                Err(ServiceError::RunsAs(vec![user.clone()]))
            }
            _ => Ok(()),
        }
    }

    /// Requires one of the permissions; the error names the first if all are missing.
    pub(crate) async fn require_any<const N: usize>(
        &self,
        identity: &Identity,
        permissions: [Permission; N],
    ) -> Result<(), ServiceError> {
        if self.allowed(identity, &permissions).await?.contains(&true) {
            return Ok(());
        }
        permissions.first().map_or(Ok(()), |first| Err(ServiceError::Forbidden(*first)))
    }

    /// Returns the permissions that the identity has, in the order of [`Permission::ALL`].
    pub(crate) async fn granted(&self, identity: &Identity) -> Result<Vec<Permission>, ServiceError> {
        let allowed = self.allowed(identity, &Permission::ALL).await?;
        Ok(Permission::ALL.into_iter().zip(allowed).filter_map(|(permission, yes)| yes.then_some(permission)).collect())
    }

    async fn allows(&self, identity: &Identity, permission: Permission) -> Result<bool, ServiceError> {
        if let Some(allowed) = one_request::known(identity, permission) {
            return Ok(allowed);
        }
        let allowed = self.host.authorize(identity, permission).await?;
        one_request::keep(identity, [(permission, allowed)]);
        Ok(allowed)
    }

    /// Returns a decision for each permission, in their order. Asks the host once, for those not yet known in this request.
    async fn allowed(&self, identity: &Identity, permissions: &[Permission]) -> Result<Vec<bool>, ServiceError> {
        let known: Vec<_> = permissions.iter().map(|permission| one_request::known(identity, *permission)).collect();
        let open = permissions.iter().zip(&known).filter(|(_, known)| known.is_none());
        let open: Vec<Permission> = open.map(|(permission, _)| *permission).collect();
        if open.is_empty() {
            return Ok(known.into_iter().flatten().collect());
        }
        let said = self.host.authorize_many(identity, &open).await?;
        if said.len() != open.len() {
            // The answers cannot be matched to the permissions, so all of them are discarded.
            let message = format!("the host was asked for {} permissions and answered {}", open.len(), said.len());
            return Err(ServiceError::Host(HostError::new(HostErrorCode::Internal, message)));
        }
        one_request::keep(identity, open.into_iter().zip(said.iter().copied()));
        let mut said = said.into_iter();
        Ok(known.into_iter().map(|known| known.or_else(|| said.next()).unwrap_or(false)).collect())
    }

    /// Returns whether the tenant has this user.
    pub(crate) async fn knows(&self, tenant: &TenantId, user: &UserId) -> Result<bool, HostError> {
        match self.host.resolve_identity(tenant, user).await {
            Ok(_) => Ok(true),
            Err(error) if error.code == HostErrorCode::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Returns the users' display names; users unknown to the host are left out.
    pub(crate) async fn names(&self, tenant: &TenantId, users: Vec<UserId>) -> Vec<(UserId, String)> {
        let asked = users.into_iter().map(|user| async move {
            let known = self.host.resolve_identity(tenant, &user).await.ok()?;
            let name = known.user?.extra.get("name")?.as_str()?.to_owned();
            Some((user, name))
        });
        join_all(asked).await.into_iter().flatten().collect()
    }
}
