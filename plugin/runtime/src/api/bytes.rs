//! Bytes of scripts: `Uint8Array`, `ArrayBuffer` and views of one in, `Uint8Array` out.

use boa_engine::{
    Context, JsObject, JsResult, JsValue,
    builtins::{array_buffer::ArrayBuffer, dataview::DataView, typed_array::TypedArray},
    object::builtins::{AlignedVec, JsArrayBuffer, JsDataView, JsTypedArray, JsUint8Array},
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

/// A part of a buffer.
pub(super) struct View {
    pub(super) buffer: JsArrayBuffer,
    pub(super) offset: usize,
    pub(super) length: usize,
}

impl View {
    /// The part that a typed array or a `DataView` shows, or the whole of a buffer; none for anything else.
    pub(super) fn of(object: &JsObject, context: &mut Context) -> JsResult<Option<Self>> {
        let (buffer, offset, length) = if object.is::<TypedArray>() {
            let array = JsTypedArray::from_object(object.clone())?;
            (array.buffer(context)?, array.byte_offset(context)?, array.byte_length(context)?)
        } else if object.is::<DataView>() {
            let view = JsDataView::from_object(object.clone())?;
            let (offset, length) = (view.byte_offset(context)?, view.byte_length(context)?);
            (view.buffer(context)?, whole(offset), whole(length))
        } else if object.is::<ArrayBuffer>() {
            let buffer = JsArrayBuffer::from_object(object.clone())?;
            let length = buffer.byte_length();
            return Ok(Some(Self { buffer, offset: 0, length }));
        } else {
            return Ok(None);
        };
        let Some(buffer) = buffer.as_object() else { return Ok(None) };
        Ok(Some(Self { buffer: JsArrayBuffer::from_object(buffer)?, offset, length }))
    }

    /// Its bytes; none of a buffer that was given away.
    pub(super) fn to_vec(&self) -> Vec<u8> {
        let data = self.buffer.data();
        data.and_then(|data| data.get(self.offset..self.offset + self.length).map(<[u8]>::to_vec)).unwrap_or_default()
    }

    /// Overwrites its beginning.
    pub(super) fn write(&self, bytes: &[u8]) {
        let end = self.offset + self.length.min(bytes.len());
        if let Some(mut data) = self.buffer.data_mut()
            && let Some(place) = data.get_mut(self.offset..end)
        {
            place.copy_from_slice(&bytes[..place.len()]);
        }
    }
}

/// A new array of these bytes.
pub(super) fn make(bytes: &[u8], context: &mut Context) -> JsResult<JsValue> {
    Ok(JsUint8Array::from_array_buffer(buffer(bytes, context)?, context)?.into())
}

/// A new buffer of these bytes.
pub(super) fn buffer(bytes: &[u8], context: &mut Context) -> JsResult<JsArrayBuffer> {
    JsArrayBuffer::from_byte_block(AlignedVec::from_slice(0, bytes), context)
}

fn whole(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
