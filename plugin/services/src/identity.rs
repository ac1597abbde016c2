//! Who acts: the identity that the host authenticated, carried with every request and echoed to the host.
//!
//! Nothing here decides what an identity may do: the host's RBAC does, through [`crate::ports::HostGateway`].

use std::sync::Arc;

use iota_scripts_domain::{TemplateLocale, TenantId, TimeZone, UserId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The tenant, and the user when there is one, on whose behalf something happens. Clones share what the host says of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// The tenant that everything of this request belongs to.
    #[serde(serialize_with = "shared::write", deserialize_with = "shared::read")]
    pub tenant: Arc<Tenant>,
    /// Absent when the host itself acts.
    #[serde(default, serialize_with = "shared::write_some", deserialize_with = "shared::read_some")]
    pub user: Option<Arc<User>>,
    /// Whether the request came with a session (and not, say, with a public link).
    #[serde(default)]
    pub session: bool,
    /// What else the host put in; echoed as it came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A tenant as the host describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    /// The host's id of the tenant.
    pub id: TenantId,
    /// Its name for people.
    #[serde(default)]
    pub name: String,
    /// What else the host says of it: `timezone`, `locale`, …
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Tenant {
    /// Its clock, when the host tells one that exists.
    #[must_use]
    pub fn timezone(&self) -> Option<TimeZone> {
        TimeZone::parse(self.extra.get("timezone")?.as_str()?).ok()
    }

    /// Its language, when the host tells one.
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
    /// What else the host says: `name`, `email`, `locale`, `permissions`, `roles`, …
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Identity {
    /// The host itself, acting for a tenant without a user.
    #[must_use]
    pub fn system(tenant: TenantId) -> Self {
        let tenant = Tenant { id: tenant, name: String::new(), extra: Map::new() };
        Self { tenant: Arc::new(tenant), user: None, session: false, extra: Map::new() }
    }

    /// The tenant's id.
    #[must_use]
    pub fn tenant_id(&self) -> &TenantId {
        &self.tenant.id
    }

    /// Whose name a change bears: the user's, or `system` when the host itself acts.
    #[must_use]
    pub fn author(&self) -> UserId {
        self.user_id().cloned().unwrap_or_else(UserId::system)
    }

    /// The user's id, if a user acts.
    #[must_use]
    pub fn user_id(&self) -> Option<&UserId> {
        self.user.as_ref().map(|user| &user.id)
    }
}

/// What is shared, as if it were not.
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
