//! `fetch` and its classes `Headers`, `Request` and `Response`.
//!
//! A fetch is a call of `http.request`, so the host guards, limits and records it like any request of `http`. Bodies are sent and
//! received whole: there are no streams, and `body` is null.

mod headers;
mod message;
mod reply;
mod request;
mod response;

use boa_engine::{Context, JsArgs, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string};
use serde_json::{Map, Value};

use self::{headers::Headers, reply::FetchReply, request::Request, response::Response};
use super::abort::AbortSignal;
use crate::isolate::{Session, call_host, rejected};

/// Maximum of redirects that are followed, as on the web; the host may allow fewer.
const REDIRECTS: u32 = 20;

pub(super) fn register(context: &mut Context) -> JsResult<()> {
    context.register_global_class::<Headers>()?;
    context.register_global_class::<Request>()?;
    context.register_global_class::<Response>()
}

/// `fetch(url, options?)`: all errors reject the promise.
pub(super) fn fetch(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    match Request::read("fetch", args, context).and_then(|request| send(&request, context)) {
        Ok(promise) => Ok(promise),
        Err(error) if error.as_engine().is_some() => Err(error),
        Err(error) => rejected(error, context),
    }
}

fn send(request: &Request, context: &mut Context) -> JsResult<JsValue> {
    if let Some(reason) = AbortSignal::reason(&request.signal) {
        return Err(JsError::from_opaque(reason));
    }
    let key = Session::of(context)?.with(|run| run.next_message())?;
    let sent = JsObject::with_object_proto(context.intrinsics());
    let headers = JsObject::with_null_proto();
    for (name, value) in Headers::joined(&request.headers) {
        headers.create_data_property_or_throw(JsString::from(name), JsString::from(value), context)?;
    }
    let redirects = if request.redirect == request::FOLLOW { REDIRECTS } else { 0 };
    for (name, value) in [
        ("method", JsString::from(request.method.as_str()).into()),
        ("url", JsString::from(request.url.as_str()).into()),
        ("headers", headers.into()),
        ("redirects", redirects.into()),
        ("abort_key", JsValue::from(key)),
    ] {
        sent.create_data_property_or_throw(JsString::from(name), value, context)?;
    }
    if let Some(body) = request.content.body() {
        let (name, value) = message::sendable(body);
        sent.create_data_property_or_throw(JsString::from(name), value, context)?;
    }
    let signal = request.signal.clone();
    let refuses_redirects = request.redirect == request::ERROR;
    let reply = FetchReply { key, url: request.url.clone(), refuses_redirects, signal: signal.clone() };
    let promise = call_host("http.request", &[sent.into()], reply, context)?;
    AbortSignal::watch(&signal, key);
    Ok(promise)
}

/// Converts a returned `Response` to `{status, headers, body}`, the form of an endpoint's response. Returns other values unchanged.
pub(super) fn endpoint_response(value: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    let Some(object) = value.as_object().filter(JsObject::is::<Response>) else { return Ok(value.clone()) };
    let (status, headers, body) = response::parts(&object)?;
    let shown = JsObject::with_null_proto();
    for (name, value) in Headers::joined(&headers) {
        shown.create_data_property_or_throw(JsString::from(name), JsString::from(value), context)?;
    }
    let answer = JsObject::with_object_proto(context.intrinsics());
    answer.create_data_property_or_throw(js_string!("status"), status, context)?;
    answer.create_data_property_or_throw(js_string!("headers"), shown, context)?;
    if let Some(body) = body {
        let Some(text) = body.text().cloned() else {
            let message = "a returned Response must have a body of text or JSON; encode bytes as Base64";
            return Err(JsNativeError::typ().with_message(message).into());
        };
        answer.create_data_property_or_throw(js_string!("body"), text, context)?;
    }
    Ok(answer.into())
}

/// Returns the data of an instance of one of the classes for the log; `None` for any other object.
pub(super) fn shown(object: &JsObject) -> Option<Value> {
    let listed = |headers: &JsObject| {
        Value::Object(Headers::joined(headers).into_iter().map(|(name, value)| (name, value.into())).collect())
    };
    if object.is::<Headers>() {
        return Some(listed(object));
    }
    let members: Vec<(&str, Value)> = if let Some(request) = object.downcast_ref::<Request>() {
        vec![
            ("method", request.method.as_str().into()),
            ("url", request.url.as_str().into()),
            ("headers", listed(&request.headers)),
        ]
    } else {
        let (status, headers, url) = response::shown(object)?;
        vec![("status", status.into()), ("url", url.into()), ("headers", listed(&headers))]
    };
    Some(Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>()))
}

/// Returns the options of a constructor, if there are any.
fn options(given: &JsValue, class: &str) -> JsResult<Option<JsObject>> {
    if given.is_null_or_undefined() {
        return Ok(None);
    }
    let wrong = || JsNativeError::typ().with_message(format!("{class} needs its options as an object"));
    given.as_object().map(Some).ok_or_else(|| wrong().into())
}

/// Returns an option; undefined without options.
fn option(options: Option<&JsObject>, name: &str, context: &mut Context) -> JsResult<JsValue> {
    match options {
        Some(options) => options.get(JsString::from(name), context),
        None => Ok(JsValue::undefined()),
    }
}

/// Returns an argument as text.
fn text(args: &[JsValue], index: usize, context: &mut Context) -> JsResult<String> {
    Ok(args.get_or_undefined(index).to_string(context)?.to_std_string_lossy())
}
