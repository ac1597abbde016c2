//! The body of an answer or of a request: text, bytes, or both where the text would not give the bytes back.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use boa_engine::{Context, Finalize, JsNativeError, JsResult, JsString, JsValue, Trace};

use crate::{api::bytes, builtins::parse_json, fault, isolate::api_error_of};

/// Characters of a body that a message shows.
const SHOWN: usize = 80;

#[derive(Debug, Clone, Trace, Finalize)]
pub(in crate::api) struct Body {
    /// Whose it is, for messages.
    about: JsString,
    text: Option<JsString>,
    /// Only where it differs from the text in UTF-8.
    raw: Option<Raw>,
}

#[derive(Debug, Clone, Trace, Finalize)]
enum Raw {
    /// As it came from the outside.
    Base64(JsString),
    Bytes(Vec<u8>),
}

impl Body {
    /// The body of an answer as it came: text if it is some, and Base64 where the text is not all.
    pub(in crate::api) fn of_answer(about: &str, text: Option<String>, base64: Option<String>) -> Self {
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

    /// The text, if the body is some.
    pub(in crate::api) fn text(&self) -> Option<&JsString> {
        self.text.as_ref()
    }

    /// Whether the text is all of it.
    pub(in crate::api) fn is_text(&self) -> bool {
        self.raw.is_none()
    }

    /// The body as text; bytes that are none become U+FFFD.
    pub(in crate::api) fn lossy_text(&self) -> JsString {
        match &self.text {
            Some(text) => text.clone(),
            None => JsString::from(String::from_utf8_lossy(&self.bytes()).as_ref()),
        }
    }

    /// The body as it came.
    pub(in crate::api) fn bytes(&self) -> Vec<u8> {
        match (&self.raw, &self.text) {
            (Some(Raw::Base64(base64)), _) => BASE64_STANDARD.decode(base64.to_std_string_lossy()).unwrap_or_default(),
            (Some(Raw::Bytes(bytes)), _) => bytes.clone(),
            (None, Some(text)) => text.to_std_string_lossy().into_bytes(),
            (None, None) => Vec::new(),
        }
    }

    /// The same, a `Uint8Array`.
    pub(in crate::api) fn byte_array(&self, context: &mut Context) -> JsResult<JsValue> {
        bytes::make(&self.bytes(), context)
    }

    /// The body as a value; an error of that kind, which can be caught, when it is no JSON.
    pub(in crate::api) fn json(&self, kind: JsNativeError, context: &mut Context) -> JsResult<JsValue> {
        let about = self.about.to_std_string_lossy();
        let Some(text) = &self.text else {
            let message = format!("{about} is no text, so no JSON");
            return Err(api_error_of(kind, fault::HTTP_NOT_JSON, message, context));
        };
        parse_json(text, context).map_err(|error| {
            let text = text.to_std_string_lossy();
            let shown: String = text.chars().take(SHOWN).collect();
            let reason = error.as_native().map_or_else(String::new, |error| error.message().to_string());
            let reason = reason.trim_start_matches("JSON.parse: ");
            let message = if text.is_empty() {
                format!("{about} is empty, so no JSON")
            } else {
                format!("{about} is no JSON: {reason}; it begins with {shown:?}")
            };
            api_error_of(kind, fault::HTTP_NOT_JSON, message, context)
        })
    }
}
