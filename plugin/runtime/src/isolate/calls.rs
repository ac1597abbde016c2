//! Calls from a script to the outside: a promise goes back to the script, the call goes out at once.

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue,
    builtins::promise::ResolvingFunctions,
    js_string,
    object::builtins::JsPromise,
    property::{PropertyDescriptor, PropertyKey},
};

use serde_json::value::RawValue;

use super::session::{Brand, Pending, ReplyDecoder, Session};
use crate::{
    api,
    convert::{self, Bounds, Unserializable},
    fault::{self, Code},
    protocol::{Call, CallError, Json, Reply},
};

/// The method under which the outside ends a request; it is not counted as a call.
const ABORT: &str = "http.abort";

/// Calls a method of the outside; the returned promise settles with the reply.
pub(crate) fn call_host(
    method: &str,
    args: &[JsValue],
    after: ReplyDecoder,
    context: &mut Context,
) -> JsResult<JsValue> {
    let session = Session::of(context)?;
    let bounds = session.with(|run| Bounds { bytes: run.limits.message_bytes, ..Bounds::from(&run.limits) })?;
    let args = match convert::args_to_json(args, bounds, context) {
        Ok(args) => args,
        Err(Unserializable::Thrown(error)) => return Err(error),
        Err(error) => return Err(unsendable(method, &error, context)?),
    };
    send_to_host(method, args, after, context)
}

/// The same with arguments that are JSON already.
pub(crate) fn send_to_host(method: &str, args: Json, after: ReplyDecoder, context: &mut Context) -> JsResult<JsValue> {
    let session = Session::of(context)?;
    let position = position(context);
    let refused = session.with(|run| {
        let (calls, pending) = (run.limits.host_calls, run.limits.pending_host_calls);
        if run.usage.host_calls >= calls {
            Some(format!("the run has made {calls} calls to the host, which is its limit"))
        } else if run.pending.len() >= pending {
            Some(format!(
                "{pending} calls to the host wait for their replies at once, which is the limit; await some first"
            ))
        } else {
            None
        }
    })?;
    let (promise, resolvers) = JsPromise::new_pending(context);
    if let Some(message) = refused {
        let kind = kind_of(&after);
        let error = CallError { code: fault::HOST_CALL_LIMIT.name.to_owned(), message, field: None, details: None };
        reject(&resolvers, kind, fault::HOST_CALL_LIMIT, error, position, context)?;
        return Ok(promise.into());
    }
    let (port, run, call) = session.with(|run| {
        run.usage.host_calls += 1;
        let call = run.next_message();
        run.pending.insert(call, Pending { resolvers, position, after });
        (run.port.clone(), run.number, call)
    })?;
    port.borrow_mut().call(Call { run, call, method: method.to_owned(), args });
    Ok(promise.into())
}

/// Settles the promise of the call that a reply answers; a reply to no call is ignored.
pub(super) fn settle(reply: Reply, context: &mut Context) -> JsResult<()> {
    let session = Session::of(context)?;
    let Some(pending) = session.with(|run| run.pending.remove(&reply.call))? else { return Ok(()) };
    let Pending { resolvers, position, after } = pending;
    if let ReplyDecoder::Fetch(call) = &after {
        api::fetch_is_over(call);
    }
    let kind = kind_of(&after);
    let outcome = match (reply.result, after) {
        (Err(error), _) => return reject(&resolvers, kind, fault::SERVICE_ERROR, error, position, context),
        (Ok(json), ReplyDecoder::Value) => convert::from_json(json.get(), context),
        (Ok(json), ReplyDecoder::Http) => api::http::response(json.get(), context),
        (Ok(json), ReplyDecoder::Fetch(call)) => api::fetched(json.get(), &call, context),
        (Ok(json), ReplyDecoder::Rows) => convert::rows(json.get(), context),
        (Ok(json), ReplyDecoder::FirstRow) => convert::first_row(json.get(), context),
        (Ok(json), ReplyDecoder::Template { name, data }) => {
            match api::utils::template::finish(&name, json.get(), &data) {
                Ok(text) => Ok(JsString::from(text).into()),
                Err(error) => return reject(&resolvers, kind, fault::TEMPLATE_ERROR, error, position, context),
            }
        }
    };
    match outcome {
        Ok(value) => resolvers.resolve.call(&JsValue::undefined(), &[value], context)?,
        Err(error) => resolvers.reject.call(&JsValue::undefined(), &[error.into_opaque(context)?], context)?,
    };
    Ok(())
}

