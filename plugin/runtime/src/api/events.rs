//! `events.publish(type, data)`: publishes an event on the host's bus. The host adds the prefix and checks the name.

use boa_engine::{Context, JsArgs, JsNativeError, JsObject, JsResult, JsValue};

use super::{Extension, Globals, namespace};
use crate::{
    convert,
    isolate::{call_host, rejected},
};

pub(super) const EXTENSION: Extension = Extension { globals, promises: &["events.publish"], ..Extension::NONE };

fn globals(context: &mut Context) -> JsResult<Globals> {
    Ok(vec![("events", build(context)?)])
}

fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(&[("publish", 2, publish)], context)
}

fn publish(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if !args.get_or_undefined(0).is_string() {
        let error =
            JsNativeError::typ().with_message("events.publish needs the event type, a string, as its first argument");
        return rejected(error.into(), context);
    }
    let data = match args.get_or_undefined(1) {
        data if data.is_undefined() => JsValue::null(),
        data => data.clone(),
    };
    call_host("events.publish", &[args.get_or_undefined(0).clone(), data], convert::from_json, context)
}
