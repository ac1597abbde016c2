//! The headers that a script may send: whatever is well formed and does not frame the message or steer what lies between the two sides.

use serde_json::{Map, Value};

/// Headers that the client sets itself, or that speak to the next hop and not to the other side.
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
/// The most headers of a request.
const MOST: usize = 64;
/// The most bytes of a header's value.
const MAX_VALUE_BYTES: usize = 8 * 1024;

/// Names and values, or why they cannot be sent. `null` leaves a header out.
pub(super) fn read(headers: Map<String, Value>) -> Result<Vec<(String, String)>, String> {
    if headers.len() > MOST {
        return Err(format!("there are more than {MOST} headers"));
    }
    let given = headers.into_iter().filter(|(_, value)| !value.is_null());
    given.map(|(name, value)| header(name, &value)).collect()
}

fn header(name: String, value: &Value) -> Result<(String, String), String> {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || name.len() > 128 || !name.chars().all(token) {
        return Err(format!("\"{}\" is no name of a header", name.escape_debug()));
    }
    let small = name.to_ascii_lowercase();
    if RESERVED.contains(&small.as_str()) || small.starts_with("proxy-") {
        return Err(format!("the header {name} is not a script's to set; leave it out"));
    }
    let Some(value) = super::options::plain(value) else {
        return Err(format!("the header {name} is neither text nor a number"));
    };
    if value.len() > MAX_VALUE_BYTES || value.chars().any(|c| c.is_control() && c != '\t') {
        return Err(format!("the header {name} has control characters or more than {MAX_VALUE_BYTES} bytes"));
    }
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: Value) -> Result<Vec<(String, String)>, String> {
        let Value::Object(headers) = value else { panic!("an object") };
        read(headers)
    }

    #[test]
    fn what_frames_a_message_or_breaks_out_of_a_line_is_refused() {
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
