//! Converts a request to the input of a run, and counts its bytes.
//!
//! The script receives the body both parsed and raw. If one can be derived from the other, it is sent, stored and counted only once.

use std::ops::Range;

use iota_scripts_domain::JsonText;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};

/// A request to an endpoint, to be passed to `handleRequest`.
#[derive(Debug, Clone)]
pub struct IncomingRequest {
    /// Method, path, parameters, query and headers, as the script receives them.
    pub head: Map<String, Value>,
    /// The parsed body; `null` for none.
    pub body: JsonText,
    /// The raw body.
    pub raw: RawBody,
    /// The client's address.
    pub ip: Option<String>,
    /// Size of the raw body in bytes.
    pub body_bytes: usize,
}

/// The raw body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawBody {
    /// A text: `rawBody`.
    Text(String),
    /// Other bytes, in base64: `bodyBase64`.
    Base64(String),
}

impl Default for IncomingRequest {
    fn default() -> Self {
        let (body, raw) = (JsonText::null(), RawBody::Text(String::new()));
        Self { head: Map::new(), body, raw, ip: None, body_bytes: 0 }
    }
}

/// Facts about arguments that are a request.
#[derive(Debug, Clone)]
pub struct RequestInput {
    /// The counted bytes: the size of the raw body, or of everything else, whichever is larger.
    pub(crate) bytes: u64,
    /// The range of the body in the arguments, if `rawBody` can be derived from it.
    pub(crate) raw_body: Option<Range<usize>>,
}

/// Separates `body` and `rawBody` if both are present.
const RAW_BODY_KEY: &str = r#","rawBody":"#;
/// The end of the arguments, after the last member of the request.
const CLOSING: &str = "}]";

impl IncomingRequest {
    /// Returns the arguments of `handleRequest` and the facts about them. The body is copied without parsing it.
    pub(super) fn into_input(self) -> serde_json::Result<(JsonText, RequestInput)> {
        let Self { head, body, raw, ip, body_bytes } = &self;
        let (key, text) = match raw {
            RawBody::Text(text) => ("rawBody", text),
            RawBody::Base64(bytes) => ("bodyBase64", bytes),
        };
        let is_implied = matches!(raw, RawBody::Text(_)) && is_raw_of(text, body.as_str());
        let raw = if is_implied { None } else { Some(to_raw_value(text)?) };
        let raw = raw.as_deref().map(|raw| (key, raw));
        let args = JsonText::from(to_raw_value(&[RequestJson { head, body, raw, ip: ip.as_deref() }])?);
        let (length, body) = (args.as_str().len(), body.as_str().len());
        let rest = match raw {
            Some((_, raw)) => length - body - raw.get().len(),
            None => length - body + RAW_BODY_KEY.len(),
        };
        let end = length - CLOSING.len();
        Ok((args, RequestInput { bytes: rest.max(*body_bytes) as u64, raw_body: is_implied.then(|| end - body..end) }))
    }
}

/// Serializes a request as the script's object: its parts are copied as raw JSON.
struct RequestJson<'a> {
    head: &'a Map<String, Value>,
    body: &'a JsonText,
    raw: Option<(&'a str, &'a RawValue)>,
    ip: Option<&'a str>,
}

impl Serialize for RequestJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (name, value) in self.head {
            object.serialize_entry(name, value)?;
        }
        object.serialize_entry("ip", &self.ip)?;
        object.serialize_entry("body", self.body)?;
        if let Some((key, raw)) = self.raw {
            object.serialize_entry(key, raw)?;
        }
        object.end()
    }
}

/// A request as recorded.
#[derive(Deserialize)]
struct RecordedRequest<'a> {
    #[serde(borrow, rename = "method")]
    _method: &'a RawValue,
    #[serde(borrow, rename = "headers")]
    _headers: &'a RawValue,
    #[serde(borrow)]
    body: &'a RawValue,
    #[serde(borrow, default, rename = "rawBody")]
    raw_body: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "bodyBase64")]
    body_base64: Option<&'a RawValue>,
}

/// Returns the range of the body in recorded arguments of an endpoint that have no `rawBody`, if `rawBody` can be derived from it.
pub(crate) fn implied_raw_body(args: &str) -> Option<Range<usize>> {
    let (RecordedRequest { body, raw_body: None, body_base64: None, .. },) = serde_json::from_str(args).ok()? else {
        return None;
    };
    // `body` is a slice of `args`.
    let start = body.get().as_ptr() as usize - args.as_ptr() as usize;
    Some(start..start + body.get().len())
}

