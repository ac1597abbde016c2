//! A request as the object that `handleRequest` gets: `{method, path, params, query, headers, body, rawBody, ip}`.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header, request::Parts},
};
use base64::Engine as _;
use http_body_util::{BodyExt as _, Limited};
use serde_json::{Map, Value, json};

use crate::{Client, MAX_BODY_BYTES, error::ApiError};

/// What proves who somebody is, which is not the script's to see.
const HIDDEN: [header::HeaderName; 3] = [header::COOKIE, header::AUTHORIZATION, header::PROXY_AUTHORIZATION];

pub(super) async fn read(body: Body) -> Result<Bytes, ApiError> {
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(_) => Err(ApiError::too_large(MAX_BODY_BYTES)),
    }
}

pub(super) fn value(
    parts: &Parts,
    path: &str,
    params: Vec<(String, String)>,
    body: &Bytes,
) -> Result<Map<String, Value>, ApiError> {
    let client = parts.extensions.get::<Client>();
    let params: Map<String, Value> = params.into_iter().map(|(name, value)| (name, decoded(&value).into())).collect();
    let mut request = Map::new();
    request.insert("method".into(), parts.method.as_str().into());
    request.insert("path".into(), path.into());
    request.insert("params".into(), params.into());
    request.insert("query".into(), pairs(parts.uri.query().unwrap_or_default().as_bytes()).into());
    request.insert("headers".into(), headers(&parts.headers).into());
    let text = std::str::from_utf8(body).ok();
    request.insert("body".into(), parsed(&parts.headers, body, text)?);
    match text {
        Some(text) => request.insert("rawBody".into(), text.into()),
        // Bytes that are no text: a script may still check or pass on what it cannot read.
        None => request.insert("bodyBase64".into(), base64::engine::general_purpose::STANDARD.encode(body).into()),
    };
    request.insert("ip".into(), json!(client.and_then(|client| client.ip.as_deref())));
    Ok(request)
}

/// One value for each name; a list when the name is there several times.
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
    for (name, value) in headers.iter().filter(|(name, _)| !HIDDEN.contains(name)) {
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

fn parsed(headers: &HeaderMap, body: &Bytes, text: Option<&str>) -> Result<Value, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if body.is_empty() {
        return Ok(Value::Null);
    }
    if kind == "application/json" || kind.ends_with("+json") {
        return serde_json::from_slice(body).map_err(|error| ApiError::not_json(&error.to_string()));
    }
    if kind == "application/x-www-form-urlencoded" {
        return Ok(pairs(body).into());
    }
    Ok(text.map_or(Value::Null, Value::from))
}

/// A segment of a path without its percent signs; one that is no text stays as it is.
fn decoded(segment: &str) -> String {
    // Only `form_urlencoded` reads a plus as a space: in a path it is itself.
    let plain = segment.replace('+', "%2B");
    let text = form_urlencoded::parse(plain.as_bytes()).next().map(|(name, _)| name.into_owned());
    if segment.contains(['=', '&']) { segment.to_owned() } else { text.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

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
        let value = Value::from(value(&parts, "/x", params, &Bytes::from("hello")).unwrap());
        assert_eq!(
            value,
            json!({"method": "POST", "path": "/x", "params": {"id": "a b+c"}, "query": {"a": "1", "b": ["2", "3"], "c": "й"},
                   "headers": {"x-one": "1, 2"}, "body": "hello", "rawBody": "hello", "ip": null})
        );
    }

    #[test]
    fn a_body_is_read_as_its_type_says() {
        let body = |kind: &str, bytes: &'static [u8]| {
            value(&parts("/x", &[("content-type", kind)]), "/x", vec![], &Bytes::from_static(bytes))
                .map(|mut value| value["body"].take())
        };
        assert_eq!(body("application/json; charset=utf-8", b"{\"a\":1}").unwrap(), json!({"a": 1}));
        assert_eq!(body("application/problem+json", b"[]").unwrap(), json!([]));
        assert!(body("application/json", b"{").is_err());
        assert_eq!(body("application/json", b"").unwrap(), Value::Null);
        assert_eq!(body("application/x-www-form-urlencoded", b"a=1&b=%20").unwrap(), json!({"a": "1", "b": " "}));
        assert_eq!(body("text/csv", b"a,b").unwrap(), json!("a,b"));
        assert_eq!(body("image/png", b"\xff\xd8").unwrap(), Value::Null);
    }
}
