//! An HTTP request as the contract's `http.request` head and body.

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value, json};
use std::net::SocketAddr;

use super::RequestFacts;
use crate::{HostError, PageRequest};

/// Headers of one connection, which say nothing beyond it.
const HOP_BY_HOP: [HeaderName; 6] = [
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::PROXY_AUTHORIZATION,
];

pub(super) fn is_hop_by_hop(name: &HeaderName) -> bool {
    HOP_BY_HOP.contains(name) || name == "keep-alive"
}

/// The whole body, or `TOO_LARGE` as soon as that is known.
pub(super) async fn read_body(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, HostError> {
    let too_large = || HostError::new("TOO_LARGE", format!("the request's body is longer than {limit} bytes"));
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => Err(too_large()),
        Err(error) => Err(HostError::new("BAD_REQUEST", format!("the request's body cannot be read: {error}"))),
    }
}

/// The head; absent facts are left out.
pub(super) fn head(parts: &Parts, page: &PageRequest) -> Value {
    let facts = parts.extensions.get::<RequestFacts>().cloned().unwrap_or_default();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let host = parts.uri.authority().map(|authority| authority.as_str());
    let host = host.or_else(|| parts.headers.get(header::HOST).and_then(|value| value.to_str().ok()));
    let mut head = Map::new();
    head.insert("method".into(), parts.method.as_str().into());
    head.insert("path".into(), page.path.as_str().into());
    head.insert("query".into(), page.query.as_str().into());
    head.insert("headers".into(), headers(&parts.headers));
    head.insert("identity".into(), json!(page.identity));
    let mut add = |name: &str, value: Option<Value>| value.map(|value| head.insert(name.into(), value));
    add("remote_ip", facts.remote_ip.or(peer).map(|ip| ip.to_string().into()));
    add("scheme", facts.scheme.or_else(|| parts.uri.scheme_str().map(str::to_owned)).map(Value::from));
    add("host", host.map(Value::from));
    add("csrf_ok", facts.csrf_ok.map(Value::from));
    add("trace_id", facts.trace_id.map(Value::from));
    Value::Object(head)
}

/// Whether a browser asks for a page, and not htmx or a program for a part of one.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepts.contains("text/html") && !headers.contains_key("hx-request")
}

/// Pairs of name and value; a value that is not UTF-8 is passed on with its bytes read as Latin-1.
fn headers(headers: &HeaderMap) -> Value {
    let pairs = headers.iter().filter(|(name, _)| !is_hop_by_hop(name)).map(|(name, value)| {
        let text = value.to_str().map_or_else(|_| lossless(value.as_bytes()), str::to_owned);
        json!([name.as_str(), text])
    });
    Value::Array(pairs.collect())
}

fn lossless(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect(), str::to_owned)
}
