//! `sort` and `toSorted` of arrays and typed arrays: a stable merge sort that accepts any comparator.
//!
//! The engine uses the sort of Rust's standard library, which panics if a comparator is not a total order. Such comparators
//! are common (`() => Math.random() - 0.5`, `(a, b) => a > b`), and all other engines then return some order.

use std::cmp::Ordering;

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, JsVariant, js_string,
    object::builtins::{JsArray, JsTypedArray},
};

use super::replace;

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    let array = context.intrinsics().constructors().array().prototype();
    replace(&array, &[("sort", sort), ("toSorted", to_sorted)], context)?;
    let typed = context.intrinsics().constructors().typed_array().prototype();
    replace(&typed, &[("sort", typed_sort), ("toSorted", typed_to_sorted)], context)
}

fn sort(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let comparator = comparator(args)?;
    let array = this.to_object(context)?;
    let length = length(&array, context)?;
    let mut items = Vec::new();
    for index in 0..length {
        if array.has_property(index, context)? {
            items.push(array.get(index, context)?);
        }
    }
    let mut places = 0..length;
    for (item, index) in sorted(items, comparator.as_ref(), context)?.into_iter().zip(&mut places) {
        array.set(index, item, true, context)?;
    }
    for hole in places {
        array.delete_property_or_throw(hole, context)?;
    }
    Ok(array.into())
}

fn to_sorted(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let comparator = comparator(args)?;
    let array = this.to_object(context)?;
    let length = length(&array, context)?;
    if length > u64::from(u32::MAX) {
        return Err(JsNativeError::range().with_message("array exceeded max size").into());
    }
    let mut items = Vec::new();
    for index in 0..length {
        items.push(array.get(index, context)?);
    }
    let sorted = sorted(items, comparator.as_ref(), context)?;
    Ok(JsArray::from_iter(sorted, context).into())
}

fn typed_sort(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let comparator = comparator(args)?;
    let array = typed_array(this, context)?;
    let sorted = sorted_elements(&array, comparator.as_ref(), context)?;
    write(&array, sorted, context)?;
    Ok(array.into())
}

fn typed_to_sorted(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let comparator = comparator(args)?;
    let array = typed_array(this, context)?;
    // A copy of the same type, even for a subclass.
    let copy = array.to_reversed(context)?;
    let sorted = sorted_elements(&array, comparator.as_ref(), context)?;
    write(&copy, sorted, context)?;
    Ok(copy.into())
}

fn comparator(args: &[JsValue]) -> JsResult<Option<JsObject>> {
    let given = args.get_or_undefined(0);
    if given.is_undefined() {
        return Ok(None);
    }
    let message = "the comparison function must be either a function or undefined";
    given.as_callable().map(Some).ok_or_else(|| JsNativeError::typ().with_message(message).into())
}

fn length(array: &JsObject, context: &mut Context) -> JsResult<u64> {
    array.get(js_string!("length"), context)?.to_length(context)
}

/// Returns a typed array whose buffer is attached.
fn typed_array(this: &JsValue, context: &mut Context) -> JsResult<JsTypedArray> {
    let array = this.as_object().ok_or_else(|| JsNativeError::typ().with_message("this is not a typed array"))?;
    let array = JsTypedArray::from_object(array)?;
    // The engine's check for a detached or too short buffer.
    array.at(0_i64, context)?;
    Ok(array)
}

fn sorted_elements(
    array: &JsTypedArray,
    comparator: Option<&JsObject>,
    context: &mut Context,
) -> JsResult<Vec<JsValue>> {
    let mut items = Vec::new();
    for index in 0..array.length(context)? {
        items.push(array.get(index, context)?);
    }
    match comparator {
        Some(comparator) => merge_sort(items, &mut |one, other| compare(comparator, one, other, context)),
        None => {
            items.sort_by(by_number);
            Ok(items)
        }
    }
}

fn write(array: &JsTypedArray, items: Vec<JsValue>, context: &mut Context) -> JsResult<()> {
    for (index, item) in items.into_iter().enumerate() {
        array.set(index, item, true, context)?;
    }
    Ok(())
}

/// Numbers in ascending order, -0 before 0, NaN last; BigInts in ascending order.
fn by_number(one: &JsValue, other: &JsValue) -> Ordering {
    if let (JsVariant::BigInt(one), JsVariant::BigInt(other)) = (one.variant(), other.variant()) {
        return one.cmp(&other);
    }
    let number = |value: &JsValue| value.as_number().unwrap_or(f64::NAN);
    let (one, other) = (number(one), number(other));
    one.is_nan().cmp(&other.is_nan()).then_with(|| one.total_cmp(&other))
}

/// Sorts values by a comparator, or by their texts; undefined ones come last.
fn sorted(mut items: Vec<JsValue>, comparator: Option<&JsObject>, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let all = items.len();
    items.retain(|item| !item.is_undefined());
    let mut items = match comparator {
        Some(comparator) => merge_sort(items, &mut |one, other| compare(comparator, one, other, context))?,
        None if items.len() < 2 => items,
        None => {
            let mut texts = Vec::with_capacity(items.len());
            for item in items {
                texts.push((item.to_string(context)?, item));
            }
            texts.sort_by(|one: &(JsString, JsValue), other| one.0.cmp(&other.0));
            texts.into_iter().map(|(_, item)| item).collect()
        }
    };
    items.resize(all, JsValue::undefined());
    Ok(items)
}

fn compare(comparator: &JsObject, one: &JsValue, other: &JsValue, context: &mut Context) -> JsResult<Ordering> {
    let order = comparator.call(&JsValue::undefined(), &[one.clone(), other.clone()], context)?.to_number(context)?;
    Ok(order.partial_cmp(&0.0).unwrap_or(Ordering::Equal))
}

/// Sorts stably; compares two items at a time, and accepts inconsistent results.
fn merge_sort<T>(mut items: Vec<T>, compare: &mut impl FnMut(&T, &T) -> JsResult<Ordering>) -> JsResult<Vec<T>> {
    if items.len() < 2 {
        return Ok(items);
    }
    let right = items.split_off(items.len() / 2);
    let (mut left, right) = (merge_sort(items, compare)?, merge_sort(right, compare)?);
    if let (Some(last), Some(first)) = (left.last(), right.first())
        && compare(last, first)?.is_le()
    {
        left.extend(right);
        return Ok(left);
    }
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    while let (Some(one), Some(other)) = (left.as_slice().first(), right.as_slice().first()) {
        let next = if compare(one, other)?.is_le() { left.next() } else { right.next() };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
