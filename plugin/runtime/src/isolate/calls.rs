//! Calls from a script to the host. The call is sent at once and the script gets a promise.

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, JsValue, builtins::promise::ResolvingFunctions, js_string,
    object::builtins::JsPromise,
};
use serde_json::value::RawValue;

use super::{
    api_errors::{error_object, position},
    reply::{DecodeError, ReplyDecoder},
    session::{Pending, Session},
};
use crate::{
    convert::{self, Bounds, Unserializable},
    fault::{self, Code},
    protocol::{Call, CallError, Json, Reply},
};

/// Calls a method of the host. The returned promise settles with the reply as decoded by `decoder`.
pub(crate) fn call_host(
    method: &str,
    args: &[JsValue],
    decoder: impl ReplyDecoder + 'static,
    context: &mut Context,
) -> JsResult<JsValue> {
    let session = Session::of(context)?;
    let bounds = session.with(|run| Bounds { bytes: run.limits.message_bytes, ..Bounds::from(&run.limits) })?;
    let args = match convert::args_to_json(args, bounds, context) {
        Ok(args) => args,
        Err(Unserializable::Thrown(error)) => return Err(error),
        Err(error) => return Err(unsendable(method, &error, context)?),
    };
    send_to_host(method, args, decoder, context)
}

/// Like [`call_host`], with arguments that are JSON already.
pub(crate) fn send_to_host(
    method: &str,
    args: Json,
    decoder: impl ReplyDecoder + 'static,
    context: &mut Context,
) -> JsResult<JsValue> {
    // Boxing a plain function allocates nothing: it has no size.
    send(method, args, Box::new(decoder), context)
}

fn send(method: &str, args: Json, decoder: Box<dyn ReplyDecoder>, context: &mut Context) -> JsResult<JsValue> {
    let session = Session::of(context)?;
    let position = position(context);
    let refused = session.with(|run| {
        let (calls, pending) = (run.limits.host_calls, run.limits.pending_host_calls);
        if run.usage.host_calls >= calls {
            Some(format!("the run reached its limit of {calls} host calls"))
        } else if run.pending.len() >= pending {
            Some(format!("{pending} host calls are pending, which is the limit; await some of them first"))
        } else {
            None
        }
    })?;
    let (promise, resolvers) = JsPromise::new_pending(context);
    if let Some(message) = refused {
        let class = decoder.error_class();
        let error = CallError { code: fault::HOST_CALL_LIMIT.name.to_owned(), message, field: None, details: None };
        reject(&resolvers, class, fault::HOST_CALL_LIMIT, error, position, context)?;
        return Ok(promise.into());
    }
    let (port, run, call) = session.with(|run| {
        run.usage.host_calls += 1;
        let call = run.next_message();
        run.pending.insert(call, Pending { resolvers, position, decoder });
        (run.port.clone(), run.number, call)
    })?;
    port.borrow_mut().call(Call { run, call, method: method.to_owned(), args });
    Ok(promise.into())
}

/// Settles the promise of the call that a reply answers. A reply without a pending call is ignored.
pub(super) fn settle(reply: Reply, context: &mut Context) -> JsResult<()> {
    let session = Session::of(context)?;
    let Some(pending) = session.with(|run| run.pending.remove(&reply.call))? else { return Ok(()) };
    let Pending { resolvers, position, decoder } = pending;
    decoder.replied();
    let class = decoder.error_class();
    let decoded = match reply.result {
        Ok(json) => decoder.decode(json.get(), context),
        Err(error) => Err(DecodeError::Refused(fault::SERVICE_ERROR, error)),
    };
    match decoded {
        Ok(value) => resolvers.resolve.call(&JsValue::undefined(), &[value], context)?,
        Err(DecodeError::Thrown(error)) => {
            resolvers.reject.call(&JsValue::undefined(), &[error.into_opaque(context)?], context)?
        }
        Err(DecodeError::Refused(code, error)) => {
            return reject(&resolvers, class, code, error, position, context);
        }
    };
    Ok(())
}

/// Aborts a call before its reply: its promise is rejected with `reason`, and the host gets a message with this method, which is
/// not counted as a call. Does nothing if the call has ended.
pub(crate) fn abort_call(key: u64, method: &str, reason: &JsValue, context: &mut Context) -> JsResult<()> {
    let taken = Session::of(context)?.with(|run| {
        let is_it = |pending: &Pending| pending.decoder.abort_key() == Some(key);
        let call = run.pending.iter().find(|(_, pending)| is_it(pending)).map(|(call, _)| *call)?;
        let pending = run.pending.remove(&call)?;
        Some((pending.resolvers, run.port.clone(), run.number, run.next_message()))
    })?;
    let Some((resolvers, port, run, call)) = taken else { return Ok(()) };
    let args = RawValue::from_string(format!("[{key}]")).unwrap_or_else(|_| RawValue::NULL.to_owned());
    port.borrow_mut().call(Call { run, call, method: method.to_owned(), args });
    resolvers.reject.call(&JsValue::undefined(), std::slice::from_ref(reason), context)?;
    Ok(())
}

fn reject(
    resolvers: &ResolvingFunctions,
    class: JsNativeError,
    code: Code,
    error: CallError,
    position: Option<(u32, u32)>,
    context: &mut Context,
) -> JsResult<()> {
    let error = error_object(class, code, error, position, context)?;
    resolvers.reject.call(&JsValue::undefined(), &[error.into()], context)?;
    Ok(())
}

/// Returns the error of a call whose arguments cannot be sent: a `TypeError` with `code`.
fn unsendable(method: &str, error: &Unserializable, context: &mut Context) -> JsResult<JsError> {
    let code = if matches!(error, Unserializable::TooLarge { .. }) { "TOO_LARGE" } else { "VALIDATION" };
    let message = format!("an argument of {method} cannot be sent: {error}");
    let object = JsNativeError::typ().with_message(message).into_opaque(context);
    object.create_data_property_or_throw(js_string!("code"), js_string!(code), context)?;
    Ok(JsError::from_opaque(object.into()))
}
