//! `JSON`, read and written by our own code.
//!
//! The engine reads JSON with its JavaScript parser and compiler, which is slow, keeps every text forever and recurses
//! without bound; its writer copies each text once per level around it. Neither supports lone surrogates, which the
//! language allows.

mod read;
mod revive;
mod scan;
mod write;

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, Trace, js_string,
    object::IntegrityLevel,
};

use super::{namespace, replace};

/// Marks objects that `JSON.rawJSON` creates.
#[derive(Debug, Clone, Copy, Trace, Finalize, JsData)]
#[boa_gc(empty_trace)]
struct RawJson;

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    let json = namespace(&context.global_object(), "JSON", context)?;
    let methods: [(&str, super::Native); 4] =
        [("parse", parse), ("stringify", write::stringify), ("rawJSON", raw_json), ("isRawJSON", is_raw_json)];
    replace(&json, &methods, context)
}

fn parse(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?;
    match args.get_or_undefined(1).as_callable() {
        None => read::value(&text, context),
        Some(reviver) => {
            let node = read::tree(&text, context)?;
            revive::revive(&node, &reviver, context)
        }
    }
}

/// `JSON.parse` of a text, for our own functions.
pub(crate) fn parse_text(text: &JsString, context: &mut Context) -> JsResult<JsValue> {
    read::value(text, context)
}

/// `JSON.stringify` of a value, for our own functions; `None` for values without a JSON text.
pub(crate) fn text_of(value: &JsValue, context: &mut Context) -> JsResult<Option<JsString>> {
    Ok(write::stringify(&JsValue::undefined(), std::slice::from_ref(value), context)?.as_string())
}

fn raw_json(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?;
    let ends = [text.code_unit_at(0), text.len().checked_sub(1).and_then(|last| text.code_unit_at(last))];
    let is_space = |unit: &u16| matches!(*unit, 0x09 | 0x0A | 0x0D | 0x20);
    if text.is_empty() || ends.iter().flatten().any(is_space) {
        let message = "JSON.rawJSON: the text must be a JSON value without white space around it";
        return Err(JsNativeError::syntax().with_message(message).into());
    }
    if read::value(&text, context)?.is_object() {
        let message = "JSON.rawJSON: the text must not be an object or array";
        return Err(JsNativeError::syntax().with_message(message).into());
    }
    let object = JsObject::from_proto_and_data(None, RawJson);
    object.create_data_property_or_throw(js_string!("rawJSON"), text, context)?;
    object.set_integrity_level(IntegrityLevel::Frozen, context)?;
    Ok(object.into())
}

fn is_raw_json(_: &JsValue, args: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    Ok(args.get_or_undefined(0).as_object().is_some_and(|object| object.is::<RawJson>()).into())
}
