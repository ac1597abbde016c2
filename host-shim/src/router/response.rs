//! Converts the plugin's answer to an HTTP response: whole, streamed with credit, or inside the host's layout.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use serde::Deserialize;

use super::request::is_hop_by_hop;
use crate::{
    HostError, PageLayout, PageRequest, Plugin, RequestError,
    plugin::{Frame, PendingRequest},
};

/// Maximum size of a fragment that is put into a layout, in bytes.
const MAX_FRAGMENT: usize = iota_scripts_abi::MAX_MESSAGE;

#[derive(Deserialize)]
struct Head<'h> {
    status: u16,
    #[serde(default, borrow)]
    headers: Vec<Header<'h>>,
    #[serde(default)]
    layout: Option<PageLayout>,
    #[serde(default)]
    stream: bool,
}

/// A name and a value.
#[derive(Deserialize)]
struct Header<'h>(#[serde(borrow)] Cow<'h, str>, #[serde(borrow)] Cow<'h, str>);

/// Returns an error as the JSON of API clients, with the status of its code.
pub(super) fn refusal(error: &HostError) -> Response {
    let mut response = (error.http_status(), axum::Json(error.to_json())).into_response();
    if error.retryable {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

pub(super) async fn answer(
    plugin: &Plugin,
    mut pending: PendingRequest,
    page: PageRequest,
) -> Result<Response, HostError> {
    let first = pending.next().await.unwrap_or(Err(RequestError::Stopped)).map_err(|error| error.to_host_error())?;
    let head: Head<'_> = first.read().map_err(|error| error.to_host_error())?;
    let status = StatusCode::from_u16(head.status)
        .map_err(|_| HostError::internal(format!("the plugin answered with status {}", head.status)))?;
    let mut headers = headers(&head.headers)?;
    let (layout, stream) = (head.layout, head.stream);
    let body = match layout.filter(|_| !page.headers.contains_key("hx-request")) {
        Some(layout) => {
            let fragment = whole(first, pending).await?;
            let document = plugin.host().render_page(&layout, &fragment, &page).await?;
            headers.remove(header::CONTENT_LENGTH);
            headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("text/html; charset=utf-8"));
            Body::from(document)
        }
        None if first.is_last() => Body::from(first.body),
        None => {
            if stream {
                // Prevents a compressing layer from delaying small writes.
                headers.entry(header::CONTENT_ENCODING).or_insert(HeaderValue::from_static("identity"));
            }
            streamed(first, pending)
        }
    };
    let mut response = Response::new(body);
    if has_no_body(status) {
        headers.remove(header::CONTENT_LENGTH);
        // If the length of a body is known, axum would set the header.
        *response.body_mut() = Body::from_stream(stream::empty::<Result<Bytes, std::convert::Infallible>>());
    }
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Checks whether HTTP allows neither a body nor a length with this status.
fn has_no_body(status: StatusCode) -> bool {
    status.is_informational()
        || matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Streams frames as the client reads them; if the client disconnects, dropping the body cancels the request.
fn streamed(first: Frame, rest: PendingRequest) -> Body {
    let first = stream::iter((!first.body.is_empty()).then_some(Ok(first.body)));
    let rest = rest.map(|frame| frame.map(|frame| frame.body)).filter(|frame| {
        let something = !matches!(frame, Ok(bytes) if bytes.is_empty());
        std::future::ready(something)
    });
    Body::from_stream(first.chain(rest))
}

async fn whole(first: Frame, mut rest: PendingRequest) -> Result<String, HostError> {
    let mut bytes = BytesMut::from(first.body);
    while let Some(frame) = rest.next().await {
        bytes.extend_from_slice(&frame.map_err(|error| error.to_host_error())?.body);
        if bytes.len() > MAX_FRAGMENT {
            return Err(HostError::internal(format!("a page of more than {MAX_FRAGMENT} bytes")));
        }
    }
    let bytes: Bytes = bytes.freeze();
    String::from_utf8(bytes.into()).map_err(|_| HostError::internal("a page that is not UTF-8"))
}

fn headers(pairs: &[Header<'_>]) -> Result<HeaderMap, HostError> {
    let mut headers = HeaderMap::with_capacity(pairs.len());
    for Header(name, value) in pairs {
        let broken = || HostError::internal(format!("the plugin answered with a header {name:?} that HTTP forbids"));
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| broken())?;
        if !is_hop_by_hop(&parsed) {
            headers.try_append(parsed, HeaderValue::from_str(value).map_err(|_| broken())?).map_err(|_| broken())?;
        }
    }
    Ok(headers)
}
