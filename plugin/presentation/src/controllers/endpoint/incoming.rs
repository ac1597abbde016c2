//! Converts a request to the argument of `handleRequest`: `{method, path, params, query, headers, body, rawBody, ip}`.

mod readable;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header, request::Parts},
};
use base64::Engine as _;
use http_body_util::{BodyExt as _, Limited};
use iota_scripts_domain::JsonText;
use iota_scripts_services::{IncomingRequest, RawBody};
use serde_json::{Map, Value, value::RawValue};

use crate::{Client, MAX_BODY_BYTES, error::ApiError};

/// Checks whether a header carries credentials for the host or for a proxy in front of it. Scripts must not see these:
/// with them a script could act as the caller elsewhere.
fn is_credential(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "authentication",
        "dpop",
        "x-auth",
        "x-authorization-key",
        "x-session",
        "x-token",
        "cookie",
        "cookie2",
        "x-amz-security-token",
        "x-amzn-oidc-data",
        "x-authentik-jwt",
        "x-ms-client-principal",
        "x-forwarded-user-token",
        "x-vault-token",
    ];
    const ENDS: [&str; 10] = [
        "user-token",
        "authorization",
        "auth-token",
        "access-token",
        "accesstoken",
        "id-token",
        "refresh-token",
        "session-token",
        "jwt-assertion",
        "session-id",
    ];
    NAMES.contains(&name)
        || ENDS.iter().any(|end| name.ends_with(end))
        || name.starts_with("x-ms-token-")
        || ["csrf", "xsrf"].iter().any(|word| name.contains(word))
}

pub(super) async fn read(body: Body) -> Result<Bytes, ApiError> {
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(_) => Err(ApiError::too_large(MAX_BODY_BYTES)),
    }
}

pub(super) fn request(
    parts: &Parts,
    path: &str,
    params: Vec<(String, String)>,
    body: &Bytes,
) -> Result<IncomingRequest, ApiError> {
    let client = parts.extensions.get::<Client>();
    let params: Map<String, Value> = params.into_iter().map(|(name, value)| (name, decoded(&value).into())).collect();
    let mut head = Map::new();
    head.insert("method".into(), parts.method.as_str().into());
    head.insert("path".into(), path.into());
    head.insert("params".into(), params.into());
    head.insert("query".into(), pairs(parts.uri.query().unwrap_or_default().as_bytes()).into());
    head.insert("headers".into(), headers(&parts.headers).into());
    let text = std::str::from_utf8(body).ok();
    Ok(IncomingRequest {
        head,
        body: parsed(&parts.headers, body, text)?,
        raw: match text {
            Some(text) => RawBody::Text(text.to_owned()),
            // The body is not valid UTF-8. The script can still verify it or pass it on.
            None => RawBody::Base64(base64::engine::general_purpose::STANDARD.encode(body)),
        },
        ip: client.and_then(|client| client.ip.clone()),
        body_bytes: body.len(),
    })
}

