//! Patterns of host names, parsed from user input and matched against the hosts of URLs.

use std::{fmt, net::Ipv6Addr};

use serde::Serialize;
use url::Host;

use crate::{FieldError, FieldProblem};

/// Prefix of a pattern that matches all subdomains of a domain.
const WILDCARD: &str = "*.";

/// One host (`api.example.com`, `203.0.113.7`) or all subdomains of a domain (`*.example.com`), in the form of a parsed URL: lower case,
/// international names in Punycode, IP addresses in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct HostPattern(String);

impl HostPattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `host`.
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
            return Err(FieldError::new("host", FieldProblem::Required, "enter a host, such as api.example.com"));
        }
        let wildcard = text.strip_prefix(WILDCARD);
        let host = match wildcard.unwrap_or(text).parse::<Ipv6Addr>() {
            Ok(address) => Ok(Host::Ipv6(address)),
            Err(_) => Host::parse(wildcard.unwrap_or(text)),
        };
        match (host, wildcard) {
            (Ok(Host::Domain(name)), wildcard) => {
                let name = name.strip_suffix('.').unwrap_or(&name);
                let whole = |part: &str| (1..=63).contains(&part.len()) && !part.contains('*');
                if name.len() > 253 || !name.split('.').all(whole) {
                    return wrong(
                        "labels have 1 to 63 characters, a host name at most 253; only the first label can be *",
                    );
                }
                Ok(Self(if wildcard.is_some() { format!("{WILDCARD}{name}") } else { name.to_owned() }))
            }
            (Ok(address), None) => Ok(Self(address.to_string())),
            (Ok(_), Some(_)) => wrong("an IP address has no subdomains; enter it without *."),
            (Err(_), _) => {
                wrong("enter only a host name, such as api.example.com or *.example.com, without http:// and port")
            }
        }
    }

    /// Returns the pattern.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the pattern matches the host of a parsed URL.
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
    fn a_pattern_is_normalized_like_the_host_of_a_url() {
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
    fn a_trailing_dot_is_ignored() {
        assert!(HostPattern::parse("example.com").unwrap().matches("example.com."));
        assert!(HostPattern::parse("*.example.com.").unwrap().matches("a.b.example.com."));
        assert!(!HostPattern::parse("example.com").unwrap().matches("a.example.com"));
    }
}
