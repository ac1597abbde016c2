//! Decides which IP addresses scripts may reach: public ones and those that the operator allows.
//!
//! For IPv6 the rule is an allow list: an address that is not known to be public is refused, and so is every form that embeds an IPv4
//! address.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ipnet::IpNet;

/// A text that is not an IP address or a range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{}\" is not an IP address or a range such as 10.1.0.0/16", .text.escape_debug())]
pub struct InvalidAddressRange {
    text: String,
    source: ipnet::AddrParseError,
}

/// An address or a range of addresses, such as `10.1.2.3` or `10.1.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange(IpNet);

impl AddressRange {
    /// Parses an address or a range.
    ///
    /// # Errors
    /// [`InvalidAddressRange`] with the text.
    pub fn parse(text: &str) -> Result<Self, InvalidAddressRange> {
        let one = text.parse::<IpAddr>().map(IpNet::from);
        let range = one.or_else(|_| text.parse::<IpNet>());
        range.map(Self).map_err(|source| InvalidAddressRange { text: text.to_owned(), source })
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Decides which addresses may be reached.
#[derive(Debug)]
pub(super) struct AddressPolicy {
    allowed: Vec<AddressRange>,
}

impl AddressPolicy {
    pub(super) const fn new(allowed: Vec<AddressRange>) -> Self {
        Self { allowed }
    }

    /// Returns why an address may not be reached, or `None` if it may.
    pub(super) fn denial_reason(&self, address: IpAddr) -> Option<&'static str> {
        if self.allowed.iter().any(|range| range.0.contains(&address)) {
            return None;
        }
        match address {
            IpAddr::V4(address) => v4(address),
            IpAddr::V6(address) => v6(address),
        }
    }
}

/// IPv4 ranges that are not public: those that IANA reserves for special purposes, and the address of a large cloud's metadata service.
const V4: [(Ipv4Addr, u32, &str); 18] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "unspecified"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "shared by a provider's customers"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a cloud's metadata"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local or a cloud's metadata"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "reserved for special purposes"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "reserved for documentation"),
    (Ipv4Addr::new(192, 31, 196, 0), 24, "reserved for special purposes"),
    (Ipv4Addr::new(192, 52, 193, 0), 24, "reserved for special purposes"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "reserved for special purposes"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(192, 175, 48, 0), 24, "reserved for special purposes"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "reserved for benchmarks"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "reserved for documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "reserved for documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 3, "multicast or reserved"),
];

fn v4(address: Ipv4Addr) -> Option<&'static str> {
    let within = |net: Ipv4Addr, length: u32| (address.to_bits() ^ net.to_bits()) >> (32 - length) == 0;
    V4.into_iter().find(|(net, length, _)| within(*net, *length)).map(|(_, _, why)| why)
}

/// Ranges within the global unicast addresses of IPv6 that are not public.
const V6: [(Ipv6Addr, u32, &str); 5] = [
    // Includes Teredo, which embeds an IPv4 address.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "reserved for special purposes"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "reserved for documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "an embedded IPv4 address"),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48, "reserved for special purposes"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "reserved for documentation"),
];

fn v6(address: Ipv6Addr) -> Option<&'static str> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("unspecified"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("loopback"),
        // IPv4-compatible, IPv4-mapped and IPv4-translated addresses, and both prefixes of NAT64.
        [0, 0, 0, 0, 0 | 0xffff, 0 | 0xffff, _, _] | [0x64, 0xff9b, ..] => Some("an embedded IPv4 address"),
        // ISATAP embeds the IPv4 address in its last half, after any prefix.
        [.., 0 | 0x200, 0x5efe, _, _] => Some("an embedded IPv4 address"),
        [first, ..] if first & 0xfe00 == 0xfc00 => Some("private"),
        [first, ..] if first & 0xff80 == 0xfe80 => Some("link-local"),
        [first, ..] if first & 0xff00 == 0xff00 => Some("multicast"),
        [first, ..] if first & 0xe000 != 0x2000 => Some("not public"),
        _ => {
            let within = |net: Ipv6Addr, length: u32| (address.to_bits() ^ net.to_bits()) >> (128 - length) == 0;
            V6.into_iter().find(|(net, length, _)| within(*net, *length)).map(|(_, _, why)| why)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policy(allowed: &[&str]) -> AddressPolicy {
        AddressPolicy::new(allowed.iter().map(|range| AddressRange::parse(range).unwrap()).collect())
    }

    fn refused(address: &str) -> bool {
        policy(&[]).denial_reason(address.parse().unwrap()).is_some()
    }

    #[test]
    fn internal_addresses_are_denied_in_every_form() {
        for address in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.255",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::7f00:1",
            "2001::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
            "5f00::1",
            "2a00:1450::5efe:7f00:1",
            "2a00:1450::200:5efe:7f00:1",
        ] {
            assert!(refused(address), "{address}");
        }
    }

    #[test]
    fn public_addresses_are_allowed() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.215.14",
            "172.15.0.1",
            "172.32.0.1",
            "100.128.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4001::1",
        ] {
            assert!(!refused(address), "{address}");
        }
    }

    #[test]
    fn the_operator_allows_exactly_the_named_ranges() {
        let policy = policy(&["127.0.0.1", "10.1.0.0/16"]);
        let refuses = |address: &str| policy.denial_reason(address.parse().unwrap()).is_some();
        assert!(!refuses("127.0.0.1") && !refuses("10.1.255.1"));
        assert!(refuses("127.0.0.2") && refuses("10.2.0.1") && refuses("::ffff:127.0.0.1"));
        assert!(AddressRange::parse("10.1.0.0/33").is_err() && AddressRange::parse("localhost").is_err());
    }

    proptest! {
        /// Every address that the standard library considers special is refused. It knows fewer ranges.
        #[test]
        fn special_addresses_of_the_standard_library_are_denied(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let special = address.is_private() || address.is_loopback() || address.is_link_local() || address.is_broadcast()
                || address.is_documentation() || address.is_multicast() || address.is_unspecified();
            prop_assert!(!special || v4(address).is_some());
        }

        #[test]
        fn ipv6_addresses_with_an_embedded_ipv4_address_are_denied(bits: u32, rest: u64) {
            let [high, low] = [(bits >> 16) as u16, (bits & 0xffff) as u16];
            for address in [
                Ipv4Addr::from_bits(bits).to_ipv6_mapped(),
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::from_bits(0x2001_0000_u128 << 96 | u128::from(rest) << 32 | u128::from(!bits)),
            ] {
                prop_assert!(v6(address).is_some(), "{address}");
            }
        }

        #[test]
        fn every_public_ipv6_address_is_global_unicast(bits: u128) {
            let address = Ipv6Addr::from_bits(bits);
            prop_assert!(v6(address).is_some() || address.segments()[0] >> 13 == 1);
        }
    }
}