/// Returns whether `text` is the [`raw_of`] the body.
fn is_raw_of(text: &str, body: &str) -> bool {
    match body.as_bytes().first() {
        Some(b'"') => raw_of(body).as_deref() == Some(text),
        _ if body == "null" => text.is_empty(),
        _ => text == body,
    }
}

/// Returns the raw body, if the parsed one is its plain JSON form.
fn raw_of(body: &str) -> Option<String> {
    match body.as_bytes().first() {
        Some(b'"') => serde_json::from_str(body).ok(),
        _ if body == "null" => Some(String::new()),
        _ => Some(body.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn input(body: &str, raw: &str) -> (JsonText, RequestInput) {
        let head = Map::from_iter([("method".to_owned(), json!("POST")), ("headers".to_owned(), json!({}))]);
        let body = JsonText::parse(body.to_owned()).unwrap();
        let raw_body = RawBody::Text(raw.to_owned());
        IncomingRequest { head, body, raw: raw_body, ip: None, body_bytes: raw.len() }.into_input().unwrap()
    }

    #[test]
    fn a_script_receives_all_parts_of_a_request() {
        let (args, _) = input(r#"{"a":1}"#, r#" {"a":1}"#);
        assert_eq!(
            args.as_str(),
            r#"[{"method":"POST","headers":{},"ip":null,"body":{"a":1},"rawBody":" {\"a\":1}"}]"#
        );
        let raw = RawBody::Base64("/9g=".to_owned());
        let bytes = IncomingRequest { raw, ip: Some("203.0.113.7".to_owned()), ..IncomingRequest::default() };
        let (args, input) = bytes.into_input().unwrap();
        assert_eq!(args.as_str(), r#"[{"ip":"203.0.113.7","body":null,"bodyBase64":"/9g="}]"#);
        assert_eq!(input.raw_body, None);
    }

    #[test]
    fn a_body_equal_to_its_raw_form_is_stored_once() {
        let bodies = [
            ("null", ""),
            (r#""a,b\n\"1\"""#, "a,b\n\"1\""),
            (r#"{"z":[1,2.5,null],"a":"й\u0007"}"#, r#"{"z":[1,2.5,null],"a":"й\u0007"}"#),
            (r#"{ "z": 1e400, "z": "\ud800" }"#, r#"{ "z": 1e400, "z": "\ud800" }"#),
        ];
        for (body, raw) in bodies {
            let (args, input) = input(body, raw);
            assert!(!args.as_str().contains("rawBody"), "{}", args.as_str());
            let place = input.raw_body.expect("the range of rawBody");
            assert_eq!(&args.as_str()[place.clone()], body);
            assert_eq!(implied_raw_body(args.as_str()), Some(place), "found again when it was kept");
        }
        let kept_before = r#"[{"method":"GET","headers":{},"body":[1],"ip":null}]"#;
        assert_eq!(implied_raw_body(kept_before).map(|place| &kept_before[place]), Some("[1]"));
    }

    #[test]
    fn a_raw_body_that_cannot_be_derived_is_kept() {
        let bodies = [(r#"{"a":1}"#, " {\"a\":1}"), (r#""x""#, "\"x\""), ("null", "null"), (r#"{"a":"1"}"#, "a=1")];
        for (body, raw) in bodies {
            let (args, input) = input(body, raw);
            assert!(args.as_str().contains("rawBody"), "{}", args.as_str());
            assert_eq!((input.raw_body, implied_raw_body(args.as_str())), (None, None));
        }
    }

    #[test]
    fn a_request_counts_its_body_or_everything_else() {
        let text = "x".repeat(1000);
        assert_eq!(input(&json!(text).to_string(), &text).1.bytes, 1000);
        let (args, input) = input("null", "");
        assert!(input.bytes <= args.as_str().len() as u64 + 11 && input.bytes > 30, "{}", input.bytes);
    }

    #[test]
    fn arguments_other_than_a_request_have_no_body() {
        for args in [
            "[]",
            "[1]",
            r#"[{"method":"GET"}]"#,
            r#"[{"body":1,"x":2}]"#,
            r#"[{"body":1,"bodyBase64":"AA=="}]"#,
            r#"[{"body":1},2]"#,
        ] {
            assert_eq!(implied_raw_body(args), None, "{args}");
        }
    }
}
