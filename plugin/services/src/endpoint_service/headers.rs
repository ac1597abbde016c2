//! The headers that a script may set on its response: those that describe this response only, and the script's own names.
//!
//! Headers that are not on the list are rejected by name. Many headers affect the host's whole origin: its transport, reports, storage and
//! other pages. New ones appear every year, so a list of forbidden headers could not be complete.

use serde_json::Value;

use super::invalid_answer::InvalidAnswer;

/// Headers that describe only this response.
const ALLOWED: [&str; 31] = [
    "accept-ranges",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "allow",
    "cache-control",
    "content-digest",
    "content-disposition",
    "content-language",
    "content-location",
    "content-range",
    "content-type",
    "deprecation",
    "etag",
    "expires",
    "last-modified",
    "link",
    "location",
    "pragma",
    "ratelimit",
    "ratelimit-limit",
    "ratelimit-policy",
    "ratelimit-remaining",
    "ratelimit-reset",
    "repr-digest",
    "retry-after",
    "sunset",
    "vary",
    "warning",
];

/// Prefixes of names that browsers, proxies and JavaScript libraries act on although they begin with `x-`.
const RESERVED_PREFIXES: [&str; 26] = [
    "x-accel-",
    "x-content-",
    "x-csrf",
    "x-dns-prefetch-control",
    "x-download-options",
    "x-envoy-",
    "x-execution-id",
    "x-frame-options",
    "x-inertia",
    "x-litespeed-",
    "x-lighttpd-",
    "x-middleware-",
    "x-original-",
    "x-permitted-cross-domain-policies",
    "x-pjax",
    "x-proxy-",
    "x-reproxy-",
    "x-rewrite-",
    "x-sendfile",
    "x-sourcemap",
    "x-turbolinks",
    "x-ua-compatible",
    "x-up-",
    "x-webkit-csp",
    "x-xsrf",
    "x-xss-protection",
];

/// Essences of content types that a page of the host can load as a part of itself: code, styles, and types that lead to code. A response of
/// such a type would pass the host's `script-src 'self'`, and a tenant's script could change the host's pages.
const EMBEDDABLE_TYPES: [&str; 11] = [
    "application/ecmascript",
    "application/importmap+json",
    "application/manifest+json",
    "application/signed-exchange",
    "application/speculationrules+json",
    "application/wasm",
    "application/xslt+xml",
    "multipart/x-mixed-replace",
    "text/cache-manifest",
    "text/css",
    "text/xsl",
];

/// Sent instead: with `nosniff`, browsers treat it as plain text only.
const PLAIN: &str = "text/plain; charset=utf-8";

/// Maximum number of headers of a response, and their total size in bytes: the limits of common clients and proxies.
const HEADER_LIMITS: (usize, usize) = (64, 16 << 10);

/// Reads the headers of a response; names in lower case.
pub(super) fn read(given: Option<&Value>) -> Result<Vec<(String, String)>, InvalidAnswer> {
    let Some(given) = given.filter(|given| !given.is_null()) else { return Ok(Vec::new()) };
    let object = given.as_object().ok_or_else(|| InvalidAnswer::Header("headers".to_owned()))?;
    if object.len() > HEADER_LIMITS.0 {
        return Err(InvalidAnswer::TooManyHeaders);
    }
    let mut bytes = 0;
    let mut headers = Vec::with_capacity(object.len());
    for (name, value) in object {
        let name = name.to_ascii_lowercase();
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return Err(InvalidAnswer::Header(name)),
        };
        bytes += name.len() + value.len();
        if bytes > HEADER_LIMITS.1 {
            return Err(InvalidAnswer::TooManyHeaders);
        }
        let visible = |b: u8| b == b'\t' || (b' '..=b'~').contains(&b);
        if name.is_empty() || !name.bytes().all(is_token) || !value.bytes().all(visible) {
            return Err(InvalidAnswer::Header(name));
        }
        if !is_allowed(&name) {
            return Err(InvalidAnswer::Reserved(name));
        }
        let value = if name == "content-type" { content_type(&value)? } else { value };
        headers.push((name, value));
    }
    Ok(headers)
}

fn is_allowed(name: &str) -> bool {
    let own = name.starts_with("x-") && !RESERVED_PREFIXES.iter().any(|order| name.starts_with(order));
    own || ALLOWED.contains(&name)
}

const fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(
            b,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

/// Returns the content type to send. A list of types is rejected: browsers use the last one.
fn content_type(given: &str) -> Result<String, InvalidAnswer> {
    let refused = || InvalidAnswer::ContentType(given.chars().take(80).collect());
    let (essence, _) = given.split_once(';').unwrap_or((given, ""));
    let essence = essence.trim().to_ascii_lowercase();
    let (top, sub) = essence.split_once('/').ok_or_else(refused)?;
    let is_name = |part: &str| !part.is_empty() && part.bytes().all(is_token);
    if !is_name(top) || !is_name(sub) || given.contains(',') {
        return Err(refused());
    }
    let is_code = ["javascript", "ecmascript", "jscript", "livescript"].iter().any(|word| sub.contains(word));
    Ok(if is_code || EMBEDDABLE_TYPES.contains(&essence.as_str()) { PLAIN.to_owned() } else { given.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(name: &str, value: &str) -> Result<String, String> {
        let headers = read(Some(&json!({name: value}))).map_err(|error| error.to_string())?;
        Ok(headers.into_iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn headers_about_the_response_may_be_set() {
        for name in ALLOWED.iter().filter(|name| **name != "content-type") {
            assert_eq!(set(&name.to_ascii_uppercase(), "1").as_deref(), Ok("1"), "{name}");
        }
        for name in ["X-Total-Count", "x-request-id", "X-RateLimit-Remaining", "X-Robots-Tag", "x-my.own"] {
            assert_eq!(set(name, "1").as_deref(), Ok("1"), "{name}");
        }
    }

    #[test]
    fn headers_with_wider_effects_are_rejected_by_name() {
        let refused = "NEL Report-To Reporting-Endpoints Alt-Svc Alt-Used Service-Worker-Allowed WWW-Authenticate Refresh \
            Clear-Site-Data Strict-Transport-Security Public-Key-Pins Public-Key-Pins-Report-Only Expect-CT Set-Cookie Set-Cookie2 \
            Set-Login Origin-Agent-Cluster Content-Security-Policy Content-Security-Policy-Report-Only Permissions-Policy Feature-Policy \
            Document-Policy Require-Document-Policy Referrer-Policy SourceMap X-SourceMap Timing-Allow-Origin \
            Cross-Origin-Opener-Policy Cross-Origin-Embedder-Policy Cross-Origin-Resource-Policy Accept-CH Critical-CH \
            Speculation-Rules No-Vary-Search Supports-Loading-Mode X-Accel-Redirect X-Accel-Buffering X-Sendfile X-LIGHTTPD-send-file \
            X-Reproxy-URL X-LiteSpeed-Location X-Envoy-Immediate-Health-Check-Fail HX-Redirect HX-Trigger HX-Location X-Frame-Options \
            X-Content-Type-Options X-Permitted-Cross-Domain-Policies X-DNS-Prefetch-Control X-CSRF-Token X-XSRF-Token X-Execution-Id \
            Access-Control-Allow-Credentials Access-Control-Allow-Private-Network Observe-Browsing-Topics Attribution-Reporting-Register-Source \
            Attribution-Reporting-Register-Trigger Use-As-Dictionary Activate-Storage-Access Sec-Session-Registration Secure-Session-Registration \
            Surrogate-Control CDN-Cache-Control Server Date Via Content-Length Transfer-Encoding Content-Encoding Connection Keep-Alive Upgrade Trailer TE \
            Proxy-Authenticate Status Authentication-Info Integrity-Policy Ping-To Link-Template Priority";
        for name in refused.split_whitespace() {
            let error = set(name, "1").expect_err(name);
            assert!(error.contains(&format!("{:?}", name.to_ascii_lowercase())), "{error}");
            assert!(error.contains("leave it out"), "it names the fix: {error}");
        }
    }

    #[test]
    fn code_and_styles_are_sent_as_plain_text() {
        for code in [
            "application/javascript",
            "text/javascript; charset=utf-8",
            "TEXT/JavaScript",
            " application/x-javascript ",
            "text/javascript1.5",
            "text/jscript",
            "text/livescript",
            "text/x-ecmascript",
            "text/css",
            "application/wasm",
            "application/manifest+json",
        ] {
            assert_eq!(set("content-type", code).as_deref(), Ok(PLAIN), "{code}");
        }
        for other in ["application/json", "text/html; charset=utf-8", "image/svg+xml", "application/xml", "text/csv"] {
            assert_eq!(set("content-type", other).as_deref(), Ok(other));
        }
    }

    #[test]
    fn a_list_of_content_types_is_rejected() {
        for given in
            ["text/plain, text/javascript", "text/plain; a=\"b,text/javascript\"", "javascript", "", "/", "a b/c"]
        {
            assert!(set("content-type", given).is_err(), "{given}");
        }
    }
}
