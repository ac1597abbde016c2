//! `storage`: the tenant's key-value store. `get(key)`, `set(key, value, ttl?)`, `setIf(key, expected, value, ttl?)`,
//! `increment(key, by?, ttl?)`, `delete(key)`, `list(prefix?, {limit, after}?)`.
//!
//! A time to live is a number of seconds, or `{ttl: seconds}`.

use boa_engine::{Context, JsArgs, JsError, JsNativeError, JsObject, JsResult, JsValue, js_string};

use super::{Extension, Globals, namespace};
use crate::{
    convert,
    isolate::{call_host, rejected},
};

pub(super) const EXTENSION: Extension = Extension { globals, promises: &["storage.*"], ..Extension::NONE };

fn globals(context: &mut Context) -> JsResult<Globals> {
    Ok(vec![("storage", build(context)?)])
}

fn build(context: &mut Context) -> JsResult<JsObject> {
    let functions: [(&str, usize, super::Native); 6] = [
        ("get", 1, get),
        ("set", 2, set),
        ("setIf", 3, set_if),
        ("increment", 1, increment),
        ("delete", 1, delete),
        ("list", 0, list),
    ];
    namespace(&functions, context)
}

fn get(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let sent = key("storage.get", args).map(|key| vec![key]);
    send("storage.get", sent, context)
}

fn delete(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let sent = key("storage.delete", args).map(|key| vec![key]);
    send("storage.delete", sent, context)
}

fn set(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const METHOD: &str = "storage.set";
    let sent = key(METHOD, args).and_then(|key| {
        let mut sent = vec![key, stored(args.get_or_undefined(1))];
        sent.extend(ttl(METHOD, args.get_or_undefined(2), context)?);
        Ok(sent)
    });
    send(METHOD, sent, context)
}

fn set_if(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const METHOD: &str = "storage.setIf";
    let sent = key(METHOD, args).and_then(|key| {
        if args.len() < 3 {
            return Err(wrong(METHOD, "needs a key, the expected value (null if there is none) and the new value"));
        }
        let mut sent = vec![key, stored(args.get_or_undefined(1)), stored(args.get_or_undefined(2))];
        sent.extend(ttl(METHOD, args.get_or_undefined(3), context)?);
        Ok(sent)
    });
    send(METHOD, sent, context)
}

fn increment(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const METHOD: &str = "storage.increment";
    let sent = key(METHOD, args).and_then(|key| {
        let by = args.get_or_undefined(1);
        let by = if by.is_null_or_undefined() { JsValue::from(1) } else { by.clone() };
        if !by.as_number().is_some_and(f64::is_finite) {
            return Err(wrong(METHOD, "needs a number to add"));
        }
        let mut sent = vec![key, by];
        sent.extend(ttl(METHOD, args.get_or_undefined(2), context)?);
        Ok(sent)
    });
    send(METHOD, sent, context)
}

fn list(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const METHOD: &str = "storage.list";
    let (prefix, page) = (args.get_or_undefined(0), args.get_or_undefined(1));
    let sent = if !prefix.is_string() && !prefix.is_null_or_undefined() {
        Err(wrong(METHOD, "needs the prefix of keys, a string, or nothing"))
    } else if !page.is_object() && !page.is_null_or_undefined() {
        Err(wrong(METHOD, "needs { limit, after } as its second argument"))
    } else {
        Ok(vec![stored(prefix), stored(page)])
    };
    send(METHOD, sent, context)
}

fn send(method: &str, sent: JsResult<Vec<JsValue>>, context: &mut Context) -> JsResult<JsValue> {
    match sent {
        Ok(sent) => call_host(method, &sent, convert::from_json, context),
        Err(error) => rejected(error, context),
    }
}

fn key(method: &str, args: &[JsValue]) -> JsResult<JsValue> {
    let key = args.get_or_undefined(0);
    if key.is_string() { Ok(key.clone()) } else { Err(wrong(method, "needs a key, a string, as its first argument")) }
}

/// Replaces undefined with null, so that a missing value does not look like a missing argument.
fn stored(value: &JsValue) -> JsValue {
    if value.is_undefined() { JsValue::null() } else { value.clone() }
}

fn ttl(method: &str, given: &JsValue, context: &mut Context) -> JsResult<Option<JsValue>> {
    let seconds = match given.as_object() {
        Some(options) => options.get(js_string!("ttl"), context)?,
        None => given.clone(),
    };
    if seconds.is_null_or_undefined() {
        return Ok(None);
    }
    match seconds.as_number() {
        Some(number) if number.is_finite() && number > 0.0 => Ok(Some(seconds)),
        _ => Err(wrong(method, "needs a positive number of seconds as the time to live")),
    }
}

fn wrong(method: &str, message: &str) -> JsError {
    JsNativeError::typ().with_message(format!("{method} {message}")).into()
}
