//! CSRF protection: rejects forged requests. Applies to requests that change data and are authenticated by a session cookie, which a
//! browser sends automatically. Bearer tokens need no further proof.

use axum::http::{HeaderMap, Method, header};

use crate::caller::Caller;
use crate::secrets;

/// The header in which scripts of a page send the session's token.
const HEADER: &str = "x-csrf-token";

/// Whether a method only reads.
pub(super) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether the header carries the token, or no token is required.
pub(super) fn header_ok(caller: &Caller, method: &Method, headers: &HeaderMap) -> bool {
    is_safe(method)
        || caller.csrf_token.is_none()
        || token_ok(caller, headers.get(HEADER).and_then(|v| v.to_str().ok()))
}

/// Whether a token, from a header or a form, is the session's.
pub(super) fn token_ok(caller: &Caller, token: Option<&str>) -> bool {
    match (&caller.csrf_token, token) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(ours), Some(theirs)) => secrets::same(ours.as_bytes(), theirs.as_bytes()),
    }
}

/// Whether the browser declares that a page of this host sent the request: enough for plain forms of the plugin, whose bodies only the
/// plugin reads.
pub(super) fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin"), text(header::HOST.as_str())) {
        (Some(site), _, _) => site == "same-origin",
        (None, Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, place)| place == host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_our_own_origin_counts() {
        let with = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("erp.localhost:8080"))]);
            headers.insert(name, HeaderValue::from_static(value));
            same_origin(&headers)
        };
        assert!(with("sec-fetch-site", "same-origin"));
        assert!(!with("sec-fetch-site", "same-site"));
        assert!(with("origin", "http://erp.localhost:8080"));
        assert!(!with("origin", "http://evil.example"));
        assert!(!with("x-nothing", "1"));
    }
}
