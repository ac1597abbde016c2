//! `http.request`: passes an HTTP request of the host to the plugin's router, and sends the response as frames.

use std::borrow::Cow;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header::CONTENT_LENGTH};
use http_body_util::BodyExt as _;
use iota_scripts_presentation::{Client, CsrfFailed, ENDPOINT_PREFIX, Layout, Streamed};
use iota_scripts_services::{
    Identity,
    ports::{HostError, HostErrorCode},
};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use tower::ServiceExt as _;
use tracing::{Instrument as _, Span};

use crate::{
    head::{Head, Identities},
    inbound::Answer,
    module::Module,
};

#[derive(Deserialize)]
#[serde(bound(deserialize = "I: Deserialize<'de>"))]
struct RequestHead<'h, I = Identity> {
    #[serde(borrow)]
    method: Cow<'h, str>,
    #[serde(borrow)]
    path: Cow<'h, str>,
    #[serde(default, borrow)]
    query: Cow<'h, str>,
    #[serde(default, borrow)]
    headers: Vec<Header<'h>>,
    identity: Option<I>,
    csrf_ok: Option<bool>,
    host: Option<String>,
    remote_ip: Option<String>,
    /// Kept as raw JSON: it is only used for the log.
    #[serde(default, borrow)]
    trace_id: Option<&'h RawValue>,
}

/// A name and a value.
#[derive(Deserialize)]
struct Header<'h>(#[serde(borrow)] Cow<'h, str>, #[serde(borrow)] Cow<'h, str>);

impl<'h> Head<'h> for RequestHead<'h> {
    type Raw = RequestHead<'h, &'h RawValue>;

    fn of(raw: Self::Raw, identities: &Identities) -> Option<Self> {
        let RequestHead { method, path, query, headers, identity, csrf_ok, host, remote_ip, trace_id } = raw;
        let identity = match identity {
            Some(text) => Some(identities.named(text)?),
            None => None,
        };
        Some(Self { method, path, query, headers, identity, csrf_ok, host, remote_ip, trace_id })
    }
}

#[derive(Serialize)]
struct ResponseHead<'r> {
    status: u16,
    headers: Headers<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<Layout>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
}

/// Pairs of name and value.
struct Headers<'r>(&'r HeaderMap);

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |value: &'_ HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        serializer.collect_seq(self.0.iter().map(|(name, value)| match value.to_str() {
            Ok(value) => (name.as_str(), Cow::Borrowed(value)),
            Err(_) => (name.as_str(), Cow::Owned(text(value))),
        }))
    }
}

pub(super) async fn serve(module: &Module, head: &[u8], body: Bytes, answer: &mut Answer) -> Result<(), HostError> {
    let head: RequestHead<'_> = module.identities().read(head)?;
    let span = head.span();
    let request = request(head, body)?;
    let serving = async {
        let response = module.router().oneshot(request).await.unwrap_or_else(|never| match never {});
        span.record("status", response.status().as_u16());
        respond(response, answer).await
    };
    serving.instrument(span.clone()).await
}

impl RequestHead<'_> {
    /// Returns the fields for log records of the request. The query is left out, and the path of an endpoint too: they may contain personal
    /// data and tokens of webhooks.
    fn span(&self) -> Span {
        tracing::debug_span!(
            "request",
            tenant = self.identity.as_ref().map(|identity| identity.tenant_id().as_str()),
            trace_id = self.trace_id(),
            method = &*self.method,
            path = if self.path.starts_with(ENDPOINT_PREFIX) { ENDPOINT_PREFIX } else { &*self.path },
            status = tracing::field::Empty,
        )
    }

    /// Returns the id of the trace: from the host's head, else from a `traceparent` header.
    fn trace_id(&self) -> Option<String> {
        let told = self.trace_id.and_then(|id| serde_json::from_str::<Option<String>>(id.get()).ok()?);
        told.or_else(|| {
            let parent = self.headers.iter().find(|Header(name, _)| name.eq_ignore_ascii_case("traceparent"))?;
            // version-trace-span-flags
            let id = parent.1.split('-').nth(1)?;
            (id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit())).then(|| id.to_owned())
        })
    }
}