/// Ends a `fetch` before its answer: its promise is rejected with the reason, and the outside is told to stop. Nothing when it is over.
pub(crate) fn abort_request(key: u64, reason: &JsValue, context: &mut Context) -> JsResult<()> {
    let is_it = |pending: &Pending| matches!(&pending.after, ReplyDecoder::Fetch(call) if call.key == key);
    let taken = Session::of(context)?.with(|run| {
        let call = run.pending.iter().find(|(_, pending)| is_it(pending)).map(|(call, _)| *call)?;
        let pending = run.pending.remove(&call)?;
        Some((pending.resolvers, run.port.clone(), run.number, run.next_message()))
    })?;
    let Some((resolvers, port, run, call)) = taken else { return Ok(()) };
    let args = RawValue::from_string(format!("[{key}]")).unwrap_or_else(|_| RawValue::NULL.to_owned());
    port.borrow_mut().call(Call { run, call, method: ABORT.to_owned(), args });
    resolvers.reject.call(&JsValue::undefined(), std::slice::from_ref(reason), context)?;
    Ok(())
}

/// What the error of a failed call is: `fetch` fails with a `TypeError`, as on the web.
fn kind_of(after: &ReplyDecoder) -> JsNativeError {
    match after {
        ReplyDecoder::Fetch(_) => JsNativeError::typ(),
        _ => JsNativeError::error(),
    }
}

fn reject(
    resolvers: &ResolvingFunctions,
    kind: JsNativeError,
    code: Code,
    error: CallError,
    position: Option<(u32, u32)>,
    context: &mut Context,
) -> JsResult<()> {
    let error = error_object(kind, code, error, position, context)?;
    resolvers.reject.call(&JsValue::undefined(), &[error.into()], context)?;
    Ok(())
}

/// The error of a call whose arguments cannot be sent: a `TypeError` with `code`.
fn unsendable(method: &str, error: &Unserializable, context: &mut Context) -> JsResult<JsError> {
    let code = if matches!(error, Unserializable::TooLarge { .. }) { "TOO_LARGE" } else { "VALIDATION" };
    let message = format!("an argument of {method} cannot be sent: {error}");
    let object = JsNativeError::typ().with_message(message).into_opaque(context);
    object.create_data_property_or_throw(js_string!("code"), js_string!(code), context)?;
    Ok(JsError::from_opaque(object.into()))
}

/// An error of the API that a script can catch: a real `Error` with `code` and, where given, `field` and `details`.
pub(crate) fn api_error(code: Code, message: String, context: &mut Context) -> JsError {
    api_error_of(JsNativeError::error(), code, message, context)
}

/// The same of a class of the language, as `TypeError`.
pub(crate) fn api_error_of(kind: JsNativeError, code: Code, message: String, context: &mut Context) -> JsError {
    let position = position(context);
    let error = CallError { code: code.name.to_owned(), message, field: None, details: None };
    match error_object(kind, code, error, position, context) {
        Ok(object) => JsError::from_opaque(object.into()),
        Err(error) => error,
    }
}

/// Turns a failed call into a promise that is rejected with it.
pub(crate) fn rejected(error: JsError, context: &mut Context) -> JsResult<JsValue> {
    Ok(JsPromise::reject(error, context)?.into())
}

fn error_object(
    kind: JsNativeError,
    code: Code,
    error: CallError,
    position: Option<(u32, u32)>,
    context: &mut Context,
) -> JsResult<JsObject> {
    let session = Session::of(context)?;
    let object = kind.with_message(error.message).into_opaque(context);
    object.create_data_property_or_throw(js_string!("code"), JsString::from(error.code), context)?;
    if let Some(field) = error.field {
        object.create_data_property_or_throw(js_string!("field"), JsString::from(field), context)?;
    }
    if let Some(details) = error.details {
        let details = convert::from_json(&details.to_string(), context)?;
        object.create_data_property_or_throw(js_string!("details"), details, context)?;
    }
    let brand = JsObject::from_proto_and_data(None, Brand { error: object.clone(), code: code.name, position });
    object.define_property_or_throw(
        PropertyKey::from(session.brand().clone()),
        PropertyDescriptor::builder().value(brand).writable(false).enumerable(false).configurable(false),
        context,
    )?;
    Ok(object)
}

/// Where the script is right now, as the engine counts.
fn position(context: &Context) -> Option<(u32, u32)> {
    let position = context.stack_trace().next()?.position().position?;
    Some((position.line_number(), position.column_number()))
}
