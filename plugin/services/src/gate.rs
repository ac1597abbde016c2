//! The question before every action: does the host's RBAC allow it?

use std::sync::Arc;

use iota_scripts_domain::Permission;

use crate::{Identity, ServiceError, ports::HostGateway};

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
}
