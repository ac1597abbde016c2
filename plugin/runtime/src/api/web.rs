//! Web APIs: `queueMicrotask`, `atob` and `btoa`, `TextEncoder` and `TextDecoder`, `structuredClone`, `URL` and `URLSearchParams`,
//! `crypto`, `performance`, `AbortController`, and `fetch` with its classes. Only `fetch` calls the host, through `http`.

mod abort;
mod base64;
mod clone;
mod crypto;
mod dom_exception;
mod encoding;
mod fetch;
mod pairs;
mod performance;
mod url;

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue, NativeFunction,
    class::ClassBuilder,
    object::{
        FunctionObjectBuilder,
        builtins::{JsFunction, JsPromise},
    },
    property::Attribute,
};

use super::{Extension, Globals, Native, global_function};
use crate::convert::ObjectView;

pub(super) const EXTENSION: Extension = Extension {
    globals,
    register_classes,
    result: Some(fetch::endpoint_response),
    view: Some(ObjectView { text: url::text_of, data: fetch::shown }),
    promises: &["fetch"],
};

/// The globals that are functions or plain objects.
fn globals(context: &mut Context) -> JsResult<Globals> {
    let functions: [(&'static str, usize, Native); 5] = [
        ("fetch", 1, fetch::fetch),
        ("queueMicrotask", 1, queue_microtask),
        ("atob", 1, base64::atob),
        ("btoa", 1, base64::btoa),
        ("structuredClone", 1, clone::structured_clone),
    ];
    let mut globals: Vec<_> =
        functions.map(|(name, length, body)| (name, global_function(name, length, body, context))).into();
    globals.push(("crypto", crypto::build(context)?));
    globals.push(("performance", performance::build(context)?));
    globals.push(("DOMException", dom_exception::build(context)?));
    Ok(globals)
}

/// Adds the classes to the globals.
fn register_classes(context: &mut Context) -> JsResult<()> {
    abort::register(context)?;
    encoding::register(context)?;
    fetch::register(context)?;
    url::register(context)
}

/// Returns whether an object is `URLSearchParams`.
fn is_params(object: &JsObject) -> bool {
    url::is_params(object)
}

/// Queues a function as a microtask. An error that it throws is logged as an unhandled rejection.
fn queue_microtask(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(function) = args.get_or_undefined(0).as_object().and_then(JsFunction::from_object) else {
        return Err(JsNativeError::typ().with_message("queueMicrotask needs a function").into());
    };
    let call = NativeFunction::from_copy_closure_with_captures(
        |_, _, function: &JsFunction, context| function.call(&JsValue::undefined(), &[], context),
        function,
    );
    let call = FunctionObjectBuilder::new(context.realm(), call).build();
    JsPromise::resolve(JsValue::undefined(), context)?.then(Some(call), None, context)?;
    Ok(JsValue::undefined())
}

/// The attributes of a global that is a class.
const CLASS: Attribute = Attribute::WRITABLE.union(Attribute::CONFIGURABLE);

/// Sets the name of a class for `Object.prototype.toString`.
fn tag(class: &mut ClassBuilder<'_>, name: &str) {
    class.property(JsSymbol::to_string_tag(), JsString::from(name), Attribute::CONFIGURABLE);
}

/// Adds methods to a class, enumerable as on the web.
fn methods(class: &mut ClassBuilder<'_>, methods: &[(&str, usize, Native)]) {
    for (name, length, body) in methods {
        class.method(JsString::from(*name), *length, NativeFunction::from_fn_ptr(*body));
    }
}

/// Adds accessor properties to a class: a getter and an optional setter.
fn accessors(class: &mut ClassBuilder<'_>, accessors: &[(&str, Native, Option<Native>)]) {
    for (name, get, set) in accessors {
        let realm = class.context().realm().clone();
        let function = |body: Native| FunctionObjectBuilder::new(&realm, NativeFunction::from_fn_ptr(body)).build();
        let (get, set) = (function(*get), set.map(function));
        class.accessor(JsString::from(*name), Some(get), set, Attribute::CONFIGURABLE | Attribute::ENUMERABLE);
    }
}
