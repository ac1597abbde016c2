//! `storage`: the tenant's key-value store. `get(key)`, `set(key, value, ttlSeconds?)`, `delete(key)`.

use boa_engine::{Context, JsArgs, JsNativeError, JsObject, JsResult, JsValue};

use super::namespace;
use crate::isolate::{After, call_host, rejected};

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(&[("get", 1, get), ("set", 2, set), ("delete", 1, delete)], context)
}

fn get(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    with_key("storage.get", args, 1, context)
}

fn delete(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    with_key("storage.delete", args, 1, context)
}

fn set(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ttl = args.get_or_undefined(2);
    let given = !ttl.is_null_or_undefined();
    if given && !ttl.as_number().is_some_and(|seconds| seconds.is_finite() && seconds > 0.0) {
        let error =
            JsNativeError::typ().with_message("storage.set: the time to live must be a positive number of seconds");
        return rejected(error.into(), context);
    }
    with_key("storage.set", args, if given { 3 } else { 2 }, context)
}

fn with_key(method: &str, args: &[JsValue], count: usize, context: &mut Context) -> JsResult<JsValue> {
    if !args.get_or_undefined(0).is_string() {
        let error = JsNativeError::typ().with_message(format!("{method} needs a key, a string, as its first argument"));
        return rejected(error.into(), context);
    }
    let mut sent: Vec<JsValue> = args.iter().take(count).cloned().collect();
    // Storing undefined stores null: a missing value must not look like a missing argument.
    sent.resize(count, JsValue::null());
    for value in &mut sent {
        if value.is_undefined() {
            *value = JsValue::null();
        }
    }
    call_host(method, &sent, After::Value, context)
}
