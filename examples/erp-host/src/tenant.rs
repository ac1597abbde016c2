//! Tenants: customers who share the application but not their data. The example has two, with fixed ids, so that documents and tests can
//! refer to them.

use std::fmt;

use chrono_tz::Tz;
use serde::Serialize;

/// The id of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct TenantId(String);

impl TenantId {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    /// Short name in logins and order numbers: `acme`.
    pub slug: String,
    pub name: String,
    /// Host name of its public pages.
    pub domain: String,
    pub time_zone: Tz,
    /// ISO 4217.
    pub currency: String,
}

/// The tenants of the example.
pub fn examples() -> [Tenant; 2] {
    [
        Tenant {
            id: TenantId::new("0198c0de-acce-7000-8000-000000000001"),
            slug: "acme".to_owned(),
            name: "Acme Savdo".to_owned(),
            domain: "acme.localhost".to_owned(),
            time_zone: Tz::Asia__Tashkent,
            currency: "UZS".to_owned(),
        },
        Tenant {
            id: TenantId::new("0198c0de-910b-7000-8000-000000000002"),
            slug: "globex".to_owned(),
            name: "Globex GmbH".to_owned(),
            domain: "globex.localhost".to_owned(),
            time_zone: Tz::Europe__Berlin,
            currency: "EUR".to_owned(),
        },
    ]
}
