//! The name of a host as people write it, and which hosts of URLs it means.

use std::{fmt, net::Ipv6Addr};

use serde::Serialize;
use url::Host;

use crate::{FieldError, FieldProblem};

/// Begins a pattern that means everything below a domain.
const BELOW: &str = "*.";

/// One host (`api.example.com`, `203.0.113.7`) or all below a domain (`*.example.com`), in the spelling that URLs have after parsing: small
/// letters, other alphabets in their ASCII form, addresses in their usual one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct HostPattern(String);

impl HostPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// The mistake, for the field `host`.
    ///
    /// ```
    /// use iota_scripts_domain::HostPattern;
    /// assert_eq!(HostPattern::parse(" *.Bücher.example. ").unwrap().as_str(), "*.xn--bcher-kva.example");
    /// assert!(HostPattern::parse("https://example.com/").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let wrong = |message: &str| Err(FieldError::new("host", FieldProblem::Invalid, message));
        if text.is_empty() {
            return Err(FieldError::new("host", FieldProblem::Required, "a host is not empty"));
        }
        let below = text.strip_prefix(BELOW);
        let host = match below.unwrap_or(text).parse::<Ipv6Addr>() {
            Ok(address) => Ok(Host::Ipv6(address)),
            Err(_) => Host::parse(below.unwrap_or(text)),
        };
        match (host, below) {
            (Ok(Host::Domain(name)), below) => {
                let name = name.strip_suffix('.').unwrap_or(&name);
                let whole = |part: &str| (1..=63).contains(&part.len()) && !part.contains('*');
                if name.len() > 253 || !name.split('.').all(whole) {
                    return wrong(
                        "a host's name has parts of 1 to 63 characters and 253 in all; only the first may be *",
                    );
                }
                Ok(Self(if below.is_some() { format!("{BELOW}{name}") } else { name.to_owned() }))
            }
            (Ok(address), None) => Ok(Self(address.to_string())),
            (Ok(_), Some(_)) => wrong("nothing lies below an address"),
            (Err(_), _) => wrong(
                "only the host's name, such as api.example.com or *.example.com, without http:// and without a port",
            ),
        }
    }

    /// The pattern.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it means the host of a parsed URL.
    ///
    /// ```
    /// use iota_scripts_domain::HostPattern;
    /// let below = HostPattern::parse("*.example.com").unwrap();
    /// assert!(below.matches("api.example.com"));
    /// assert!(!below.matches("example.com") && !below.matches("badexample.com"));
    /// ```
    #[must_use]
    pub fn matches(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        match self.0.strip_prefix('*') {
            None => host == self.0,
            Some(end) => host.len() > end.len() && host.ends_with(end),
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_kept_as_urls_spell_it() {
        for (written, kept) in [
            ("API.Example.COM", "api.example.com"),
            ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
            ("0x7f.1", "127.0.0.1"),
            ("2001:DB8::1", "[2001:db8::1]"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(HostPattern::parse(written).unwrap().as_str(), kept, "{written}");
        }
        let refused = [
            "",
            "*",
            "*.",
            "a..b",
            "a b",
            "user@host",
            "host:80",
            "a/b",
            "*.127.0.0.1",
            "a*.b",
            "*.*.b",
            "%00",
            "1.2.3.4.5",
        ];
        for wrong in refused {
            assert!(HostPattern::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_last_dot_of_a_name_makes_no_difference() {
        assert!(HostPattern::parse("example.com").unwrap().matches("example.com."));
        assert!(HostPattern::parse("*.example.com.").unwrap().matches("a.b.example.com."));
        assert!(!HostPattern::parse("example.com").unwrap().matches("a.example.com"));
    }
}
