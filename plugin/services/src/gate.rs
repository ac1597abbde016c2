//! The question before every action: does the host's RBAC allow it?

use std::sync::Arc;

use futures_util::future::{join_all, try_join_all};
use iota_scripts_domain::{Permission, TenantId, UserId};

use crate::{
    Identity, ServiceError,
    ports::{HostError, HostGateway},
};

/// Asks the host.
#[derive(Clone)]
pub(crate) struct Gate {
    host: Arc<dyn HostGateway>,
}

impl Gate {
    pub(crate) fn new(host: Arc<dyn HostGateway>) -> Self {
        Self { host }
    }

    pub(crate) async fn require(&self, identity: &Identity, permission: Permission) -> Result<(), ServiceError> {
        if self.host.authorize(identity, permission).await? { Ok(()) } else { Err(ServiceError::Forbidden(permission)) }
    }

    /// Refuses to let somebody end what acts as another user, unless they may decide what is done with others' rights.
    pub(crate) async fn require_to_end(
        &self,
        identity: &Identity,
        acting: Option<&UserId>,
    ) -> Result<(), ServiceError> {
        match acting.filter(|user| **user != identity.author()) {
            Some(user) if !self.host.authorize(identity, Permission::ManageEndpoints).await? => {
                Err(ServiceError::RunsAs(vec![user.clone()]))
            }
            _ => Ok(()),
        }
    }

    /// One of these is enough; the first is named when there is none.
    pub(crate) async fn require_any<const N: usize>(
        &self,
        identity: &Identity,
        permissions: [Permission; N],
    ) -> Result<(), ServiceError> {
        for permission in permissions {
            if self.host.authorize(identity, permission).await? {
                return Ok(());
            }
        }
        permissions.first().map_or(Ok(()), |first| Err(ServiceError::Forbidden(*first)))
    }

    /// Which of all permissions the identity has, in their order.
    pub(crate) async fn granted(&self, identity: &Identity) -> Result<Vec<Permission>, ServiceError> {
        let asked = Permission::ALL.map(|permission| async move {
            Ok::<_, ServiceError>(self.host.authorize(identity, permission).await?.then_some(permission))
        });
        Ok(try_join_all(asked).await?.into_iter().flatten().collect())
    }

    /// Whether the tenant has such a user.
    pub(crate) async fn knows(&self, tenant: &TenantId, user: &UserId) -> Result<bool, HostError> {
        match self.host.resolve_identity(tenant, user).await {
            Ok(_) => Ok(true),
            Err(error) if error.code == "NOT_FOUND" => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What the host calls its users; those that it does not know are missing.
    pub(crate) async fn names(&self, tenant: &TenantId, users: Vec<UserId>) -> Vec<(UserId, String)> {
        let asked = users.into_iter().map(|user| async move {
            let known = self.host.resolve_identity(tenant, &user).await.ok()?;
            let name = known.user?.extra.get("name")?.as_str()?.to_owned();
            Some((user, name))
        });
        join_all(asked).await.into_iter().flatten().collect()
    }
}
