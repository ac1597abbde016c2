//! `crypto.randomUUID()` and `crypto.getRandomValues(array)`.

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue,
    builtins::typed_array::{TypedArray, TypedArrayKind},
    object::builtins::JsTypedArray,
};
use uuid::Uuid;

use super::dom_exception;
use crate::api::{bytes::View, namespace};

/// Maximum of bytes of one call.
const MAX_BYTES: usize = 65_536;

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(&[("randomUUID", 0, random_uuid), ("getRandomValues", 1, get_random_values)], context)
}

fn random_uuid(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    Ok(JsString::from(Uuid::new_v4().to_string()).into())
}

fn get_random_values(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let array = args.get_or_undefined(0).as_object().filter(is_whole_numbers);
    let view = array.as_ref().map(|array| View::of(array, context)).transpose()?.flatten();
    let (Some(array), Some(view)) = (array, view) else {
        let message = "crypto.getRandomValues needs a typed array of integers, such as new Uint8Array(16)";
        return Err(dom_exception::error("TypeMismatchError", message, context));
    };
    if view.length > MAX_BYTES {
        let message = format!("crypto.getRandomValues fills at most {MAX_BYTES} bytes per call");
        return Err(dom_exception::error("QuotaExceededError", &message, context));
    }
    let mut random = vec![0; view.length];
    getrandom::fill(&mut random)
        .map_err(|error| JsNativeError::error().with_message(format!("the system has no random bytes: {error}")))?;
    view.write(&random);
    Ok(array.into())
}

fn is_whole_numbers(object: &JsObject) -> bool {
    let kind = object.is::<TypedArray>().then(|| JsTypedArray::from_object(object.clone()).ok()).flatten();
    kind.and_then(|array| array.kind())
        .is_some_and(|kind| !matches!(kind, TypedArrayKind::Float32 | TypedArrayKind::Float64))
}
