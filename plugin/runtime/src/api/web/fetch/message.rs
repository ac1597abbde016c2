//! The common part of requests and responses: a body that can be read once.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use boa_engine::{
    Context, Finalize, JsNativeError, JsObject, JsResult, JsString, JsValue, Trace,
    class::ClassBuilder,
    js_string,
    object::{NativeObject, builtins::JsPromise},
};

use super::super::{accessors, methods, url::text_of};
use crate::{
    api::{
        bytes::{self, View},
        http::Body,
    },
    isolate::rejected,
};

/// The body of a message, and whether it was read.
#[derive(Debug, Default, Trace, Finalize)]
pub(super) struct Content {
    body: Option<Body>,
    used: bool,
}

/// A class whose objects have a body.
pub(super) trait Message: NativeObject {
    const NAME: &'static str;
    fn content(&mut self) -> &mut Content;
}

impl Content {
    pub(super) const fn of(body: Option<Body>) -> Self {
        Self { body, used: false }
    }

    pub(super) const fn body(&self) -> Option<&Body> {
        self.body.as_ref()
    }

    /// Takes the body, which is possible once; throws if it was already read.
    pub(super) fn take(&mut self) -> JsResult<Option<Body>> {
        if self.used {
            return Err(read_already());
        }
        self.used = self.body.is_some();
        Ok(self.body.clone())
    }

    /// Returns a copy; throws if the body was already read.
    pub(super) fn copy(&self) -> JsResult<Self> {
        if self.used { Err(read_already()) } else { Ok(Self::of(self.body.clone())) }
    }
}

fn read_already() -> boa_engine::JsError {
    JsNativeError::typ().with_message("the body was already read; keep the result, or read a `clone()`").into()
}

/// Adds the methods that read the body.
pub(super) fn define<T: Message>(class: &mut ClassBuilder<'_>) {
    accessors(
        class,
        &[
            ("body", |_, _, _| Ok(JsValue::null()), None),
            ("bodyUsed", |this, _, _| with::<T, _>(this, |message| message.content().used.into()), None),
        ],
    );
    methods(
        class,
        &[
            ("text", 0, |this, _, context| read::<T>(this, context, |body, _| Ok(body.lossy_text().into()))),
            ("json", 0, |this, _, context| {
                read::<T>(this, context, |body, context| body.json(JsNativeError::syntax(), context))
            }),
            ("bytes", 0, |this, _, context| read::<T>(this, context, Body::byte_array)),
            ("arrayBuffer", 0, |this, _, context| {
                read::<T>(this, context, |body, context| bytes::buffer(&body.bytes(), context).map(JsValue::from))
            }),
            ("blob", 0, |_, _, context| absent("blob", context)),
            ("formData", 0, |_, _, context| absent("formData", context)),
        ],
    );
}

/// Returns a promise of the body in one form.
fn read<T: Message>(
    this: &JsValue,
    context: &mut Context,
    form: impl FnOnce(&Body, &mut Context) -> JsResult<JsValue>,
) -> JsResult<JsValue> {
    let body = with::<T, _>(this, |message| message.content().take()).flatten();
    let empty = || Body::of_text(&format!("the body of a {}", T::NAME), js_string!());
    let value = body.and_then(|body| form(&body.unwrap_or_else(empty), context));
    match value {
        Ok(value) => Ok(JsPromise::resolve(value, context)?.into()),
        Err(error) if error.as_engine().is_some() => Err(error),
        Err(error) => rejected(error, context),
    }
}

fn absent(name: &str, context: &mut Context) -> JsResult<JsValue> {
    let message = format!("`{name}()` is not available: use `text()`, `json()`, `bytes()` or `arrayBuffer()`");
    rejected(JsNativeError::typ().with_message(message).into(), context)
}

/// Converts a value to a body and its content type; `None` for undefined and null.
pub(super) fn body_of(
    given: &JsValue,
    class: &str,
    context: &mut Context,
) -> JsResult<Option<(Body, Option<&'static str>)>> {
    const TEXT: &str = "text/plain;charset=UTF-8";
    const FORM: &str = "application/x-www-form-urlencoded;charset=UTF-8";
    let about = format!("the body of a {class}");
    if given.is_null_or_undefined() {
        return Ok(None);
    }
    let Some(object) = given.as_object() else {
        return Ok(Some((Body::of_text(&about, given.to_string(context)?), Some(TEXT))));
    };
    if let Some(text) = text_of(&object) {
        // Only `URL` and `URLSearchParams` have such a text.
        let kind = if super::super::is_params(&object) { FORM } else { TEXT };
        return Ok(Some((Body::of_text(&about, JsString::from(text)), Some(kind))));
    }
    if let Some(view) = View::of(&object, context)? {
        return Ok(Some((Body::of_bytes(&about, view.to_vec()), None)));
    }
    let message = format!(
        "{class} needs a body of text, URLSearchParams or bytes; for JSON write `JSON.stringify(data)` and the header \
         `'Content-Type': 'application/json'`"
    );
    Err(JsNativeError::typ().with_message(message).into())
}

/// Returns a body as an option of `http.request`.
pub(super) fn sendable(body: &Body) -> (&'static str, JsValue) {
    match body.text().filter(|_| body.is_text()) {
        Some(text) => ("text", text.clone().into()),
        // Calls are sent as JSON, which cannot represent bytes.
        None => ("base64", JsString::from(BASE64_STANDARD.encode(body.bytes())).into()),
    }
}

pub(super) fn with<T: Message, R>(this: &JsValue, work: impl FnOnce(&mut T) -> R) -> JsResult<R> {
    let object = this.as_object();
    let message = object.as_ref().and_then(JsObject::downcast_mut::<T>);
    let mut message = message.ok_or_else(|| JsNativeError::typ().with_message(format!("this is not a {}", T::NAME)))?;
    Ok(work(&mut message))
}
