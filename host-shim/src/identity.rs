//! Who acts: the tenant and, mostly, the user that the host has authenticated.
//!
//! The host makes these; the plugin only echoes them. An axum host inserts an [`Identity`] into the extensions
//! of each request.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// The tenant and user of a request. Clones share the data and its JSON text, which is serialized once: keep one for each session.
///
/// ```
/// use iota_scripts_host::{Identity, Tenant, User};
/// let ada = Identity::user(Tenant::new("t1", "Acme"), User::new("12", "Ada"));
/// assert_eq!(ada.tenant.name, "Acme");
/// ```
#[derive(Debug, Clone)]
pub struct Identity(Arc<Known>);

#[derive(Debug)]
struct Known {
    who: Who,
    text: OnceLock<Box<RawValue>>,
}

/// The data of an [`Identity`].
///
/// # Examples
/// An identity in its JSON form; fields that are not given have the defaults of a host's own work:
///
/// ```
/// use iota_scripts_host::{Identity, Who};
/// use serde_json::json;
///
/// let who: Who = serde_json::from_value(json!({"tenant": {"id": "acme"}}))?;
/// assert!(who.user.is_none() && !who.session);
/// let identity = Identity::from(who);
/// # let _ = identity;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The tenant whose data is accessible.
    pub tenant: Tenant,
    /// The user; `None` for the host's own work.
    #[serde(default)]
    pub user: Option<User>,
    /// Whether the request has a session.
    #[serde(default)]
    pub session: bool,
}

/// A tenant as scripts see it.
///
/// # Examples
/// ```
/// use iota_scripts_host::Tenant;
///
/// let tenant = Tenant::new("acme", "Acme").in_timezone("Asia/Tashkent").speaking("uz");
/// assert_eq!(tenant.timezone.as_deref(), Some("Asia/Tashkent"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// The host's id, as text of 1 to 128 characters.
    pub id: String,
    /// Display name.
    #[serde(default)]
    pub name: String,
    /// IANA zone, as in `Asia/Tashkent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Language tag, as in `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// A user as scripts see it.
///
/// # Examples
/// ```
/// use iota_scripts_host::User;
///
/// let ada = User::new("12", "Ada")
///     .reachable_at("ada@acme.example")
///     .speaking("ru")
///     .allowed(["scripts.read", "scripts.execute"])
///     .with_roles(["accountant"]);
/// assert_eq!(ada.permissions.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The host's id, as text of 1 to 128 characters.
    pub id: String,
    /// Display name.
    #[serde(default)]
    pub name: String,
    /// Email address, if the host provides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Language tag, as in `ru`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Names of the user's permissions.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Names of their roles.
    #[serde(default)]
    pub roles: Vec<String>,
}

impl Identity {
    /// A user with a session.
    #[must_use]
    pub fn user(tenant: Tenant, user: User) -> Self {
        Who { tenant, user: Some(user), session: true }.into()
    }

    /// The host itself, working for a tenant: no user, no session.
    ///
    /// # Examples
    /// ```
    /// use iota_scripts_host::{Identity, Tenant};
    ///
    /// let nightly = Identity::host(Tenant::new("acme", "Acme"));
    /// assert!(nightly.user.is_none());
    /// ```
    #[must_use]
    pub fn host(tenant: Tenant) -> Self {
        Who { tenant, user: None, session: false }.into()
    }

    /// Checks whether the user's list contains this permission. An identity without a user has none.
    ///
    /// # Examples
    /// ```
    /// use iota_scripts_host::{Identity, Tenant, User};
    ///
    /// let tenant = Tenant::new("acme", "Acme");
    /// let ada = Identity::user(tenant.clone(), User::new("12", "Ada").allowed(["scripts.read"]));
    /// assert!(ada.has_permission("scripts.read") && !ada.has_permission("scripts.delete"));
    /// assert!(!Identity::host(tenant).has_permission("scripts.read"));
    /// ```
    #[must_use]
    pub fn has_permission(&self, permission: &str) -> bool {
        self.user.as_ref().is_some_and(|user| user.permissions.iter().any(|own| own == permission))
    }
}

impl From<Who> for Identity {
    fn from(who: Who) -> Self {
        Self(Arc::new(Known { who, text: OnceLock::new() }))
    }
}

impl Deref for Identity {
    type Target = Who;

    fn deref(&self) -> &Who {
        &self.0.who
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.who == other.0.who
    }
}

impl Eq for Identity {}

impl Serialize for Identity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Known { who, text } = &*self.0;
        // Serializing strings and lists of them cannot fail.
        text.get_or_init(|| to_raw_value(who).unwrap_or_else(|_| RawValue::NULL.to_owned())).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Identity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Who::deserialize(deserializer).map(Self::from)
    }
}

impl Tenant {
    /// A tenant without a time zone and a language.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), timezone: None, locale: None }
    }

    /// In this IANA time zone.
    #[must_use]
    pub fn in_timezone(mut self, zone: impl Into<String>) -> Self {
        self.timezone = Some(zone.into());
        self
    }

    /// With this language.
    #[must_use]
    pub fn speaking(mut self, locale: impl Into<String>) -> Self {
        self.locale = Some(locale.into());
        self
    }
}

impl User {
    /// A user who may do nothing yet.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), email: None, locale: None, permissions: Vec::new(), roles: Vec::new() }
    }

    /// With this address.
    #[must_use]
    pub fn reachable_at(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// With this language.
    #[must_use]
    pub fn speaking(mut self, locale: impl Into<String>) -> Self {
        self.locale = Some(locale.into());
        self
    }

    /// Allowed these permissions too.
    #[must_use]
    pub fn allowed<I: IntoIterator<Item = S>, S: Into<String>>(mut self, permissions: I) -> Self {
        self.permissions.extend(permissions.into_iter().map(Into::into));
        self
    }

    /// In these roles too.
    #[must_use]
    pub fn with_roles<I: IntoIterator<Item = S>, S: Into<String>>(mut self, roles: I) -> Self {
        self.roles.extend(roles.into_iter().map(Into::into));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_wire_form_is_the_one_of_the_contract() {
        let tenant = Tenant::new("t1", "Acme").in_timezone("Asia/Tashkent");
        let identity = Identity::user(tenant, User::new("12", "Ada").allowed(["scripts.read"]));
        assert_eq!(
            serde_json::to_value(&identity).unwrap(),
            json!({"tenant": {"id": "t1", "name": "Acme", "timezone": "Asia/Tashkent"},
                   "user": {"id": "12", "name": "Ada", "permissions": ["scripts.read"], "roles": []},
                   "session": true})
        );
        let host = serde_json::to_value(Identity::host(Tenant::new("t1", ""))).unwrap();
        assert_eq!(host["user"], serde_json::Value::Null);
    }

    #[test]
    fn unknown_fields_are_ignored_and_missing_ones_default() {
        let identity: Identity = serde_json::from_value(json!({"tenant": {"id": "t"}, "extra": 1})).unwrap();
        assert_eq!(identity, Identity::host(Tenant::new("t", "")));
        assert!(!identity.has_permission("anything"));
    }
}
