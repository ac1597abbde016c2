//! `structuredClone(value)`: returns a deep copy; cycles are preserved.
//!
//! Values that cannot be copied (functions, symbols, promises, proxies) cause a `DataCloneError`. Instances of classes become plain
//! objects, as on the web.

use std::collections::HashMap;

use boa_engine::{
    Context, JsArgs, JsBigInt, JsNativeError, JsObject, JsResult, JsString, JsValue, JsVariant,
    builtins::{
        array_buffer::ArrayBuffer, dataview::DataView, date::Date, error::Error, map::ordered_map::OrderedMap,
        proxy::Proxy, regexp::RegExp, set::ordered_set::OrderedSet, typed_array::TypedArray,
    },
    js_string,
    object::builtins::{JsArray, JsArrayBuffer, JsDataView, JsDate, JsMap, JsRegExp, JsSet, JsTypedArray},
    property::{PropertyDescriptor, PropertyKey},
};

use super::dom_exception;
use crate::api::bytes::{self, View};

/// Maximum nesting depth.
const MAX_DEPTH: usize = 10_000;
/// Names of errors that are preserved in a copy.
const ERRORS: [&str; 6] = ["EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"];

pub(super) fn structured_clone(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(value) = args.first() else {
        return Err(JsNativeError::typ().with_message("structuredClone needs a value").into());
    };
    if let Some(options) = args.get_or_undefined(1).as_object()
        && !options.get(js_string!("transfer"), context)?.is_undefined()
    {
        let message = "structuredClone does not support the option `transfer`; it copies everything";
        return Err(dom_exception::error("DataCloneError", message, context));
    }
    Copier { copies: HashMap::new(), depth: 0, context }.value(value)
}

struct Copier<'c> {
    /// Originals and copies by the address of the original, which stays alive while copying.
    copies: HashMap<usize, (JsObject, JsObject)>,
    depth: usize,
    context: &'c mut Context,
}

