//! The headers that a script may send: all well-formed ones that neither frame the message nor control proxies.

use serde_json::{Map, Value};

use super::plain::plain;

/// Headers that the client sets itself, or that address the next hop instead of the server.
const RESERVED: [&str; 13] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "via",
];
/// Maximum number of a request's headers.
const MAX_HEADERS: usize = 64;
/// Maximum size of a header's value in bytes.
const MAX_VALUE_BYTES: usize = 8 * 1024;

/// A header that cannot be sent.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidHeader {
    #[error("there are more than {MAX_HEADERS} headers")]
    TooMany,
    #[error("\"{}\" is not a valid header name", .0.escape_debug())]
    Name(String),
    #[error("the header {0} cannot be set by scripts; leave it out")]
    Reserved(String),
    #[error("the header {0} is neither text nor a number")]
    NotText(String),
    #[error("the header {0} has control characters or more than {MAX_VALUE_BYTES} bytes")]
    Value(String),
}

/// Names and values. `null` leaves a header out.
pub(super) fn read(headers: Map<String, Value>) -> Result<Vec<(String, String)>, InvalidHeader> {
    if headers.len() > MAX_HEADERS {
        return Err(InvalidHeader::TooMany);
    }
    let given = headers.into_iter().filter(|(_, value)| !value.is_null());
    given.map(|(name, value)| header(name, &value)).collect()
}

fn header(name: String, value: &Value) -> Result<(String, String), InvalidHeader> {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || name.len() > 128 || !name.chars().all(token) {
        return Err(InvalidHeader::Name(name));
    }
    let small = name.to_ascii_lowercase();
    if RESERVED.contains(&small.as_str()) || small.starts_with("proxy-") {
        return Err(InvalidHeader::Reserved(name));
    }
    let Some(value) = plain(value) else {
        return Err(InvalidHeader::NotText(name));
    };
    if value.len() > MAX_VALUE_BYTES || value.chars().any(|c| c.is_control() && c != '\t') {
        return Err(InvalidHeader::Value(name));
    }
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: Value) -> Result<Vec<(String, String)>, InvalidHeader> {
        let Value::Object(headers) = value else { panic!("an object") };
        read(headers)
    }

    #[test]
    fn framing_headers_and_line_breaks_are_rejected() {
        for name in [
            "Host",
            "content-LENGTH",
            "Transfer-Encoding",
            "Connection",
            "Proxy-Authorization",
            "TE",
            "a b",
            "",
            "a:b",
            "ключ",
        ] {
            assert!(of(json!({name: "x"})).is_err(), "{name}");
        }
        for value in [json!("a\r\nHost: b"), json!("a\u{0}"), json!({}), json!([1]), json!("x".repeat(9000))] {
            assert!(of(json!({"X-A": value})).is_err(), "{value}");
        }
        let sent = of(json!({"Authorization": "Bearer x", "X-N": 5, "X-None": null})).unwrap();
        assert_eq!(sent, [("Authorization".into(), "Bearer x".into()), ("X-N".into(), "5".into())]);
    }
}
