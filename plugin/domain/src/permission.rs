//! The six permissions that the plugin checks through the host's RBAC. Their ids never change, because hosts store them with roles.

use std::fmt;

use serde::{Serialize, Serializer};
use uuid::{Uuid, uuid};

/// A permission to work with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Create scripts.
    Create,
    /// View scripts, their versions and runs.
    Read,
    /// Edit, activate, deactivate and restore scripts.
    Update,
    /// Delete scripts.
    Delete,
    /// Run scripts manually.
    Execute,
    /// Manage endpoints and everything else that opens scripts to the outside: allowed hosts, write access to host tables, run-as users,
    /// pausing of schedules.
    ManageEndpoints,
}

impl Permission {
    /// The resource of all permissions.
    pub const RESOURCE: &'static str = "scripts";

    /// All six.
    pub const ALL: [Self; 6] =
        [Self::Create, Self::Read, Self::Update, Self::Delete, Self::Execute, Self::ManageEndpoints];

    /// Returns the id that hosts store.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::Create => uuid!("5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d01"),
            Self::Read => uuid!("5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d02"),
            Self::Update => uuid!("5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d03"),
            Self::Delete => uuid!("5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d04"),
            Self::Execute => uuid!("5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d05"),
            Self::ManageEndpoints => uuid!("5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d06"),
        }
    }

    /// Returns the name, such as `scripts.create`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "scripts.create",
            Self::Read => "scripts.read",
            Self::Update => "scripts.update",
            Self::Delete => "scripts.delete",
            Self::Execute => "scripts.execute",
            Self::ManageEndpoints => "scripts.manage_endpoints",
        }
    }

    /// Returns the action, such as `create`.
    #[must_use]
    pub fn action(self) -> &'static str {
        self.name().trim_start_matches("scripts.")
    }

    /// Parses a name.
    ///
    /// ```
    /// use iota_scripts_domain::Permission;
    /// assert_eq!(Permission::parse("scripts.execute"), Some(Permission::Execute));
    /// ```
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.name() == name)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ids_are_unique_and_never_change() {
        let lines: Vec<String> = Permission::ALL.iter().map(|p| format!("{} {} {}", p.id(), p, p.action())).collect();
        assert_eq!(
            lines,
            [
                "5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d01 scripts.create create",
                "5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d02 scripts.read read",
                "5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d03 scripts.update update",
                "5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d04 scripts.delete delete",
                "5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d05 scripts.execute execute",
                "5c1d9a3e-6f0b-4f0e-9a51-2b7f4c8e1d06 scripts.manage_endpoints manage_endpoints",
            ]
        );
    }
}