/// Decodes pairs: one value for each name, or a list if the name occurs several times.
fn pairs(text: &[u8]) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in form_urlencoded::parse(text) {
        let value = Value::from(value.into_owned());
        match map.get_mut(name.as_ref()) {
            None => {
                map.insert(name.into_owned(), value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    map
}

fn headers(headers: &HeaderMap) -> Map<String, Value> {
    let mut map: Map<String, Value> = Map::new();
    for (name, value) in headers.iter().filter(|(name, _)| !is_credential(name.as_str())) {
        let text = String::from_utf8_lossy(value.as_bytes());
        match map.get_mut(name.as_str()) {
            Some(Value::String(known)) => *known = format!("{known}, {text}"),
            _ => {
                map.insert(name.as_str().to_owned(), text.into());
            }
        }
    }
    map
}

/// Parses the body by its content type. JSON is only validated: the script gets it unchanged.
fn parsed(headers: &HeaderMap, body: &Bytes, text: Option<&str>) -> Result<JsonText, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if body.is_empty() {
        return Ok(JsonText::null());
    }
    if kind == "application/json" || kind.ends_with("+json") {
        let json =
            serde_json::from_slice::<Box<RawValue>>(body).and_then(|json| readable::check(json.get()).map(|()| json));
        return json.map(JsonText::from).map_err(|error| ApiError::not_json(&error.to_string()));
    }
    if kind == "application/x-www-form-urlencoded" {
        return Ok(JsonText::from(&Value::from(pairs(body))));
    }
    Ok(text.map_or_else(JsonText::null, |text| JsonText::from(&Value::from(text))))
}

/// Decodes a percent-encoded path segment. A segment that is not valid UTF-8 is returned unchanged.
fn decoded(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let digit =
        |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%').then(|| digit(at + 1).zip(digit(at + 2))).flatten();
        plain.push(escaped.map_or(*byte, |(high, low)| high * 16 + low));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(plain).unwrap_or_else(|_| segment.to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use serde_json::json;

    use super::*;

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let request = headers.iter().fold(Request::post(uri), |request, (name, value)| request.header(*name, *value));
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_request_is_an_object_of_its_parts() {
        let parts = parts(
            "/x?a=1&b=2&b=3&c=%D0%B9",
            &[("X-One", "1"), ("x-one", "2"), ("Cookie", "s=secret"), ("authorization", "Bearer t")],
        );
        let params = vec![("id".to_owned(), "a%20b+c".to_owned())];
        let request = request(&parts, "/x", params, &Bytes::from("hello")).unwrap();
        assert_eq!(
            Value::from(request.head),
            json!({"method": "POST", "path": "/x", "params": {"id": "a b+c"}, "query": {"a": "1", "b": ["2", "3"], "c": "й"},
                   "headers": {"x-one": "1, 2"}})
        );
        assert_eq!((request.body.to_value(), request.raw), (json!("hello"), RawBody::Text("hello".into())));
        assert_eq!((request.ip, request.body_bytes), (None, 5));
    }

    #[test]
    fn any_path_parameter_is_decoded() {
        for (sent, read) in [
            ("a%20b=c", "a b=c"),
            ("%3D", "="),
            ("x%26y&z=1", "x&y&z=1"),
            ("100%25", "100%"),
            ("50%", "50%"),
            ("%zz%4", "%zz%4"),
            ("%D0%B9=%D0%B9", "й=й"),
            ("a+b%2Bc", "a+b+c"),
            ("%2e%2E%2f", "../"),
            ("%FF%20", "%FF%20"),
            ("", ""),
        ] {
            assert_eq!(decoded(sent), read, "{sent}");
        }
    }

    #[test]
    fn credentials_are_not_passed_to_scripts() {
        let secret = [
            "Cookie",
            "Authorization",
            "Proxy-Authorization",
            "X-CSRF-Token",
            "X-XSRF-TOKEN",
            "X-CSRFToken",
            "CSRF-Token",
            "X-Forwarded-Access-Token",
            "X-Auth-Request-Access-Token",
            "X-Amzn-Oidc-Accesstoken",
            "X-Amzn-Oidc-Data",
            "X-Goog-Iap-Jwt-Assertion",
            "Cf-Access-Jwt-Assertion",
            "X-Pomerium-Jwt-Assertion",
            "X-Serverless-Authorization",
            "X-Original-Authorization",
            "X-MS-Token-AAD-Id-Token",
            "X-Session-Id",
        ];
        let shown = ["x-hub-signature", "x-api-key", "x-request-id", "idempotency-key"];
        let sent: Vec<(&str, &str)> = secret.iter().chain(&shown).map(|name| (*name, "s")).collect();
        let head = request(&parts("/x", &sent), "/x", vec![], &Bytes::new()).unwrap().head;
        let seen: Vec<&str> = head["headers"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(seen.len(), shown.len(), "{seen:?}");
        assert!(shown.iter().all(|name| seen.contains(name)), "{seen:?}");
    }

    #[test]
    fn a_body_is_parsed_by_its_content_type() {
        let body = |kind: &str, bytes: &'static [u8]| {
            request(&parts("/x", &[("content-type", kind)]), "/x", vec![], &Bytes::from_static(bytes))
                .map(|request| request.body.to_value())
        };
        assert_eq!(body("application/json; charset=utf-8", b"{\"a\":1}").unwrap(), json!({"a": 1}));
        assert_eq!(body("application/problem+json", b"[]").unwrap(), json!([]));
        for unreadable in [&b"{"[..], br#"{"a":"\ud800"}"#, br#"{"\udfff":1}"#, b"[1e400]"] {
            assert!(body("application/json", unreadable).is_err(), "{unreadable:?}");
        }
        assert_eq!(body("application/json", br#"["\ud83d\ude00",1e300]"#).unwrap(), json!(["\u{1f600}", 1e300]));
        assert_eq!(body("application/json", b"").unwrap(), Value::Null);
        assert_eq!(body("application/x-www-form-urlencoded", b"a=1&b=%20").unwrap(), json!({"a": "1", "b": " "}));
        assert_eq!(body("text/csv", b"a,b").unwrap(), json!("a,b"));
        assert_eq!(body("image/png", b"\xff\xd8").unwrap(), Value::Null);
    }
}
