//! An HTTP request as the contract's `http.request` head and body.

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{Serialize, Serializer};
use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr},
};

use super::RequestFacts;
use crate::{HostError, Identity, PageRequest};

/// Headers that apply to one connection only.
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

/// Reads the whole body; fails with `TOO_LARGE` as soon as the limit is exceeded.
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

/// The head of a request in the contract; unknown facts are left out.
#[derive(Serialize)]
pub(super) struct Head<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    headers: Headers<'a>,
    identity: Option<&'a Identity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_ip: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf_ok: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
}

/// Returns the head of a request.
pub(super) fn head<'a>(parts: &'a Parts, page: &'a PageRequest) -> Head<'a> {
    let facts = parts.extensions.get::<RequestFacts>();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let host = parts.uri.authority().map(|authority| authority.as_str());
    Head {
        method: parts.method.as_str(),
        path: &page.path,
        query: &page.query,
        headers: Headers(&parts.headers),
        identity: page.identity.as_ref(),
        remote_ip: facts.and_then(|facts| facts.remote_ip).or(peer),
        scheme: facts.and_then(|facts| facts.scheme.as_deref()).or_else(|| parts.uri.scheme_str()),
        host: host.or_else(|| parts.headers.get(header::HOST).and_then(|value| value.to_str().ok())),
        csrf_ok: facts.and_then(|facts| facts.csrf_ok),
        trace_id: facts.and_then(|facts| facts.trace_id.as_deref()),
    }
}

/// Checks whether a browser requests a whole page, and not htmx or a program a part of one.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepts.contains("text/html") && !headers.contains_key("hx-request")
}

/// Pairs of name and value; a value that is not UTF-8 is passed on with its bytes read as Latin-1.
struct Headers<'a>(&'a HeaderMap);

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let own = self.0.iter().filter(|(name, _)| !is_hop_by_hop(name));
        serializer.collect_seq(own.map(|(name, value)| (name.as_str(), text(value.as_bytes()))))
    }
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into(),
    }
}
