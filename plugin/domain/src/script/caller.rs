//! The identity of an endpoint's caller, for throttling.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use crate::UserId;

/// A user, or the IP address of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EndpointCaller(String);

impl EndpointCaller {
    /// A caller with a session.
    #[must_use]
    pub fn user(user: &UserId) -> Self {
        Self(format!("user:{user}"))
    }

    /// A caller without a session, by IP address. An IPv6 address counts as its /64 network, because a client usually controls all of it.
    ///
    /// ```
    /// use iota_scripts_domain::EndpointCaller;
    /// let at = |ip| EndpointCaller::address(Some(ip)).to_string();
    /// assert_eq!(at("203.0.113.7"), "address:203.0.113.7");
    /// assert_eq!(at("2001:db8::1"), at("2001:db8::2"));
    /// assert_eq!(at("::ffff:203.0.113.7"), at("203.0.113.7"));
    /// ```
    #[must_use]
    pub fn address(ip: Option<&str>) -> Self {
        match ip.and_then(|ip| ip.parse::<IpAddr>().ok()).map(|ip| ip.to_canonical()) {
            None => Self::unknown(),
            Some(IpAddr::V4(ip)) => Self(format!("address:{ip}")),
            Some(IpAddr::V6(ip)) => {
                let network = Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64));
                Self(format!("address:{network}/64"))
            }
        }
    }

    /// A caller that the host does not identify.
    #[must_use]
    pub fn unknown() -> Self {
        Self("unknown".to_owned())
    }

    /// Restores a caller from its stored text.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns whether the caller is identified. Unidentified callers are never throttled, because they cannot be told apart.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.0 != "unknown"
    }

    /// Returns the user, if the caller is one.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        UserId::parse(self.0.strip_prefix("user:")?).ok()
    }

    /// Returns the stored text: `user:` and the id, `address:` and the address, or `unknown`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EndpointCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