impl Copier<'_> {
    fn value(&mut self, value: &JsValue) -> JsResult<JsValue> {
        match value.variant() {
            JsVariant::Object(object) => self.object(&object).map(JsValue::from),
            JsVariant::Symbol(_) => Err(self.refuse("a symbol")),
            _ => Ok(value.clone()),
        }
    }

    fn refuse(&mut self, what: &str) -> boa_engine::JsError {
        dom_exception::error("DataCloneError", &format!("structuredClone cannot copy {what}"), self.context)
    }

    fn object(&mut self, object: &JsObject) -> JsResult<JsObject> {
        if let Some((_, copy)) = self.copies.get(&address(object)) {
            return Ok(copy.clone());
        }
        if self.depth >= MAX_DEPTH {
            let message = format!("structuredClone: the value is nested more than {MAX_DEPTH} deep");
            return Err(JsNativeError::range().with_message(message).into());
        }
        self.depth += 1;
        let copy = self.copy(object);
        self.depth -= 1;
        copy
    }

    fn copy(&mut self, object: &JsObject) -> JsResult<JsObject> {
        if object.is_ordinary() {
            let copy = JsObject::with_object_proto(self.context.intrinsics());
            return self.members(object, copy);
        }
        if object.is_array() {
            let copy = JsArray::new(self.context)?;
            let length = object.get(js_string!("length"), self.context)?;
            copy.set(js_string!("length"), length, true, self.context)?;
            return self.members(object, copy.into());
        }
        if let Some(copy) = self.plain(object)? {
            return Ok(self.keep(object, copy));
        }
        if object.is::<OrderedMap<JsValue>>() {
            return self.map(object);
        }
        if object.is::<OrderedSet>() {
            return self.set(object);
        }
        if object.is::<Error>() {
            return self.error(object);
        }
        if object.is::<TypedArray>() || object.is::<DataView>() {
            return self.view(object);
        }
        Err(self.refuse(if object.is_callable() {
            "a function"
        } else if object.is::<Proxy>() {
            "a proxy"
        } else {
            "an object of this kind"
        }))
    }

    fn keep(&mut self, object: &JsObject, copy: JsObject) -> JsObject {
        self.copies.insert(address(object), (object.clone(), copy.clone()));
        copy
    }

    fn members(&mut self, object: &JsObject, copy: JsObject) -> JsResult<JsObject> {
        let copy = self.keep(object, copy);
        // Both are ordinary objects of the engine, so reading their keys runs no code of the script.
        for key in object.own_property_keys(self.context)? {
            let property = object.borrow().properties().get(&key);
            let is_shown = property.is_some_and(|property| property.enumerable() == Some(true));
            if is_shown && !matches!(key, PropertyKey::Symbol(_)) {
                let value = object.get(key.clone(), self.context)?;
                let value = self.value(&value)?;
                copy.create_data_property_or_throw(key, value, self.context)?;
            }
        }
        Ok(copy)
    }

    /// Copies objects that contain no other objects.
    fn plain(&mut self, object: &JsObject) -> JsResult<Option<JsObject>> {
        let boxed = if let Some(text) = object.downcast_ref::<JsString>() {
            Some(JsValue::from(text.clone()))
        } else if let Some(number) = object.downcast_ref::<f64>() {
            Some(JsValue::from(*number))
        } else if let Some(flag) = object.downcast_ref::<bool>() {
            Some(JsValue::from(*flag))
        } else {
            object.downcast_ref::<JsBigInt>().map(|number| JsValue::from(number.clone()))
        };
        if let Some(primitive) = boxed {
            return primitive.to_object(self.context).map(Some);
        }
        if object.is::<Date>() {
            let time = JsDate::from_object(object.clone())?.get_time(self.context)?;
            let copy = JsDate::new(self.context);
            copy.set_time(time, self.context)?;
            return Ok(Some(copy.into()));
        }
        if object.is::<RegExp>() {
            let original = JsRegExp::from_object(object.clone())?;
            let source = JsString::from(original.source(self.context)?);
            let flags = JsString::from(original.flags(self.context)?);
            let constructor = self.context.intrinsics().constructors().regexp().constructor();
            return constructor.construct(&[source.into(), flags.into()], None, self.context).map(Some);
        }
        if object.is::<ArrayBuffer>() {
            let Some(bytes) = JsArrayBuffer::from_object(object.clone())?.to_vec() else {
                return Err(self.refuse("a detached buffer"));
            };
            return Ok(Some(bytes::buffer(&bytes, self.context)?.into()));
        }
        Ok(None)
    }

    fn map(&mut self, object: &JsObject) -> JsResult<JsObject> {
        let copy = JsMap::new(self.context);
        self.keep(object, copy.clone().into());
        let entries: Vec<(JsValue, JsValue)> = object
            .downcast_ref::<OrderedMap<JsValue>>()
            .map(|map| map.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
            .unwrap_or_default();
        for (key, value) in entries {
            let (key, value) = (self.value(&key)?, self.value(&value)?);
            copy.set(key, value, self.context)?;
        }
        Ok(copy.into())
    }

    fn set(&mut self, object: &JsObject) -> JsResult<JsObject> {
        let copy = JsSet::new(self.context);
        self.keep(object, copy.clone().into());
        let items: Vec<JsValue> =
            object.downcast_ref::<OrderedSet>().map(|set| set.iter().cloned().collect()).unwrap_or_default();
        for item in items {
            let item = self.value(&item)?;
            copy.add(item, self.context)?;
        }
        Ok(copy.into())
    }

    fn error(&mut self, object: &JsObject) -> JsResult<JsObject> {
        let name = object.get(js_string!("name"), self.context)?.to_string(self.context)?.to_std_string_lossy();
        let class = ERRORS.iter().find(|known| **known == name).copied().unwrap_or("Error");
        let class = self.context.global_object().get(JsString::from(class), self.context)?;
        let own = |key: &str| object.borrow().properties().get(&JsString::from(key).into())?.value().cloned();
        let message = own("message").map(|message| message.to_string(self.context)).transpose()?;
        let args: Vec<JsValue> = message.into_iter().map(JsValue::from).collect();
        let constructor = class.as_object().ok_or_else(|| JsNativeError::typ().with_message("there is no Error"))?;
        let copy = constructor.construct(&args, None, self.context)?;
        self.keep(object, copy.clone());
        if let Some(cause) = own("cause") {
            let cause = self.value(&cause)?;
            let cause = PropertyDescriptor::builder().value(cause).writable(true).enumerable(false);
            copy.define_property_or_throw(js_string!("cause"), cause.configurable(true), self.context)?;
        }
        Ok(copy)
    }

    /// Copies a view; views of one buffer share the buffer's copy.
    fn view(&mut self, object: &JsObject) -> JsResult<JsObject> {
        let Some(view) = View::of(object, self.context)? else { return Err(self.refuse("a view without a buffer")) };
        let buffer = self.object(&view.buffer.clone().into())?;
        let copy = if object.is::<DataView>() {
            let buffer = JsArrayBuffer::from_object(buffer)?;
            let (offset, length) = (view.offset as u64, view.length as u64);
            JsDataView::from_js_array_buffer(buffer, Some(offset), Some(length), self.context)?.into()
        } else {
            let array = JsTypedArray::from_object(object.clone())?;
            let length = array.length(self.context)?;
            let class = constructor_of(&array, self.context)?;
            class.construct(&[buffer.into(), view.offset.into(), length.into()], None, self.context)?
        };
        Ok(self.keep(object, copy))
    }
}

/// Returns the constructor of a typed array.
fn constructor_of(array: &JsTypedArray, context: &mut Context) -> JsResult<JsObject> {
    let name = array.to_string_tag(context)?.to_string(context)?;
    let class = context.global_object().get(name, context)?.as_object();
    class.ok_or_else(|| JsNativeError::typ().with_message("there is no such typed array").into())
}

/// Identifies an object while it is alive.
fn address(object: &JsObject) -> usize {
    std::ptr::from_ref(object.as_ref()).cast::<()>() as usize
}
