//! The static files of the pages: the bundle of `web/`, embedded in the library so that a host deploys no other file.
//!
//! Addresses contain the build's name, so that browsers can cache the files forever.

use std::io::Read as _;

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, Response as HttpResponse, header},
    response::{IntoResponse as _, Response},
};
use flate2::read::GzDecoder;
use rust_embed::RustEmbed;

use crate::error::ApiError;

/// The path prefix of the bundle. It is public: the bundle contains no data of users.
pub const ASSETS_PREFIX: &str = "/scripts/assets";

/// The name of this build of the bundle: a hash of its content.
const BUILD: &str = env!("IOTA_SCRIPTS_WEB_BUILD");

#[derive(RustEmbed)]
#[folder = "web/dist/"]
struct Bundle;

/// The address of a file of the bundle.
pub(crate) fn address(file: &str) -> String {
    format!("{ASSETS_PREFIX}/{BUILD}/{file}")
}

/// Serves a file of the bundle. A page of an older build gets the file of this build, with an instruction to revalidate
/// it.
pub(crate) async fn serve(Path((build, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let (Some(packed), Some(kind)) = (Bundle::get(&format!("{file}.gz")), content_type(&file)) else {
        return ApiError::not_found("file").into_response();
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let gzip = accepted.split(',').any(|coding| coding.split(';').next().unwrap_or_default().trim() == "gzip");
    let body = if gzip { packed.data.into_owned() } else { inflated(&packed.data) };
    let keep = if build == BUILD { "public, max-age=31536000, immutable" } else { "no-store" };
    let mut response = HttpResponse::new(Body::from(body));
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Set to `identity`, so that a host that compresses does not try again.
    let coding = if gzip { "gzip" } else { "identity" };
    set.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    response
}

fn inflated(packed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(packed.len() * 4);
    // Cannot fail: the data was compressed when the library was built.
    let _ = GzDecoder::new(packed).read_to_end(&mut plain);
    plain
}

fn content_type(file: &str) -> Option<&'static str> {
    match file.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "ttf" => Some("font/ttf"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    async fn get(build: &str, file: &str, accept: &'static str) -> (u16, HeaderMap, Vec<u8>) {
        let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accept))]);
        let (parts, body) = serve(Path((build.to_owned(), file.to_owned())), headers).await.into_parts();
        (parts.status.as_u16(), parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
    }

    #[tokio::test]
    async fn only_files_of_this_build_are_cached_forever() {
        let (status, headers, packed) = get(BUILD, "app.js", "br, gzip;q=0.8").await;
        assert_eq!((status, headers["content-encoding"].as_bytes()), (200, &b"gzip"[..]));
        assert!(headers["cache-control"].to_str().unwrap().contains("immutable"));
        let (_, headers, plain) = get("older", "app.js", "").await;
        assert_eq!(
            (headers["cache-control"].as_bytes(), headers["content-encoding"].as_bytes()),
            (&b"no-store"[..], &b"identity"[..])
        );
        assert_eq!(inflated(&packed), plain);
    }

    #[tokio::test]
    async fn only_files_of_the_bundle_are_served() {
        for file in ["../Cargo.toml", "build.txt", "nothing.js", "app.js.gz", ""] {
            assert_eq!(get(BUILD, file, "").await.0, 404, "{file}");
        }
    }
}
