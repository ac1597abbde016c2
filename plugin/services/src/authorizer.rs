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
        if let Some(allowed) = one_request::cached(identity, permission) {
            return Ok(allowed);
        }
        let allowed = self.host.authorize(identity, permission).await?;
        one_request::cache(identity, [(permission, allowed)]);
        Ok(allowed)
    }

    /// Returns a decision for each permission, in their order. Asks the host once, for those not yet known in this request.
    async fn allowed(&self, identity: &Identity, permissions: &[Permission]) -> Result<Vec<bool>, ServiceError> {
        let cached: Vec<_> = permissions.iter().map(|permission| one_request::cached(identity, *permission)).collect();
        let unknown = permissions.iter().zip(&cached).filter(|(_, cached)| cached.is_none());
        let unknown: Vec<Permission> = unknown.map(|(permission, _)| *permission).collect();
        if unknown.is_empty() {
            return Ok(cached.into_iter().flatten().collect());
        }
        let answers = self.host.authorize_many(identity, &unknown).await?;
        if answers.len() != unknown.len() {
            // The answers cannot be matched to the permissions, so all of them are discarded.
            let message =
                format!("the host was asked for {} permissions and answered {}", unknown.len(), answers.len());
            return Err(ServiceError::Host(HostError::new(HostErrorCode::Internal, message)));
        }
        one_request::cache(identity, unknown.into_iter().zip(answers.iter().copied()));
        let mut answers = answers.into_iter();
        Ok(cached.into_iter().map(|cached| cached.or_else(|| answers.next()).unwrap_or(false)).collect())
    }

    /// Returns whether the tenant has this user.
    pub(crate) async fn user_exists(&self, tenant: &TenantId, user: &UserId) -> Result<bool, HostError> {
        match self.host.resolve_identity(tenant, user).await {
            Ok(_) => Ok(true),
            Err(error) if error.code == HostErrorCode::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Returns the users' display names; users unknown to the host are left out.
    pub(crate) async fn names(&self, tenant: &TenantId, users: Vec<UserId>) -> Vec<(UserId, String)> {
        let names = users.into_iter().map(|user| async move {
            let found = self.host.resolve_identity(tenant, &user).await.ok()?;
            let name = found.user?.extra.get("name")?.as_str()?.to_owned();
            Some((user, name))
        });
        join_all(names).await.into_iter().flatten().collect()
    }
}
