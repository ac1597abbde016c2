//! Permissions, and the roles that have them.

/// A permission of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    ClientsRead,
    ClientsCreate,
    ClientsUpdate,
    ClientsDelete,
    ProductsRead,
    ProductsCreate,
    ProductsUpdate,
    OrdersRead,
    OrdersCreate,
    OrdersProcess,
    InvoicesRead,
    InvoicesCreate,
    InvoicesUpdate,
    NotificationsRead,
    NotificationsSend,
    ReportsView,
    EventsRead,
    ScriptsCreate,
    ScriptsRead,
    ScriptsUpdate,
    ScriptsDelete,
    ScriptsExecute,
    ScriptsManageEndpoints,
}

/// Every permission with its name, in the order in which pages and documents show them.
const NAMES: [(Permission, &str); 23] = [
    (Permission::ClientsRead, "clients.read"),
    (Permission::ClientsCreate, "clients.create"),
    (Permission::ClientsUpdate, "clients.update"),
    (Permission::ClientsDelete, "clients.delete"),
    (Permission::ProductsRead, "products.read"),
    (Permission::ProductsCreate, "products.create"),
    (Permission::ProductsUpdate, "products.update"),
    (Permission::OrdersRead, "orders.read"),
    (Permission::OrdersCreate, "orders.create"),
    (Permission::OrdersProcess, "orders.process"),
    (Permission::InvoicesRead, "invoices.read"),
    (Permission::InvoicesCreate, "invoices.create"),
    (Permission::InvoicesUpdate, "invoices.update"),
    (Permission::NotificationsRead, "notifications.read"),
    (Permission::NotificationsSend, "notifications.send"),
    (Permission::ReportsView, "reports.view"),
    (Permission::EventsRead, "events.read"),
    (Permission::ScriptsCreate, "scripts.create"),
    (Permission::ScriptsRead, "scripts.read"),
    (Permission::ScriptsUpdate, "scripts.update"),
    (Permission::ScriptsDelete, "scripts.delete"),
    (Permission::ScriptsExecute, "scripts.execute"),
    (Permission::ScriptsManageEndpoints, "scripts.manage_endpoints"),
];

impl Permission {
    /// All permissions.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.into_iter().map(|(permission, _)| permission)
    }

    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(permission, _)| *permission == self).map_or("", |(_, name)| name)
    }

    pub fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(permission, _)| *permission)
    }

    /// Read access to business data: granted to every user who can sign in, and to calls without a user.
    pub const fn is_business_read(self) -> bool {
        matches!(
            self,
            Self::ClientsRead
                | Self::ProductsRead
                | Self::OrdersRead
                | Self::InvoicesRead
                | Self::NotificationsRead
                | Self::ReportsView
                | Self::EventsRead
        )
    }
}

/// A user's role in a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Admin,
    Author,
    Viewer,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Author => "author",
            Self::Viewer => "viewer",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Admin, Self::Author, Self::Viewer].into_iter().find(|role| role.as_str() == text)
    }

    /// Whether the role has a permission.
    pub const fn allows(self, permission: Permission) -> bool {
        let writes_scripts =
            matches!(permission, Permission::ScriptsCreate | Permission::ScriptsUpdate | Permission::ScriptsExecute);
        let reads = permission.is_business_read() || matches!(permission, Permission::ScriptsRead);
        match self {
            Self::Admin => true,
            Self::Author => reads || writes_scripts,
            Self::Viewer => reads,
        }
    }

    /// The names of all permissions of the role.
    pub fn permissions(self) -> Vec<&'static str> {
        Permission::all().filter(|permission| self.allows(*permission)).map(Permission::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_a_name_that_reads_back() {
        for permission in Permission::all() {
            assert_eq!(Permission::parse(permission.as_str()), Some(permission));
        }
        assert_eq!(Permission::parse("scripts.everything"), None);
    }

    #[test]
    fn viewers_read_authors_write_scripts_admins_do_all() {
        assert!(Permission::all().all(|permission| Role::Admin.allows(permission)));
        assert!(Role::Author.allows(Permission::ScriptsExecute));
        assert!(!Role::Author.allows(Permission::ScriptsDelete));
        assert!(!Role::Author.allows(Permission::NotificationsSend));
        assert!(Role::Viewer.allows(Permission::ScriptsRead));
        assert!(!Role::Viewer.allows(Permission::ScriptsExecute));
        assert!(!Role::Viewer.allows(Permission::OrdersCreate));
    }
}
