//! `DOMException`: errors of web APIs with their own names, such as `AbortError` and `TimeoutError`. They are ordinary errors with
//! a stack.

use boa_engine::{
    Context, JsArgs, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction, js_string,
    object::FunctionObjectBuilder, property::PropertyDescriptor,
};

const CLASS: &str = "DOMException";
/// Legacy codes by name; any other name has 0.
const CODES: [(&str, u8); 6] = [
    ("InvalidCharacterError", 5),
    ("SyntaxError", 12),
    ("NetworkError", 19),
    ("AbortError", 20),
    ("TimeoutError", 23),
    ("DataCloneError", 25),
];

/// Builds the class.
pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    let class = FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(construct))
        .name(js_string!(CLASS))
        .length(0)
        .constructor(true)
        .build();
    let base = context.intrinsics().constructors().error().prototype();
    let prototype = JsObject::with_object_proto(context.intrinsics());
    prototype.set_prototype(Some(base));
    let hidden = |value: JsValue| PropertyDescriptor::builder().value(value).writable(true).enumerable(false);
    prototype.define_property_or_throw(
        js_string!("constructor"),
        hidden(class.clone().into()).configurable(true),
        context,
    )?;
    let constant = PropertyDescriptor::builder().value(prototype).writable(false).enumerable(false);
    class.define_property_or_throw(js_string!("prototype"), constant.configurable(false), context)?;
    Ok(class.into())
}

/// `new DOMException(message?, name?)`
fn construct(target: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(target) = target.as_object() else {
        return Err(JsNativeError::typ().with_message("DOMException is a class: call it with `new`").into());
    };
    let mut text = |index: usize, default: &str| match args.get_or_undefined(index) {
        given if given.is_undefined() => Ok(JsString::from(default)),
        given => given.to_string(context),
    };
    let (message, name) = (text(0, "")?, text(1, "Error")?);
    let prototype = target.get(js_string!("prototype"), context)?.as_object();
    make(prototype, &name.to_std_string_lossy(), &message.to_std_string_lossy(), context).map(JsValue::from)
}

/// Creates a `DOMException` as a value.
pub(super) fn value(name: &str, message: &str, context: &mut Context) -> JsResult<JsValue> {
    let class = context.global_object().get(js_string!(CLASS), context)?.as_object();
    let prototype = match class {
        Some(class) => class.get(js_string!("prototype"), context)?.as_object(),
        None => None,
    };
    make(prototype, name, message, context).map(JsValue::from)
}

/// Creates a `DOMException` to be thrown.
pub(super) fn error(name: &str, message: &str, context: &mut Context) -> JsError {
    match value(name, message, context) {
        Ok(error) => JsError::from_opaque(error),
        Err(error) => error,
    }
}

fn make(prototype: Option<JsObject>, name: &str, message: &str, context: &mut Context) -> JsResult<JsObject> {
    let class = context.intrinsics().constructors().error().constructor();
    let error = class.construct(&[JsString::from(message).into()], None, context)?;
    if prototype.is_some() {
        error.set_prototype(prototype);
    }
    let code = CODES.iter().find(|(known, _)| *known == name).map_or(0, |(_, code)| *code);
    for (key, value) in [("name", JsValue::from(JsString::from(name))), ("code", JsValue::from(code))] {
        let property = PropertyDescriptor::builder().value(value).writable(true).enumerable(false).configurable(true);
        error.define_property_or_throw(JsString::from(key), property, context)?;
    }
    Ok(error)
}
