//! Bytes of scripts: `Uint8Array` and `ArrayBuffer` in, `Uint8Array` out.

use boa_engine::{
    Context, JsResult, JsValue,
    builtins::{array_buffer::ArrayBuffer, typed_array::TypedArray},
    object::builtins::{AlignedVec, JsArrayBuffer, JsUint8Array},
};

/// The bytes of a value that has some.
pub(super) fn read(value: &JsValue, context: &mut Context) -> JsResult<Option<Vec<u8>>> {
    let Some(object) = value.as_object() else { return Ok(None) };
    if object.is::<TypedArray>()
        && let Ok(array) = JsUint8Array::from_object(object.clone())
    {
        return array.to_vec(context).map(Some);
    }
    if object.is::<ArrayBuffer>() {
        return Ok(JsArrayBuffer::from_object(object)?.to_vec());
    }
    Ok(None)
}

/// A new array of these bytes.
pub(super) fn make(bytes: &[u8], context: &mut Context) -> JsResult<JsValue> {
    let block = AlignedVec::from_slice(0, bytes);
    let buffer = JsArrayBuffer::from_byte_block(block, context)?;
    Ok(JsUint8Array::from_array_buffer(buffer, context)?.into())
}
