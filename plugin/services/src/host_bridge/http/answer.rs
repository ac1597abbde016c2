//! A response for the script: its text, decoded from any encoding, and its bytes if they cannot be restored from the text.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use encoding_rs::{Encoding, UTF_8};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::ports::HttpResponse;

#[derive(Serialize)]
pub(super) struct ResponseJson {
    status: u16,
    url: String,
    /// Values of one name are joined.
    headers: Map<String, Value>,
    /// Separate values of `set-cookie`, whose commas are ambiguous.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<String>,
    /// `None` if the body is not text.
    text: Option<String>,
    /// `None` if the body is `text` in UTF-8. JSON has no type for bytes.
    base64: Option<String>,
}

impl ResponseJson {
    pub(super) fn of(response: HttpResponse) -> Self {
        let mut headers = Map::new();
        let mut cookies = Vec::new();
        for (name, value) in response.headers {
            if name == "set-cookie" {
                cookies.push(value.clone());
            }
            match headers.get_mut(&name) {
                Some(Value::String(known)) => *known = format!("{known}, {value}"),
                _ => drop(headers.insert(name, value.into())),
            }
        }
        let content_type = headers.get("content-type").and_then(Value::as_str).unwrap_or_default();
        let text = text(&response.body, content_type);
        let same = text.as_ref().is_some_and(|text| text.as_bytes() == response.body);
        let base64 = (!same).then(|| BASE64_STANDARD.encode(&response.body));
        Self { status: response.status, url: response.url.into(), headers, cookies, text, base64 }
    }
}

/// Decodes the body in the encoding that it or its content type names, else UTF-8; `None` if that fails.
fn text(body: &[u8], content_type: &str) -> Option<String> {
    let named = content_type.split(';').skip(1).filter_map(|part| part.split_once('='));
    let named = named.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let named = named.and_then(|(_, label)| Encoding::for_label(label.trim().trim_matches('"').as_bytes()));
    let (text, _, broken) = named.unwrap_or(UTF_8).decode(body);
    (!broken).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn of(content_type: &str, body: &[u8]) -> ResponseJson {
        let headers = [("set-cookie", "a=1"), ("content-type", content_type), ("set-cookie", "b=2")];
        ResponseJson::of(HttpResponse {
            status: 200,
            url: Url::parse("https://a.example/").unwrap(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: body.to_vec(),
        })
    }

    #[test]
    fn text_is_decoded_and_binary_bodies_stay_bytes() {
        let plain = of("text/plain", "ёж".as_bytes());
        assert_eq!((plain.text.as_deref(), plain.base64), (Some("ёж"), None));
        assert_eq!(
            (&plain.headers["set-cookie"], plain.cookies),
            (&"a=1, b=2".into(), vec!["a=1".into(), "b=2".into()])
        );
        let windows = of("text/html; charset=\"windows-1251\"", b"\xb8\xe6");
        assert_eq!((windows.text.as_deref(), windows.base64.as_deref()), (Some("ёж"), Some("uOY=")));
        let image = of("image/png", b"\x89PNG\xff");
        assert_eq!((image.text, image.base64.as_deref()), (None, Some("iVBORw==".replace("Rw==", "R/8=").as_str())));
        assert_eq!(of("text/plain", b"").text.as_deref(), Some(""));
    }
}
