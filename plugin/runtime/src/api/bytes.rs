//! Reads and creates bytes: accepts `Uint8Array`, `ArrayBuffer` and views of one, returns `Uint8Array`.

use boa_engine::{
    Context, JsObject, JsResult, JsValue,
    builtins::{array_buffer::ArrayBuffer, dataview::DataView, typed_array::TypedArray},
    object::builtins::{AlignedVec, JsArrayBuffer, JsDataView, JsTypedArray, JsUint8Array},
};

/// Returns the bytes of a value; `None` if it is not a buffer or a view of one.
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

/// A range of a buffer.
pub(super) struct View {
    pub(super) buffer: JsArrayBuffer,
    pub(super) offset: usize,
    pub(super) length: usize,
}

impl View {
    /// Returns the range of a typed array or a `DataView`, or the whole of a buffer; `None` for any other object.
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

    /// Returns its bytes; empty for a detached buffer.
    pub(super) fn to_vec(&self) -> Vec<u8> {
        let data = self.buffer.data();
        data.and_then(|data| data.get(self.offset..self.offset + self.length).map(<[u8]>::to_vec)).unwrap_or_default()
    }

    /// Overwrites its beginning with these bytes.
    pub(super) fn write(&self, bytes: &[u8]) {
        let end = self.offset + self.length.min(bytes.len());
        if let Some(mut data) = self.buffer.data_mut()
            && let Some(place) = data.get_mut(self.offset..end)
        {
            place.copy_from_slice(&bytes[..place.len()]);
        }
    }
}

/// Returns a new `Uint8Array` with these bytes.
pub(super) fn make(bytes: &[u8], context: &mut Context) -> JsResult<JsValue> {
    Ok(JsUint8Array::from_array_buffer(buffer(bytes, context)?, context)?.into())
}

/// Returns a new buffer with these bytes.
pub(super) fn buffer(bytes: &[u8], context: &mut Context) -> JsResult<JsArrayBuffer> {
    JsArrayBuffer::from_byte_block(AlignedVec::from_slice(0, bytes), context)
}

fn whole(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
