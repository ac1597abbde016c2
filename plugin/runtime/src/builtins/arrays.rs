//! `unshift`, `splice` and `join` of arrays.
//!
//! The engine moves each element through the generic property protocol. Ours move the elements of an ordinary array
//! directly, and leave all other objects to the engine. The engine's `join` recurses without bound into arrays that contain
//! themselves; ours writes an empty string for them, as other engines do.

use std::{cell::RefCell, rc::Rc};

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string,
    object::{
        IndexProperties,
        builtins::{JsArray, JsFunction},
    },
    property::{PropertyDescriptor, PropertyKey},
};

use super::{
    depth, function, replace,
    text::{Builder, check_length},
};

/// The engine's own methods, and the arrays that are being joined.
#[derive(Debug, Clone)]
struct State {
    unshift: JsFunction,
    splice: JsFunction,
    joining: Rc<RefCell<Vec<JsObject>>>,
}

impl State {
    fn of(context: &Context) -> JsResult<Self> {
        let state = context.get_data::<Self>().cloned();
        state.ok_or_else(|| JsNativeError::error().with_message("arrays are not installed").into())
    }
}

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    let prototype = context.intrinsics().constructors().array().prototype();
    let state = State {
        unshift: function(&prototype, js_string!("unshift"), context)?,
        splice: function(&prototype, js_string!("splice"), context)?,
        joining: Rc::default(),
    };
    context.insert_data(state);
    replace(&prototype, &[("unshift", unshift), ("splice", splice), ("join", join)], context)
}

fn unshift(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ordinary = this.as_object().and_then(|array| Some((length_of(&array, context)?, array)));
    let Some((length, array)) = ordinary else { return State::of(context)?.unshift.call(this, args, context) };
    let moved = elements(&array, 0, length);
    let length = args.len() + length;
    write(&array, 0, args.iter().cloned().chain(moved), length, context)?;
    Ok(JsValue::from(length))
}

fn splice(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    // Converting an argument to a number could change the array.
    let are_numbers = args.iter().take(2).all(|arg| arg.is_number() || arg.is_undefined());
    let array = this.as_object().filter(|_| are_numbers && !args.is_empty());
    let ordinary = array.and_then(|array| Some((length_of(&array, context)?, array)));
    let Some((length, array)) = ordinary else { return State::of(context)?.splice.call(this, args, context) };
    let start =
        match args.get_or_undefined(0).to_integer_or_infinity(context)?.clamp_finite(-MAX_POSITION, MAX_POSITION) {
            back @ ..0 => length.saturating_sub(usize::try_from(-back).unwrap_or(length)),
            from => usize::try_from(from).unwrap_or(length).min(length),
        };
    let count = match args.get(1) {
        None => length - start,
        Some(count) => count.to_integer_or_infinity(context)?.clamp_finite(0, length - start),
    };
    let removed = elements(&array, start, count);
    let inserted = args.get(2..).unwrap_or_default();
    // Elements after the removed ones move only if the length changes.
    let behind = start + count;
    let moved = if count == inserted.len() { Vec::new() } else { elements(&array, behind, length - behind) };
    let length = length - count + inserted.len();
    write(&array, start, inserted.iter().cloned().chain(moved), length, context)?;
    Ok(JsArray::from_iter(removed, context).into())
}

/// Largest position that is distinguished.
const MAX_POSITION: i64 = 1 << 53;

/// Returns the length of an unmodified array: no holes, no properties of its own, not frozen.
fn length_of(array: &JsObject, context: &mut Context) -> Option<usize> {
    let prototype = context.intrinsics().constructors().array().prototype();
    if !array.is_array() || array.prototype() != Some(prototype) || !array.is_extensible(context).unwrap_or_default() {
        return None;
    }
    let object = array.borrow();
    let length = object.properties().get(&PropertyKey::from(js_string!("length")))?;
    if object.shape().keys().len() != 1 || length.writable() != Some(true) {
        return None;
    }
    let elements = match object.properties().index_properties() {
        IndexProperties::DenseI32(elements) => elements.len(),
        IndexProperties::DenseF64(elements) => elements.len(),
        IndexProperties::DenseElement(elements) => elements.len(),
        _ => return None,
    };
    (length.value()?.as_number() == Some(elements as f64)).then_some(elements)
}

/// Copies some elements of an ordinary array.
fn elements(array: &JsObject, start: usize, count: usize) -> Vec<JsValue> {
    match array.borrow().properties().index_properties() {
        IndexProperties::DenseI32(all) => all.skip(start).take(count).map(|(_, number)| (*number).into()).collect(),
        IndexProperties::DenseF64(all) => all.skip(start).take(count).map(|(_, number)| (*number).into()).collect(),
        IndexProperties::DenseElement(all) => all.skip(start).take(count).map(|(_, element)| element.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Writes elements of an ordinary array from a position on; elements beyond its new length are removed.
fn write(
    array: &JsObject,
    start: usize,
    elements: impl Iterator<Item = JsValue>,
    length: usize,
    context: &mut Context,
) -> JsResult<()> {
    for (index, element) in elements.enumerate() {
        let element = PropertyDescriptor::builder().value(element).writable(true).enumerable(true).configurable(true);
        array.insert_property(start + index, element);
    }
    array.set(js_string!("length"), length, true, context)?;
    Ok(())
}

fn join(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let array = this.to_object(context)?;
    let length = array.get(js_string!("length"), context)?.to_length(context)?;
    let separator = args.get_or_undefined(0);
    let separator = if separator.is_undefined() { js_string!(",") } else { separator.to_string(context)? };
    let separators = usize::try_from(length.saturating_sub(1)).unwrap_or(usize::MAX);
    check_length(separators.saturating_mul(separator.len()))?;
    let _level = depth::enter("Array.prototype.join", context)?;
    let joining = State::of(context)?.joining;
    if joining.borrow().iter().any(|outer| JsObject::equals(outer, &array)) {
        return Ok(js_string!().into());
    }
    joining.borrow_mut().push(array.clone());
    let joined = join_elements(&array, length, &separator, context);
    joining.borrow_mut().pop();
    Ok(joined?.into())
}

fn join_elements(array: &JsObject, length: u64, separator: &JsString, context: &mut Context) -> JsResult<JsString> {
    let mut out = Builder::default();
    for index in 0..length {
        if index > 0 {
            out.push(separator.as_str())?;
        }
        let element = array.get(index, context)?;
        if !element.is_null_or_undefined() {
            out.push(element.to_string(context)?.as_str())?;
        }
    }
    Ok(out.build())
}
