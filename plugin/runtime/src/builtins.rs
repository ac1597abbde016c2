//! Replacements for built-ins of the engine, with the results that the language prescribes.
//!
//! Each module names the reason for its replacement: the engine's version takes quadratic time, recurses on the native
//! stack without bound, panics, keeps state for the whole process, or does not support languages. They are installed before
//! the intrinsics are frozen, so that a script cannot tell them from the engine's.

mod arrays;
mod depth;
mod escape;
mod intl;
mod json;
mod originals;
mod regexp;
mod sort;
mod string;
mod symbols;
mod text;

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction, js_string,
    object::{FunctionObjectBuilder, builtins::JsFunction},
    property::{PropertyDescriptor, PropertyKey},
};

use self::originals::Originals;
pub(crate) use self::{
    intl::Formatters,
    json::{parse_text as parse_json, text_of as json_text},
};
pub(crate) use self::{originals::is_array, symbols::SymbolRegistry};

/// A native function.
type Native = fn(&JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>;

/// Replaces built-ins of the engine by ours.
///
/// # Errors
/// If the engine lacks an expected function: a defect.
pub fn install(context: &mut Context) -> JsResult<()> {
    let originals = Originals::of(context)?;
    context.insert_data(originals);
    context.insert_data(depth::Depth::default());
    string::install(context)?;
    arrays::install(context)?;
    sort::install(context)?;
    escape::install(context)?;
    symbols::install(context)?;
    regexp::install(context)?;
    json::install(context)?;
    intl::install(context)
}

/// Replaces the symbol registry by that of another run, and returns the previous one.
pub(crate) fn swap_symbols(symbols: SymbolRegistry, context: &Context) -> SymbolRegistry {
    context.get_data::<symbols::Registry>().map(|registry| registry.swap(symbols)).unwrap_or_default()
}

/// Drops the texts and expressions that the built-ins cached during a step.
pub(crate) fn forget(context: &Context) {
    regexp::forget(context);
}

/// Replaces methods of an object; their name, length and attributes stay the same.
fn replace(object: &JsObject, methods: &[(&str, Native)], context: &mut Context) -> JsResult<()> {
    for (name, body) in methods {
        replace_one(object, JsString::from(*name), NativeFunction::from_fn_ptr(*body), context)?;
    }
    Ok(())
}

fn replace_one(
    object: &JsObject,
    key: impl Into<PropertyKey>,
    body: NativeFunction,
    context: &mut Context,
) -> JsResult<()> {
    let key = key.into();
    let original = function(object, key.clone(), context)?;
    let name = original.get(js_string!("name"), context)?.to_string(context)?;
    let length = original.get(js_string!("length"), context)?.to_length(context)?;
    let length = usize::try_from(length).unwrap_or_default();
    let function = FunctionObjectBuilder::new(context.realm(), body).name(name).length(length).build();
    object.define_property_or_throw(key, PropertyDescriptor::builder().value(function), context)?;
    Ok(())
}

/// Returns a function of the engine from its stored property.
fn function(object: &JsObject, key: impl Into<PropertyKey>, context: &mut Context) -> JsResult<JsFunction> {
    let key = key.into();
    let function = object.get(key.clone(), context)?.as_object().and_then(JsFunction::from_object);
    function.ok_or_else(|| JsNativeError::typ().with_message(format!("the engine has no function `{key}`")).into())
}

/// Returns an object of the engine from its stored property.
fn namespace(object: &JsObject, name: &str, context: &mut Context) -> JsResult<JsObject> {
    let value = object.get(JsString::from(name), context)?;
    value.as_object().ok_or_else(|| JsNativeError::typ().with_message(format!("the engine has no `{name}`")).into())
}