fn request(head: RequestHead<'_>, body: Bytes) -> Result<Request<Body>, HostError> {
    let invalid = |field: &str, message: String| HostError {
        field: Some(field.to_owned()),
        ..HostError::new(HostErrorCode::Validation, message)
    };
    let method = Method::from_bytes(head.method.as_bytes()).map_err(|error| invalid("method", error.to_string()))?;
    let target = if head.query.is_empty() { head.path } else { format!("{}?{}", head.path, head.query).into() };
    let uri: Uri = target.parse().map_err(|error: http::uri::InvalidUri| invalid("path", error.to_string()))?;
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = head.headers.into_iter().filter_map(header).collect::<HeaderMap>();
    request.extensions_mut().insert(Client { host: head.host, ip: head.remote_ip });
    if head.csrf_ok == Some(false) {
        request.extensions_mut().insert(CsrfFailed);
    }
    if let Some(identity) = head.identity {
        request.extensions_mut().insert(identity);
    }
    Ok(request)
}

/// Leaves out an invalid header: it came from the client, and the host did not remove it.
fn header(Header(name, value): Header<'_>) -> Option<(HeaderName, HeaderValue)> {
    Some((name.parse().ok()?, HeaderValue::from_bytes(value.as_bytes()).ok()?))
}

/// Checks whether HTTP allows neither a body nor a length with this status.
fn has_no_body(status: StatusCode) -> bool {
    status.is_informational()
        || matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
}

async fn respond(response: Response, answer: &mut Answer) -> Result<(), HostError> {
    let (mut parts, mut body) = response.into_parts();
    if has_no_body(parts.status) {
        // The router sets the length of every body, also if HTTP does not allow it.
        parts.headers.remove(CONTENT_LENGTH);
        body = Body::empty();
    }
    let stream = parts.extensions.remove::<Streamed>().is_some();
    let layout = parts.extensions.remove::<Layout>();
    let head = ResponseHead { status: parts.status.as_u16(), headers: Headers(&parts.headers), layout, stream };
    let broken =
        |error: axum::Error| HostError::new(HostErrorCode::Internal, format!("the response ended early: {error}"));
    if !stream {
        let whole = body.collect().await.map_err(broken)?.to_bytes();
        answer.finish(&head, &whole);
        return Ok(());
    }
    answer.open(&head);
    while let Some(frame) = body.frame().await {
        if let Ok(piece) = frame.map_err(broken)?.into_data() {
            answer.body(&piece).await;
        }
    }
    answer.close();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace_id(head: &str) -> Option<String> {
        Identities::default().read::<RequestHead<'_>>(head.as_bytes()).unwrap().trace_id()
    }

    #[test]
    fn the_trace_id_is_the_hosts_or_the_headers() {
        let parent = r#"["Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]"#;
        let head = |rest: &str| format!(r#"{{"method": "GET", "path": "/"{rest}}}"#);
        assert_eq!(trace_id(&head(r#", "trace_id": "t-1""#)).as_deref(), Some("t-1"));
        let both = head(&format!(r#", "headers": [{parent}], "trace_id": "t\u002d2""#));
        assert_eq!(trace_id(&both).as_deref(), Some("t-2"));
        let header = head(&format!(r#", "headers": [["accept", "*/*"], {parent}], "trace_id": null"#));
        assert_eq!(trace_id(&header).as_deref(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        let odd = [r#", "trace_id": 7"#, r#", "headers": [["traceparent", "00-xyz-1"]]"#, ""];
        assert_eq!(odd.map(|rest| trace_id(&head(rest))), [None, None, None]);
    }
}
