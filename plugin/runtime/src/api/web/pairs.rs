//! Lists of names and values, as read and returned by `URLSearchParams` and `Headers`.

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue, NativeFunction,
    class::ClassBuilder,
    js_string,
    object::{
        FunctionObjectBuilder,
        builtins::{JsArray, JsFunction},
    },
    property::{Attribute, PropertyKey},
};

use crate::{api::Native, objects::enumerable_keys};

pub(super) type Pair = (String, String);

/// The items of an iterator.
#[derive(Clone, Copy)]
pub(super) enum IteratorItem {
    Names,
    Values,
    Pairs,
}

/// Reads the pairs of an iterable, `[[name, value]]`, or the members of any other object.
pub(super) fn read(class: &str, given: &JsObject, context: &mut Context) -> JsResult<Vec<Pair>> {
    if given.get(JsSymbol::iterator(), context)?.is_null_or_undefined() {
        return members(given, context);
    }
    let mut pairs = Vec::new();
    for pair in array_of(&given.clone().into(), context)? {
        let pair = if pair.is_object() { array_of(&pair, context)? } else { Vec::new() };
        let [name, value] = pair.as_slice() else {
            return Err(JsNativeError::typ().with_message(format!("{class} needs pairs of a name and a value")).into());
        };
        let (name, value) = (name.to_string(context)?, value.to_string(context)?);
        pairs.push((name.to_std_string_lossy(), value.to_std_string_lossy()));
    }
    Ok(pairs)
}

/// Returns the own members of an object, `{name: value}`.
fn members(object: &JsObject, context: &mut Context) -> JsResult<Vec<Pair>> {
    let keys = enumerable_keys(object, context)?;
    let pairs = keys.into_iter().map(|key| {
        let value = object.get(PropertyKey::from(key.clone()), context)?.to_string(context)?;
        Ok((key.to_std_string_lossy(), value.to_std_string_lossy()))
    });
    pairs.collect()
}

/// Returns the items of an iterable.
pub(super) fn array_of(given: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let array = context.intrinsics().constructors().array().constructor();
    let from = array.get(js_string!("from"), context)?.as_object().and_then(JsFunction::from_object);
    let from = from.ok_or_else(|| JsNativeError::typ().with_message("there is no Array.from"))?;
    let made = from.call(&array.into(), std::slice::from_ref(given), context)?;
    let made = made.as_object().ok_or_else(|| JsNativeError::typ().with_message("the value is not iterable"))?;
    let length = made.get(js_string!("length"), context)?.to_length(context)?;
    (0..length).map(|index| made.get(index, context)).collect()
}

/// Returns arguments as texts: `NEEDED` required ones and an optional one.
pub(super) fn texts<const NEEDED: usize>(
    function: &str,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<([String; NEEDED], Option<String>)> {
    if args.len() < NEEDED {
        let message = format!("{function} has too few arguments: it needs {NEEDED}");
        return Err(JsNativeError::typ().with_message(message).into());
    }
    let mut needed = [const { String::new() }; NEEDED];
    for (place, arg) in needed.iter_mut().zip(args) {
        *place = arg.to_string(context)?.to_std_string_lossy();
    }
    let more = match args.get_or_undefined(NEEDED) {
        more if more.is_undefined() => None,
        more => Some(more.to_string(context)?.to_std_string_lossy()),
    };
    Ok((needed, more))
}

/// Calls a function with the value and the name of each pair.
pub(super) fn for_each(
    class: &str,
    pairs: Vec<Pair>,
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let Some(function) = args.get_or_undefined(0).as_object().and_then(JsFunction::from_object) else {
        return Err(JsNativeError::typ().with_message(format!("{class}.forEach needs a function")).into());
    };
    for (name, value) in pairs {
        let given = [JsString::from(value).into(), JsString::from(name).into(), this.clone()];
        function.call(args.get_or_undefined(1), &given, context)?;
    }
    Ok(JsValue::undefined())
}

/// Returns an iterator over a snapshot of pairs.
pub(super) fn iterate(pairs: Vec<Pair>, shown: IteratorItem, context: &mut Context) -> JsResult<JsValue> {
    let mut items = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let (name, value) = (JsValue::from(JsString::from(name)), JsValue::from(JsString::from(value)));
        items.push(match shown {
            IteratorItem::Names => name,
            IteratorItem::Values => value,
            IteratorItem::Pairs => JsArray::from_iter([name, value], context).into(),
        });
    }
    let items = JsArray::from_iter(items, context);
    let values = items.get(js_string!("values"), context)?.as_object().and_then(JsFunction::from_object);
    let values = values.ok_or_else(|| JsNativeError::typ().with_message("arrays have no iterator"))?;
    values.call(&items.into(), &[], context)
}

/// Adds `entries`, which is also the default iterator of the class.
pub(super) fn entries(class: &mut ClassBuilder<'_>, entries: Native) {
    let realm = class.context().realm().clone();
    let entries = NativeFunction::from_fn_ptr(entries);
    let entries = FunctionObjectBuilder::new(&realm, entries).name(js_string!("entries")).build();
    let attributes = Attribute::WRITABLE | Attribute::CONFIGURABLE;
    class.property(js_string!("entries"), entries.clone(), attributes);
    class.property(JsSymbol::iterator(), entries, attributes);
}
