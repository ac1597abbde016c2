//! The body of a response or of a request: text, bytes, or both if the text cannot reproduce the bytes.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use boa_engine::{Context, Finalize, JsNativeError, JsResult, JsString, JsValue, Trace};

use crate::{api::bytes, builtins::parse_json, fault, isolate::api_error_of};

/// Maximum of characters of a body that a message shows.
const MAX_SHOWN_CHARS: usize = 80;

#[derive(Debug, Clone, Trace, Finalize)]
pub(in crate::api) struct Body {
    /// Describes the owner of the body in messages.
    about: JsString,
    text: Option<JsString>,
    /// `None` if it equals the text in UTF-8.
    raw: Option<Raw>,
}

#[derive(Debug, Clone, Trace, Finalize)]
enum Raw {
    /// As received from the host.
    Base64(JsString),
    Bytes(Vec<u8>),
}

impl Body {
    /// Creates the body of a response as received: `text` if it is text, and `base64` if the text does not reproduce the bytes.
    pub(in crate::api) fn of_response(about: &str, text: Option<String>, base64: Option<String>) -> Self {
        let raw = base64.map(|base64| Raw::Base64(JsString::from(base64)));
        Self { about: JsString::from(about), text: text.map(JsString::from), raw }
    }

    pub(in crate::api) fn of_text(about: &str, text: JsString) -> Self {
        Self { about: JsString::from(about), text: Some(text), raw: None }
    }

    pub(in crate::api) fn of_bytes(about: &str, bytes: Vec<u8>) -> Self {
        let text = std::str::from_utf8(&bytes).ok().map(JsString::from);
        Self { about: JsString::from(about), text, raw: Some(Raw::Bytes(bytes)) }
    }

    /// Returns the text, if the body is text.
    pub(in crate::api) fn text(&self) -> Option<&JsString> {
        self.text.as_ref()
    }

    /// Returns whether the text reproduces the whole body.
    pub(in crate::api) fn is_text(&self) -> bool {
        self.raw.is_none()
    }

    /// Returns the body as text; invalid bytes become U+FFFD.
    pub(in crate::api) fn lossy_text(&self) -> JsString {
        match &self.text {
            Some(text) => text.clone(),
            None => JsString::from(String::from_utf8_lossy(&self.bytes()).as_ref()),
        }
    }

    /// Returns the body as received.
    pub(in crate::api) fn bytes(&self) -> Vec<u8> {
        match (&self.raw, &self.text) {
            (Some(Raw::Base64(base64)), _) => BASE64_STANDARD.decode(base64.to_std_string_lossy()).unwrap_or_default(),
            (Some(Raw::Bytes(bytes)), _) => bytes.clone(),
            (None, Some(text)) => text.to_std_string_lossy().into_bytes(),
            (None, None) => Vec::new(),
        }
    }

    /// Returns the body as a `Uint8Array`.
    pub(in crate::api) fn byte_array(&self, context: &mut Context) -> JsResult<JsValue> {
        bytes::make(&self.bytes(), context)
    }

    /// Parses the body as JSON; throws an error of class `kind` if it is not valid JSON.
    pub(in crate::api) fn json(&self, kind: JsNativeError, context: &mut Context) -> JsResult<JsValue> {
        let about = self.about.to_std_string_lossy();
        let Some(text) = &self.text else {
            let message = format!("{about} is not text, so it is not valid JSON");
            return Err(api_error_of(kind, fault::HTTP_NOT_JSON, message, context));
        };
        parse_json(text, context).map_err(|error| {
            let text = text.to_std_string_lossy();
            let shown: String = text.chars().take(MAX_SHOWN_CHARS).collect();
            let reason = error.as_native().map_or_else(String::new, |error| error.message().to_string());
            let reason = reason.trim_start_matches("JSON.parse: ");
            let message = if text.is_empty() {
                format!("{about} is empty, so it is not valid JSON")
            } else {
                format!("{about} is not valid JSON: {reason}; it begins with {shown:?}")
            };
            api_error_of(kind, fault::HTTP_NOT_JSON, message, context)
        })
    }
}
