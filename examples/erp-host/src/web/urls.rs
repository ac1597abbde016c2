//! Paths with a query, encoded so that values cannot change their structure.

/// A text as part of a query or a path.
pub(super) fn encode(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    text.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A query string from its pairs.
pub(super) fn query<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    pairs.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

/// The target after signing in: a path of this host, never another site.
pub(super) fn local_path(target: &str) -> &str {
    let is_local = target.starts_with('/') && !target.starts_with("//") && !target.contains(['\\', '\r', '\n']);
    if is_local { target } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_end_a_query() {
        assert_eq!(query([("q", "a&b=ü"), ("page", "2")].into_iter()), "q=a%26b%3D%C3%BC&page=2");
    }

    #[test]
    fn only_paths_of_this_host_are_followed() {
        assert_eq!(local_path("/orders?page=2"), "/orders?page=2");
        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
