//! Users: people of one tenant, with a role and a language for the pages. Ids are integers.

use std::fmt;

use crate::access::{Permission, Role};
use crate::db::{DbError, Row};
use crate::tenant::TenantId;

/// The id of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UserId(pub i64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The language of a user's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    En,
    Ru,
    Uz,
}

impl Locale {
    pub const ALL: [Self; 3] = [Self::En, Self::Ru, Self::Uz];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::Uz => "uz",
        }
    }

    /// The language's own name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ru => "Русский",
            Self::Uz => "Oʻzbekcha",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.as_str() == text)
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub tenant_id: TenantId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub locale: Locale,
}

impl User {
    /// The columns that `from_row` reads.
    pub const COLUMNS: &'static str = "u.id, u.tenant_id, u.email, u.name, u.role, u.locale";

    /// Reads a row of `erp_users u`. An unknown role is read as the weakest one.
    pub fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: UserId(row.int("id")?),
            tenant_id: TenantId::new(row.text("tenant_id")?),
            email: row.text("email")?,
            name: row.text("name")?,
            role: Role::parse(&row.text("role")?).unwrap_or(Role::Viewer),
            locale: Locale::parse(&row.text("locale")?).unwrap_or(Locale::En),
        })
    }

    /// Whether the user's role has the permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.role.allows(permission)
    }
}
