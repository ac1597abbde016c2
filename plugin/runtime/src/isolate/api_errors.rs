//! Errors of the API that scripts can catch. A brand on the error holds the fault's code for the case that it is not caught.

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string,
    object::builtins::JsPromise,
    property::{PropertyDescriptor, PropertyKey},
};
use boa_gc::{Finalize, Trace};

use super::session::Session;
use crate::{convert, fault::Code, protocol::CallError};

/// The brand on an error of the API. If a script copies it onto another error, it has no effect there.
#[derive(Debug, Clone, Trace, Finalize, boa_engine::JsData)]
pub(super) struct Brand {
    /// The error that the brand was created for.
    pub(super) error: JsObject,
    /// The fault's code if the error is not caught.
    #[unsafe_ignore_trace]
    pub(super) code: Code,
    #[unsafe_ignore_trace]
    pub(super) position: Option<(u32, u32)>,
}

/// Returns an error of the API that a script can catch: an `Error` with `code` and, if present, `field` and `details`.
pub(crate) fn api_error(code: Code, message: String, context: &mut Context) -> JsError {
    api_error_of(JsNativeError::error(), code, message, context)
}

/// Like [`api_error`], of another class of the language such as `TypeError`.
pub(crate) fn api_error_of(class: JsNativeError, code: Code, message: String, context: &mut Context) -> JsError {
    let position = position(context);
    let error = CallError { code: code.name.to_owned(), message, field: None, details: None };
    match error_object(class, code, error, position, context) {
        Ok(object) => JsError::from_opaque(object.into()),
        Err(error) => error,
    }
}

/// Returns a promise that is rejected with this error.
pub(crate) fn rejected(error: JsError, context: &mut Context) -> JsResult<JsValue> {
    Ok(JsPromise::reject(error, context)?.into())
}

pub(super) fn error_object(
    class: JsNativeError,
    code: Code,
    error: CallError,
    position: Option<(u32, u32)>,
    context: &mut Context,
) -> JsResult<JsObject> {
    let session = Session::of(context)?;
    let object = class.with_message(error.message).into_opaque(context);
    object.create_data_property_or_throw(js_string!("code"), JsString::from(error.code), context)?;
    if let Some(field) = error.field {
        object.create_data_property_or_throw(js_string!("field"), JsString::from(field), context)?;
    }
    if let Some(details) = error.details {
        let details = convert::from_json(&details.to_string(), context)?;
        object.create_data_property_or_throw(js_string!("details"), details, context)?;
    }
    let brand = JsObject::from_proto_and_data(None, Brand { error: object.clone(), code, position });
    object.define_property_or_throw(
        PropertyKey::from(session.brand().clone()),
        PropertyDescriptor::builder().value(brand).writable(false).enumerable(false).configurable(false),
        context,
    )?;
    Ok(object)
}

/// Returns the brand of an error of the API; `None` for any other error.
pub(super) fn brand_of(object: &JsObject, context: &Context) -> Option<Brand> {
    let session = Session::of(context).ok()?;
    let property = object.borrow().properties().get(&PropertyKey::from(session.brand().clone()))?;
    let brand = property.value()?.as_object()?;
    let brand = brand.downcast_ref::<Brand>()?;
    JsObject::equals(&brand.error, object).then(|| brand.clone())
}

/// Returns the current position in the script as the engine counts it: line and column.
pub(super) fn position(context: &Context) -> Option<(u32, u32)> {
    let position = context.stack_trace().next()?.position().position?;
    Some((position.line_number(), position.column_number()))
}
