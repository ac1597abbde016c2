//! The response to an `http` request: `{status, ok, url, headers, body, json(), text(), bytes()}`.
//!
//! `body` is text, or null if the server sent no text. The functions convert it again on each call.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction, object::FunctionObjectBuilder,
    property::PropertyDescriptor,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Body;
use crate::convert;

/// The response as received from the host.
#[derive(Deserialize)]
pub(in crate::api) struct HttpResponse {
    pub(in crate::api) status: u16,
    pub(in crate::api) url: String,
    pub(in crate::api) headers: Map<String, Value>,
    /// The values of `set-cookie`, one per header.
    #[serde(default)]
    pub(in crate::api) cookies: Vec<String>,
    text: Option<String>,
    base64: Option<String>,
}

impl HttpResponse {
    pub(in crate::api) fn read(reply: &str) -> JsResult<Self> {
        serde_json::from_str(reply).map_err(|error| {
            let message = format!("the host's reply cannot be read: {error}");
            JsNativeError::error().with_message(message).into()
        })
    }

    pub(in crate::api) fn take_body(&mut self) -> Body {
        let about = format!("the response of {} (status {})", origin(&self.url), self.status);
        Body::of_response(&about, self.text.take(), self.base64.take())
    }
}

type Reader = fn(&Body, &mut Context) -> JsResult<JsValue>;

/// Builds the response of a reply, a JSON text.
pub(super) fn build(reply: &str, context: &mut Context) -> JsResult<JsValue> {
    let mut answer = HttpResponse::read(reply)?;
    let body = answer.take_body();
    let text = body.text().map_or_else(JsValue::null, |text| text.clone().into());
    let headers = convert::from_json(&Value::from(answer.headers).to_string(), context)?;
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
    let readers: [(&str, Reader); 3] = [
        ("json", |body, context| body.json(JsNativeError::error(), context)),
        ("text", |body, _| Ok(body.lossy_text().into())),
        ("bytes", Body::byte_array),
    ];
    for (name, reader) in readers {
        // Not enumerable, so that a response is printed and stored as its data.
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

/// Returns scheme, host and port. The rest of a URL may contain a key, and messages end up in logs.
fn origin(url: &str) -> String {
    url.split('/').take(3).collect::<Vec<_>>().join("/")
}
