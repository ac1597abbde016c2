//! The listeners of a signal. No other objects have events, so an event is a plain object with `type` and `target`.

use boa_engine::{
    Context, Finalize, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, Trace, js_string,
    object::builtins::JsFunction,
};

use super::{callable, kind, with};
use crate::{api::console, convert, protocol::LogLevel};

#[derive(Debug, Default, Trace, Finalize)]
pub(super) struct Listeners {
    /// `onabort`.
    handler: Option<JsFunction>,
    listeners: Vec<Listener>,
}

#[derive(Debug, Clone, Trace, Finalize)]
struct Listener {
    kind: JsString,
    /// A function, or an object with `handleEvent`.
    callback: JsObject,
    once: bool,
}

pub(super) fn handler(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    with(this, |signal| signal.listeners.handler.clone().map_or_else(JsValue::null, JsValue::from))
}

pub(super) fn set_handler(this: &JsValue, args: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    with(this, |signal| signal.listeners.handler = callable(args.get_or_undefined(0)))?;
    Ok(JsValue::undefined())
}

/// `addEventListener(type, listener, { once }?)`; a listener is added only once.
pub(super) fn add(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let kind = kind(args.get_or_undefined(0), context)?;
    let Some(callback) = args.get_or_undefined(1).as_object() else { return Ok(JsValue::undefined()) };
    let once = match args.get_or_undefined(2).as_object() {
        Some(options) => options.get(js_string!("once"), context)?.to_boolean(),
        None => false,
    };
    with(this, |signal| {
        let listeners = &mut signal.listeners.listeners;
        if !listeners.iter().any(|known| known.kind == kind && JsObject::equals(&known.callback, &callback)) {
            listeners.push(Listener { kind, callback, once });
        }
    })?;
    Ok(JsValue::undefined())
}

pub(super) fn remove(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let kind = kind(args.get_or_undefined(0), context)?;
    if let Some(callback) = args.get_or_undefined(1).as_object() {
        with(this, |signal| {
            let listeners = &mut signal.listeners.listeners;
            listeners.retain(|known| known.kind != kind || !JsObject::equals(&known.callback, &callback));
        })?;
    }
    Ok(JsValue::undefined())
}

/// `dispatchEvent(event)`: calls the listeners of its `type`.
pub(super) fn dispatch(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    with(this, drop_nothing)?;
    let (Some(target), Some(event)) = (this.as_object(), args.get_or_undefined(0).as_object()) else {
        return Err(JsNativeError::typ().with_message("dispatchEvent needs an event, an object with a `type`").into());
    };
    let kind = kind(&event.get(js_string!("type"), context)?, context)?;
    fire(&target, &kind, &event, context)?;
    Ok(true.into())
}

/// Does nothing; used to check that `this` is a signal.
fn drop_nothing<T>(_: &mut T) {}

/// Returns the event object for listeners.
pub(super) fn event(kind: &str, target: &JsObject, context: &mut Context) -> JsResult<JsObject> {
    let event = JsObject::with_object_proto(context.intrinsics());
    let target = JsValue::from(target.clone());
    for (name, value) in [("type", JsString::from(kind).into()), ("target", target.clone()), ("currentTarget", target)]
    {
        event.create_data_property_or_throw(JsString::from(name), value, context)?;
    }
    Ok(event)
}

/// Calls the listeners of an event type. If one throws, the error is logged and the others are still called.
pub(super) fn fire(target: &JsObject, kind: &JsString, event: &JsObject, context: &mut Context) -> JsResult<()> {
    let this = JsValue::from(target.clone());
    let (handler, listeners) = with(&this, |signal| {
        let handler = signal.listeners.handler.clone().filter(|_| *kind == js_string!("abort"));
        let listeners = &mut signal.listeners.listeners;
        let called: Vec<Listener> = listeners.iter().filter(|known| known.kind == *kind).cloned().collect();
        listeners.retain(|known| !known.once || known.kind != *kind);
        (handler, called)
    })?;
    let mut calls: Vec<JsObject> = handler.map(JsObject::from).into_iter().collect();
    calls.extend(listeners.iter().map(|listener| listener.callback.clone()));
    for callback in calls {
        if let Err(error) = call(&callback, &this, event, context) {
            if error.as_engine().is_some() {
                return Err(error);
            }
            let thrown = error.into_opaque(context)?;
            let message = format!(
                "a listener of `{}` threw: {}",
                kind.to_std_string_lossy(),
                convert::plain_text(&thrown, context)
            );
            console::write(LogLevel::Error, message, None, context)?;
        }
    }
    Ok(())
}

fn call(callback: &JsObject, target: &JsValue, event: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    let given = [JsValue::from(event.clone())];
    if let Some(function) = JsFunction::from_object(callback.clone()) {
        return function.call(target, &given, context);
    }
    match callable(&callback.get(js_string!("handleEvent"), context)?) {
        Some(function) => function.call(&callback.clone().into(), &given, context),
        None => Ok(JsValue::undefined()),
    }
}
