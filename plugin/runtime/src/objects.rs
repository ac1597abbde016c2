//! Operations on JavaScript objects that the API, the built-ins and the conversions share.
//!
//! Depends on no other module of this crate.

mod plain;

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue, builtins::object::OrdinaryObject, js_string,
    object::IntegrityLevel, property::PropertyKey,
};

pub(crate) use plain::plain_object;

/// Returns the names that `Object.keys` returns.
pub(crate) fn enumerable_keys(object: &JsObject, context: &mut Context) -> JsResult<Vec<JsString>> {
    if !object.is_ordinary() {
        let keys = OrdinaryObject::keys(&JsValue::undefined(), &[object.clone().into()], context)?;
        let Some(keys) = keys.as_object() else { return Ok(Vec::new()) };
        let length = keys.get(js_string!("length"), context)?.to_length(context)?;
        return (0..length).map(|index| keys.get(index, context)?.to_string(context)).collect();
    }
    let keys = object.own_property_keys(context)?;
    let object = object.borrow();
    let enumerable = |key: &PropertyKey| {
        object.properties().get(key).is_some_and(|property| property.enumerable().unwrap_or_default())
    };
    Ok(keys
        .into_iter()
        .filter(enumerable)
        .filter_map(|key| match key {
            PropertyKey::String(name) => Some(name),
            PropertyKey::Index(index) => Some(JsString::from(index.get().to_string())),
            PropertyKey::Symbol(_) => None,
        })
        .collect())
}

/// Returns the primitive in a `String`, `Number`, `Boolean` or `BigInt` object.
pub(crate) fn unboxed(object: &JsObject) -> Option<JsValue> {
    if let Some(text) = object.downcast_ref::<JsString>() {
        return Some(text.clone().into());
    }
    if let Some(number) = object.downcast_ref::<f64>() {
        return Some(JsValue::from(*number));
    }
    if let Some(flag) = object.downcast_ref::<bool>() {
        return Some(JsValue::from(*flag));
    }
    object.downcast_ref::<boa_engine::JsBigInt>().map(|value| value.clone().into())
}

/// Makes one of our objects and everything in it read-only, and prevents private names on it. Must not be used on values of
/// a script.
pub(crate) fn freeze(object: &JsObject, context: &mut Context) -> JsResult<()> {
    object.set_integrity_level(IntegrityLevel::Frozen, context)?;
    object.set_shared();
    for key in object.own_property_keys(context)? {
        let value = object.borrow().properties().get(&key).and_then(|property| property.value().cloned());
        if let Some(child) = value.as_ref().and_then(JsValue::as_object)
            && child.is_extensible(context)?
        {
            freeze(&child, context)?;
        }
    }
    Ok(())
}
