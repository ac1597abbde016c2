//! On whose behalf a use case runs, and whether they may do it.
//!
//! `CallContext::require` is the only permission check of the application. Calls without a user (work that the
//! plugin does for the tenant itself) may read everything and write nothing: a script that writes on a schedule
//! runs as a named user.

use crate::access::Permission;
use crate::error::AppError;
use crate::tenant::Tenant;
use crate::user::User;

/// On whose behalf a use case runs.
#[derive(Debug, Clone)]
pub struct CallContext {
    pub tenant: Tenant,
    /// Absent for the tenant's own work.
    pub user: Option<User>,
    /// Checks and answers as usual, but leaves nothing behind: no row, no event.
    pub dry_run: bool,
}

impl CallContext {
    /// A user's own call.
    pub fn for_user(tenant: Tenant, user: User) -> Self {
        Self { tenant, user: Some(user), dry_run: false }
    }

    /// Whether the caller may do something.
    pub fn may(&self, permission: Permission) -> bool {
        match &self.user {
            Some(user) => user.tenant_id == self.tenant.id && user.may(permission),
            None => permission.is_business_read(),
        }
    }

    /// Refuses the caller who lacks a permission.
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
