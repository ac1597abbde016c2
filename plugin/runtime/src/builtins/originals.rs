//! Functions of the engine that ours need and that the engine exposes only to scripts.

use boa_engine::{Context, JsNativeError, JsObject, JsResult, JsValue, js_string, object::builtins::JsFunction};

use super::{function, namespace};

/// The functions, read before a script could change them.
#[derive(Debug, Clone)]
pub(super) struct Originals {
    is_array: JsFunction,
    delete_property: JsFunction,
}

impl Originals {
    pub(super) fn of(context: &mut Context) -> JsResult<Self> {
        let array = context.intrinsics().constructors().array().constructor();
        let reflect = namespace(&context.global_object(), "Reflect", context)?;
        Ok(Self {
            is_array: function(&array, js_string!("isArray"), context)?,
            delete_property: function(&reflect, js_string!("deleteProperty"), context)?,
        })
    }

    fn in_context(context: &Context) -> JsResult<&Self> {
        let originals = context.get_data::<Self>();
        originals.ok_or_else(|| JsNativeError::error().with_message("the builtins are not installed").into())
    }
}

/// `IsArray`: true for arrays, and for proxies of arrays.
pub(crate) fn is_array(object: &JsObject, context: &mut Context) -> JsResult<bool> {
    if object.is_array() {
        return Ok(true);
    }
    if object.is_ordinary() {
        return Ok(false);
    }
    let is_array = Originals::in_context(context)?.is_array.clone();
    Ok(is_array.call(&JsValue::undefined(), &[object.clone().into()], context)?.to_boolean())
}

/// `[[Delete]]`, which does not throw if the property stays.
pub(super) fn delete(object: &JsObject, key: JsValue, context: &mut Context) -> JsResult<bool> {
    let delete = Originals::in_context(context)?.delete_property.clone();
    Ok(delete.call(&JsValue::undefined(), &[object.clone().into(), key], context)?.to_boolean())
}
