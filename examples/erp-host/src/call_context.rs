//! The identity that every use case is called with.
//!
//! `CallContext::require` is the only permission check of the application. Calls without a user (work that the
//! plugin does for the tenant itself) may read everything and write nothing: a script that writes on a schedule
//! runs as a named user.

use crate::access::Permission;
use crate::error::AppError;
use crate::tenant::Tenant;
use crate::user::User;

/// The identity that a use case runs as.
#[derive(Debug, Clone)]
pub struct CallContext {
    pub tenant: Tenant,
    /// `None` for calls without a user.
    pub user: Option<User>,
    /// Performs all checks and returns the regular result, but stores no row and publishes no event.
    pub dry_run: bool,
}

impl CallContext {
    /// A call by a user.
    pub fn for_user(tenant: Tenant, user: User) -> Self {
        Self { tenant, user: Some(user), dry_run: false }
    }

    /// Whether the caller has the permission.
    pub fn may(&self, permission: Permission) -> bool {
        match &self.user {
            Some(user) => user.tenant_id == self.tenant.id && user.may(permission),
            None => permission.is_business_read(),
        }
    }

    /// Returns an error if the caller lacks the permission.
    pub fn require(&self, permission: Permission) -> Result<(), AppError> {
        if self.may(permission) {
            return Ok(());
        }
        Err(match &self.user {
            Some(user) => AppError::Forbidden { permission: permission.as_str(), role: Some(user.role.as_str()) },
            None => AppError::Forbidden { permission: permission.as_str(), role: None },
        })
    }

    /// The id of the user as text, for events.
    pub fn user_id(&self) -> Option<String> {
        self.user.as_ref().map(|user| user.id.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenants_own_work_reads_but_does_not_write() {
        let [acme, _] = crate::tenant::examples();
        let system = CallContext { tenant: acme, user: None, dry_run: false };
        assert!(system.may(Permission::ClientsRead));
        assert!(!system.may(Permission::NotificationsSend));
        assert!(!system.may(Permission::ScriptsRead));
    }
}
