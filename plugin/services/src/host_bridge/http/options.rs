//! Reads the options of a script's request: one object, converted to a well-formed request.

use std::{fmt::Display, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use iota_scripts_domain::OutgoingMethod;
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use url::Url;

use super::{super::invalid, headers, plain::plain};
use crate::ports::{CallError, HttpRequest, Retries};

/// Maximum number of repetitions of a request.
const MAX_RETRIES: u32 = 10;
/// Maximum number of redirects.
const MAX_REDIRECTS: u32 = 20;
/// Maximum time of an attempt in milliseconds.
const MAX_TIMEOUT_MS: u32 = 900_000;
/// Maximum size of a URL in bytes.
const MAX_URL_BYTES: usize = 8 * 1024;

/// The options of a call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HttpOptions {
    method: String,
    url: String,
    #[serde(default)]
    query: Option<Map<String, Value>>,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "given")]
    json: Option<Box<RawValue>>,
    form: Option<Map<String, Value>>,
    text: Option<String>,
    /// A binary body: JSON has no type for bytes.
    base64: Option<String>,
    timeout_ms: Option<f64>,
    retries: Option<f64>,
    retry_any_method: Option<bool>,
    redirects: Option<f64>,
    /// The key by which the script may abort the request.
    pub(super) abort_key: Option<u64>,
}

/// A body of `null` is present.
fn given<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Deserialize::deserialize(reader).map(Some)
}

impl HttpOptions {
    pub(super) fn into_request(self, within: Duration) -> Result<HttpRequest, CallError> {
        let Some(method) = OutgoingMethod::parse(&self.method) else {
            let known: Vec<&str> = OutgoingMethod::ALL.iter().map(|method| method.as_str()).collect();
            return Err(wrong(format!("the method must be one of {}", known.join(", "))));
        };
        let url = address(&self.url, self.query.unwrap_or_default())?;
        let mut headers = headers::read(self.headers.unwrap_or_default()).map_err(wrong)?;
        let bodies = [
            self.json.map(|json| ("application/json", json.get().as_bytes().to_vec())),
            self.form.map(|form| ("application/x-www-form-urlencoded", pairs(form).into_bytes())),
            self.text.map(|text| ("text/plain;charset=utf-8", text.into_bytes())),
            self.base64
                .map(|text| Ok(("application/octet-stream", BASE64_STANDARD.decode(text)?)))
                .transpose()
                .map_err(|error: base64::DecodeError| wrong(error))?,
        ];
        let mut bodies = bodies.into_iter().flatten();
        let (content_type, body) = bodies.next().map_or((None, Vec::new()), |(kind, body)| (Some(kind), body));
        if bodies.next().is_some() {
            return Err(wrong("a request has one body: give one of json, form, text and body"));
        }
        if let Some(kind) = content_type
            && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        {
            headers.push(("Content-Type".to_owned(), kind.to_owned()));
        }
        let timeout = self.timeout_ms.map(|options| whole("timeout_ms", options, 1, MAX_TIMEOUT_MS)).transpose()?;
        Ok(HttpRequest {
            method,
            url,
            headers,
            body,
            timeout: timeout.map(|timeout| Duration::from_millis(timeout.into())),
            within,
            redirects: self.redirects.map(|options| whole("redirects", options, 0, MAX_REDIRECTS)).transpose()?,
            retries: Retries {
                times: whole("retries", self.retries.unwrap_or(0.0), 0, MAX_RETRIES)?,
                any_method: self.retry_any_method.unwrap_or(false),
            },
        })
    }
}

fn address(text: &str, query: Map<String, Value>) -> Result<Url, CallError> {
    if text.len() > MAX_URL_BYTES {
        return Err(wrong(format!("the URL has more than {MAX_URL_BYTES} bytes")));
    }
    let mut url = Url::parse(text).map_err(|error| {
        wrong(format!(
            "\"{}\" is not an absolute URL such as https://api.example.com/orders: {error}",
            text.escape_debug()
        ))
    })?;
    let more = pairs(query);
    if !more.is_empty() {
        let whole =
            url.query().filter(|known| !known.is_empty()).map_or(more.clone(), |known| format!("{known}&{more}"));
        url.set_query(Some(&whole));
    }
    url.set_fragment(None);
    Ok(url)
}

/// Encodes names and values as forms and queries do. A list repeats its name; `null` is left out.
fn pairs(values: Map<String, Value>) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (name, value) in values {
        let list = match value {
            Value::Array(list) => list,
            one => vec![one],
        };
        for value in list.iter().filter(|value| !value.is_null()) {
            text.append_pair(&name, &plain(value).unwrap_or_else(|| value.to_string()));
        }
    }
    text.finish()
}

fn whole(name: &str, options: f64, least: u32, most: u32) -> Result<u32, CallError> {
    if options.fract() != 0.0 || options < f64::from(least) || options > f64::from(most) {
        return Err(wrong(format!("{name} must be a whole number from {least} to {most}")));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    Ok(options as u32)
}

fn wrong(message: impl Display) -> CallError {
    invalid("http", &message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(options: Value) -> Result<HttpRequest, String> {
        let options: HttpOptions = serde_json::from_value(options).map_err(|error| error.to_string())?;
        options.into_request(Duration::MAX).map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn query_and_body_are_encoded_in_web_formats() {
        let sent = request(json!({"method": "post", "url": "https://a.example/x?y=1#z", "query": {"q": "a b&c", "n": [1, true, null], "no": null},
            "form": {"имя": "Ада"}}))
        .unwrap();
        assert_eq!(sent.url.as_str(), "https://a.example/x?y=1&q=a+b%26c&n=1&n=true");
        assert_eq!(sent.body, b"%D0%B8%D0%BC%D1%8F=%D0%90%D0%B4%D0%B0");
        assert_eq!(sent.headers, [("Content-Type".into(), "application/x-www-form-urlencoded".into())]);
        let null = request(
            json!({"method": "PUT", "url": "http://a.example", "json": null, "headers": {"content-type": "a/b"}}),
        )
        .unwrap();
        assert_eq!((null.body.as_slice(), null.headers.len()), (b"null".as_slice(), 1));
        let bytes = request(json!({"method": "PUT", "url": "http://a.example", "base64": "AP8="})).unwrap();
        assert_eq!(bytes.body, [0, 255]);
    }

    #[test]
    fn invalid_options_are_rejected() {
        for (more, word) in [
            (json!({"url": "/relative"}), "not an absolute URL"),
            (json!({"url": "http://"}), "not an absolute URL"),
            (json!({"method": "CONNECT"}), "the method must be one of"),
            (json!({"json": 1, "text": "x"}), "one body"),
            (json!({"timeout_ms": 0}), "timeout_ms"),
            (json!({"retries": 1.5}), "retries"),
            (json!({"redirects": -1}), "redirects"),
            (json!({"base64": "?"}), "Invalid"),
            (json!({"headers": {"Host": "x"}}), "cannot be set by scripts"),
            (json!({"timeout": 5}), "unknown field"),
        ] {
            let mut options = json!({"method": "GET", "url": "https://a.example/"});
            for (name, value) in more.as_object().unwrap() {
                options[name] = value.clone();
            }
            let error = request(options).unwrap_err();
            assert!(error.contains(word), "{more}: {error}");
        }
    }
}
