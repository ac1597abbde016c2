//! The identity that the host authenticated, carried with every request and echoed to the host.
//!
//! Permissions are not decided here: the host's RBAC does that, through [`crate::ports::HostGateway`].

use std::sync::Arc;

use iota_scripts_domain::{TemplateLocale, TenantId, TimeZone, UserId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The tenant, and optionally the user, on whose behalf an action happens. Clones share the host's data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// The tenant of the request.
    #[serde(serialize_with = "shared::write", deserialize_with = "shared::read")]
    pub tenant: Arc<Tenant>,
    /// `None` if the host itself acts.
    #[serde(default, serialize_with = "shared::write_some", deserialize_with = "shared::read_some")]
    pub user: Option<Arc<User>>,
    /// Whether the request came with a session (and not, for example, with a public link).
    #[serde(default)]
    pub session: bool,
    /// Further members from the host; echoed unchanged.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A tenant as the host describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    /// The host's id of the tenant.
    pub id: TenantId,
    /// Its display name.
    #[serde(default)]
    pub name: String,
    /// Further members from the host: `timezone`, `locale`, …
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Tenant {
    /// Returns its time zone, if the host provides a valid one.
    #[must_use]
    pub fn timezone(&self) -> Option<TimeZone> {
        TimeZone::parse(self.extra.get("timezone")?.as_str()?).ok()
    }

    /// Returns its language, if the host provides one.
    #[must_use]
    pub fn locale(&self) -> Option<TemplateLocale> {
        TemplateLocale::parse(self.extra.get("locale")?.as_str()?).ok()
    }
}

/// A user as the host describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The host's id of the user.
    pub id: UserId,
    /// Further members from the host: `name`, `email`, `locale`, `permissions`, `roles`, …
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Identity {
    /// Creates the identity of the host itself, acting for a tenant without a user.
    #[must_use]
    pub fn system(tenant: TenantId) -> Self {
        let tenant = Tenant { id: tenant, name: String::new(), extra: Map::new() };
        Self { tenant: Arc::new(tenant), user: None, session: false, extra: Map::new() }
    }

    /// Returns the tenant's id.
    #[must_use]
    pub fn tenant_id(&self) -> &TenantId {
        &self.tenant.id
    }

    /// Returns the author of a change: the user, or `system` if the host itself acts.
    #[must_use]
    pub fn author(&self) -> UserId {
        self.user_id().cloned().unwrap_or_else(UserId::system)
    }

    /// Returns the user's id, if a user acts.
    #[must_use]
    pub fn user_id(&self) -> Option<&UserId> {
        self.user.as_ref().map(|user| &user.id)
    }
}

/// Serializes an `Arc` as its content.
mod shared {
    use super::{Arc, Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn write<T: Serialize, S: Serializer>(value: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize(value, serializer)
    }

    pub(super) fn read<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<T>, D::Error> {
        T::deserialize(deserializer).map(Arc::new)
    }

    #[expect(clippy::ref_option, reason = "the shape that serde takes")]
    pub(super) fn write_some<T: Serialize, S: Serializer>(
        value: &Option<Arc<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_deref().serialize(serializer)
    }

    pub(super) fn read_some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Arc<T>>, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map(Arc::new))
    }
}
