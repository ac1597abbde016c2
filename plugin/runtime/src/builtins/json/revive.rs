//! The reviver of `JSON.parse`: called for every value from the inside out, with the text of the value.

use boa_engine::{Context, JsObject, JsResult, JsString, JsValue, js_string, property::PropertyKey};

use super::read::{Source, SourcedValue};
use crate::{
    builtins::{depth, originals},
    objects::enumerable_keys,
};

pub(super) fn revive(root: &SourcedValue, reviver: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    let holder = JsObject::with_object_proto(context.intrinsics());
    holder.create_data_property_or_throw(js_string!(), root.value.clone(), context)?;
    property(&holder, &js_string!(), Some(root), reviver, context)
}

fn property(
    holder: &JsObject,
    key: &JsString,
    node: Option<&SourcedValue>,
    reviver: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let _level = depth::enter("JSON.parse", context)?;
    let value = holder.get(PropertyKey::from(key.clone()), context)?;
    // A value that the reviver has replaced has no text.
    let source = node.filter(|node| JsValue::same_value(&node.value, &value)).map(|node| &node.source);
    let about = JsObject::with_object_proto(context.intrinsics());
    match value.as_object() {
        Some(object) => inside(&object, source, reviver, context)?,
        None => {
            if let Some(Source::Primitive(text)) = source {
                about.create_data_property_or_throw(js_string!("source"), text.clone(), context)?;
            }
        }
    }
    reviver.call(&holder.clone().into(), &[key.clone().into(), value, about.into()], context)
}

fn inside(object: &JsObject, source: Option<&Source>, reviver: &JsObject, context: &mut Context) -> JsResult<()> {
    if originals::is_array(object, context)? {
        let length = object.get(js_string!("length"), context)?.to_length(context)?;
        for index in 0..length {
            let node = match source {
                Some(Source::Array(items)) => usize::try_from(index).ok().and_then(|index| items.get(index)),
                _ => None,
            };
            replace_property(object, &JsString::from(index), node, reviver, context)?;
        }
        return Ok(());
    }
    for key in enumerable_keys(object, context)? {
        let node = match source {
            Some(Source::Object(members)) => members.get(&key),
            _ => None,
        };
        replace_property(object, &key, node, reviver, context)?;
    }
    Ok(())
}

/// Replaces a property by the reviver's result.
fn replace_property(
    object: &JsObject,
    key: &JsString,
    node: Option<&SourcedValue>,
    reviver: &JsObject,
    context: &mut Context,
) -> JsResult<()> {
    let value = property(object, key, node, reviver, context)?;
    if value.is_undefined() {
        originals::delete(object, key.clone().into(), context)?;
    } else {
        object.create_data_property(PropertyKey::from(key.clone()), value, context)?;
    }
    Ok(())
}
