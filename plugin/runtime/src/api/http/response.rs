//! What a script gets for a request: `{status, ok, url, headers, body, json(), text(), bytes()}`.
//!
//! `body` is text, or null where the other side sent no text. The functions read it anew each time.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use boa_engine::{
    Context, Finalize, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction, Trace,
    object::FunctionObjectBuilder, property::PropertyDescriptor,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{api::bytes, builtins::parse_json, convert, fault, isolate::api_error};

/// Characters of an answer that a message shows.
const SHOWN: usize = 80;

/// The answer as it comes.
#[derive(Deserialize)]
struct Answer {
    status: u16,
    url: String,
    headers: Value,
    text: Option<String>,
    base64: Option<String>,
}

/// What the functions of a response read.
#[derive(Clone, Trace, Finalize)]
struct Body {
    /// Whose it is and with which status, for messages.
    about: JsString,
    text: Option<JsString>,
    /// Only where it differs from the text in UTF-8.
    base64: Option<JsString>,
}

type Reader = fn(&Body, &mut Context) -> JsResult<JsValue>;

/// The response of a reply, a JSON text.
pub(crate) fn build(reply: &str, context: &mut Context) -> JsResult<JsValue> {
    let answer: Answer = serde_json::from_str(reply)
        .map_err(|error| JsNativeError::error().with_message(format!("the host's reply cannot be read: {error}")))?;
    let body = Body {
        about: JsString::from(format!("the answer of {} (status {})", origin(&answer.url), answer.status)),
        text: answer.text.map(JsString::from),
        base64: answer.base64.map(JsString::from),
    };
    let text = body.text.clone().map_or_else(JsValue::null, JsValue::from);
    let headers = convert::from_json(&answer.headers.to_string(), context)?;
    let response = JsObject::with_object_proto(context.intrinsics());
    for (name, value) in [
        ("status", JsValue::from(answer.status)),
        ("ok", JsValue::from((200..300).contains(&answer.status))),
        ("url", JsString::from(answer.url).into()),
        ("headers", headers),
        ("body", text),
    ] {
        response.create_data_property_or_throw(JsString::from(name), value, context)?;
    }
    let readers: [(&str, Reader); 3] = [("json", json), ("text", text_of), ("bytes", bytes_of)];
    for (name, reader) in readers {
        // Not enumerable, so that a response is shown and stored as its data.
        let function = NativeFunction::from_copy_closure_with_captures(
            move |_, _, body: &Body, context| reader(body, context),
            body.clone(),
        );
        let function = FunctionObjectBuilder::new(context.realm(), function).name(JsString::from(name)).build();
        let property =
            PropertyDescriptor::builder().value(function).writable(true).enumerable(false).configurable(true);
        response.define_property_or_throw(JsString::from(name), property, context)?;
    }
    Ok(response.into())
}

/// Scheme, host and port: the rest of an address may hold a key, and messages end in logs.
fn origin(url: &str) -> String {
    url.split('/').take(3).collect::<Vec<_>>().join("/")
}

/// The body as a value; an error that can be caught when it is no JSON.
fn json(body: &Body, context: &mut Context) -> JsResult<JsValue> {
    let about = body.about.to_std_string_lossy();
    let Some(text) = &body.text else {
        return Err(api_error(fault::HTTP_NOT_JSON, format!("{about} is no text, so no JSON"), context));
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
        api_error(fault::HTTP_NOT_JSON, message, context)
    })
}

/// The body as text; bytes that are none become U+FFFD.
fn text_of(body: &Body, _: &mut Context) -> JsResult<JsValue> {
    Ok(match &body.text {
        Some(text) => text.clone().into(),
        None => JsString::from(String::from_utf8_lossy(&raw(body)).as_ref()).into(),
    })
}

/// The body as it came, a `Uint8Array`.
fn bytes_of(body: &Body, context: &mut Context) -> JsResult<JsValue> {
    bytes::make(&raw(body), context)
}

fn raw(body: &Body) -> Vec<u8> {
    match (&body.base64, &body.text) {
        (Some(base64), _) => BASE64_STANDARD.decode(base64.to_std_string_lossy()).unwrap_or_default(),
        (None, Some(text)) => text.to_std_string_lossy().into_bytes(),
        (None, None) => Vec::new(),
    }
}
