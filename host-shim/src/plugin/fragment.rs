//! A part of the plugin's pages for a page of the host, such as the widget of its front page.

use bytes::BytesMut;
use futures_util::StreamExt as _;
use iota_scripts_abi::op;
use serde::Deserialize;
use serde_json::json;

use super::{Plugin, RequestError};
use crate::Identity;

#[derive(Deserialize)]
struct Head {
    status: u16,
}

pub(super) async fn fetch(plugin: &Plugin, identity: &Identity, path: &str) -> Result<Option<String>, RequestError> {
    let head = json!({"method": "GET", "path": path, "headers": [["accept", "text/html"]], "identity": identity});
    let mut pending = plugin.submit(op::HTTP_REQUEST, &head, &[])?;
    let first = pending.next().await.unwrap_or(Err(RequestError::Stopped))?;
    let head: Head = first.read()?;
    let mut bytes = BytesMut::from(first.body);
    while let Some(frame) = pending.next().await {
        bytes.extend_from_slice(&frame?.body);
    }
    if head.status != 200 {
        return Ok(None);
    }
    let text =
        String::from_utf8(bytes.to_vec()).map_err(|_| RequestError::Malformed("a page that is not UTF-8".into()))?;
    Ok(Some(text))
}
