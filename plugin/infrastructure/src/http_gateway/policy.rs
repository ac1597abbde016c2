//! Checks the URL of a request as it is written: scheme, port and host. Names are not resolved here.

use std::{net::IpAddr, sync::Arc};

use iota_scripts_domain::{FaultCode, HostPattern};
use iota_scripts_services::ports::HttpError;
use url::{Host, Url};

use super::{HttpGatewayConfig, address::AddressPolicy};

/// The hosts, ports and addresses that the operator allows and denies.
pub(super) struct UrlPolicy {
    allow: Vec<HostPattern>,
    deny: Vec<HostPattern>,
    ports: Vec<u16>,
    addresses: Arc<AddressPolicy>,
}

impl UrlPolicy {
    pub(super) fn new(config: &HttpGatewayConfig, addresses: Arc<AddressPolicy>) -> Self {
        Self { allow: config.allow.clone(), deny: config.deny.clone(), ports: config.ports.clone(), addresses }
    }

    /// Returns an error if the URL is not allowed. `allowed` are the hosts that the tenant allows in addition.
    pub(super) fn check(&self, url: &Url, allowed: &[HostPattern]) -> Result<(), HttpError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(blocked(format!("unsupported scheme {}; use http or https", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let message = "the URL contains a user name or password; send them in the Authorization header";
            return Err(blocked(message.to_owned()));
        }
        let port = url.port_or_known_default().unwrap_or(0);
        if !self.ports.contains(&port) {
            return Err(blocked(format!("port {port} is not allowed; the operator can allow it (http.ports)")));
        }
        let (Some(host), Some(name)) = (url.host(), url.host_str()) else {
            return Err(blocked("the URL has no host".to_owned()));
        };
        if self.deny.iter().any(|denied| denied.matches(name)) {
            return Err(blocked(format!("the operator blocks requests to {name}")));
        }
        if !allowed.iter().chain(&self.allow).any(|allowed| allowed.matches(name)) {
            let message =
                format!("{name} is not an allowed host; an administrator can add it on the page Allowed hosts");
            return Err(blocked(message));
        }
        let address = match host {
            Host::Domain(_) => return Ok(()),
            Host::Ipv4(address) => IpAddr::V4(address),
            Host::Ipv6(address) => IpAddr::V6(address),
        };
        match self.addresses.denial_reason(address) {
            None => Ok(()),
            Some(why) => Err(blocked(format!(
                "the address {name} is {why} and not allowed; the operator can allow it (http.allow_addresses)"
            ))),
        }
    }
}

pub(super) fn blocked(message: String) -> HttpError {
    HttpError::new(FaultCode::HttpBlocked, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_gateway::AddressRange;

    fn patterns(hosts: &[&str]) -> Vec<HostPattern> {
        hosts.iter().map(|host| HostPattern::parse(host).unwrap()).collect()
    }

    fn url_policy() -> UrlPolicy {
        UrlPolicy {
            allow: patterns(&["status.example.com"]),
            deny: patterns(&["*.internal", "bad.example.com"]),
            ports: vec![80, 443, 8080],
            addresses: Arc::new(AddressPolicy::new(vec![AddressRange::parse("10.0.0.5").unwrap()])),
        }
    }

    fn check(url: &str, allowed: &[&str]) -> Result<(), String> {
        url_policy().check(&Url::parse(url).unwrap(), &patterns(allowed)).map_err(|error| error.message)
    }

    #[test]
    fn hosts_allowed_by_tenant_or_operator_pass() {
        for url in [
            "https://api.example.com/x",
            "http://API.EXAMPLE.COM.:8080/",
            "https://a.b.example.org",
            "https://status.example.com",
        ] {
            assert_eq!(check(url, &["api.example.com", "*.example.org"]), Ok(()), "{url}");
        }
        assert_eq!(check("http://10.0.0.5/", &["10.0.0.5"]), Ok(()));
        assert_eq!(check("http://[2606:4700::1111]/", &["2606:4700::1111"]), Ok(()));
    }

    #[test]
    fn other_urls_are_blocked() {
        let all = [
            "*.example.com",
            "example.com",
            "*.internal",
            "127.0.0.1",
            "10.0.0.6",
            "::1",
            "::ffff:7f00:1",
            "0.0.0.0",
            "8.8.8.8",
        ];
        for (url, word) in [
            ("ftp://api.example.com/", "unsupported scheme"),
            ("file:///etc/passwd", "unsupported scheme"),
            ("https://user@api.example.com/", "Authorization"),
            ("https://:pw@api.example.com/", "Authorization"),
            ("https://api.example.com:22/", "port 22"),
            ("https://other.org/", "not an allowed host"),
            ("https://api.example.com.evil.org/", "not an allowed host"),
            ("https://evil.org/api.example.com", "not an allowed host"),
            ("https://bad.example.com/", "blocks"),
            ("http://db.internal/", "blocks"),
            ("http://127.0.0.1/", "loopback"),
            ("http://2130706433/", "loopback"),
            ("http://0x7f000001/", "loopback"),
            ("http://0177.0.0.1/", "loopback"),
            ("http://127.1/", "loopback"),
            ("http://①②⑦.0.0.1/", "loopback"),
            ("http://[::1]/", "loopback"),
            ("http://[::ffff:127.0.0.1]/", "embedded"),
            ("http://0/", "unspecified"),
            ("http://10.0.0.6/", "private"),
        ] {
            let refused = check(url, &all).unwrap_err();
            assert!(refused.contains(word), "{url}: {refused}");
        }
    }
}
