//! Freezes what all scripts share, so that no run leaves anything there for the next.
//!
//! A plain freeze breaks ordinary code: one cannot assign to an inherited read-only property, so `this.name = …` in a
//! subclass of `Error` or `item.toString = …` would fail. Such properties become accessors first, whose setter defines
//! the property on the object that is assigned to.

use std::collections::HashSet;

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction, Source, js_string,
    object::{FunctionObjectBuilder, IntegrityLevel},
    property::{PropertyDescriptor, PropertyKey},
};

/// Intrinsics that no global leads to.
const HIDDEN: &str = "[
    function* () {}, async function () {}, async function* () {}, () => {},
    [][Symbol.iterator](), new Map().entries(), new Set().entries(), ''[Symbol.iterator](), 'a'.matchAll(/a/g),
    (function* () {})(), (async function* () {})(),
    [].values().map(value => value), Iterator.from({ next() { return { done: true } } }),
    (function () { return arguments })(), (function () { 'use strict'; return arguments })(),
    Object.getOwnPropertyDescriptor((function () { 'use strict'; return arguments })(), 'callee').get
]";

/// Names that people assign on their own objects although a prototype has them.
const SHADOWED: [&str; 8] =
    ["constructor", "toString", "valueOf", "toLocaleString", "toJSON", "name", "message", "hasOwnProperty"];

/// Makes an object of ours and everything in it read-only. Must not be used on values of a script.
pub(crate) fn freeze(object: &JsObject, context: &mut Context) -> JsResult<()> {
    object.set_integrity_level(IntegrityLevel::Frozen, context)?;
    for key in object.own_property_keys(context)? {
        let value = object.borrow().properties().get(&key).and_then(|property| property.value().cloned());
        if let Some(child) = value.as_ref().and_then(JsValue::as_object)
            && child.is_extensible(context)?
        {
            freeze(&child, context)?;
        }
    }
    Ok(())
}

/// Freezes everything that globals and syntax lead to, and makes the globals themselves constant.
pub(super) fn intrinsics(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    let hidden = context.eval(Source::from_bytes(HIDDEN))?;
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut queue: Vec<JsObject> = vec![global.clone()];
    // The samples themselves may stay as they are; what matters is behind them.
    queue.extend(hidden.as_object());
    while let Some(object) = queue.pop() {
        if !seen.insert(address(&object)) {
            continue;
        }
        queue.extend(object.prototype());
        for key in object.own_property_keys(context)? {
            let Some(property) = object.borrow().properties().get(&key) else { continue };
            let values = [property.value(), property.get(), property.set()];
            queue.extend(values.into_iter().flatten().filter_map(JsValue::as_object));
        }
        found.push(object);
    }
    let prototypes: Vec<JsObject> = found.iter().filter_map(prototype_of).collect();
    for prototype in &prototypes {
        open_for_shadowing(prototype, context)?;
    }
    for object in found {
        if JsObject::equals(&object, &global) {
            make_constant(&global, context)?;
        } else {
            object.set_integrity_level(IntegrityLevel::Frozen, context)?;
        }
    }
    Ok(())
}

/// The object in a constructor's `prototype`.
fn prototype_of(constructor: &JsObject) -> Option<JsObject> {
    let property = constructor.borrow().properties().get(&js_string!("prototype").into())?;
    property.value()?.as_object()
}

/// Turns the properties that people shadow into accessors that let them.
fn open_for_shadowing(prototype: &JsObject, context: &mut Context) -> JsResult<()> {
    let is_root = prototype.prototype().is_none();
    for key in prototype.own_property_keys(context)? {
        let PropertyKey::String(name) = &key else { continue };
        let Some(property) = prototype.borrow().properties().get(&key) else { continue };
        let Some(value) = property.value().filter(|_| property.writable() == Some(true)) else { continue };
        if !is_root && !SHADOWED.iter().any(|shadowed| name == *shadowed) {
            continue;
        }
        let accessor = PropertyDescriptor::builder()
            .get(getter(value.clone(), context)?)
            .set(setter(name.clone(), prototype.clone(), context)?)
            .enumerable(false)
            .configurable(false);
        prototype.define_property_or_throw(key, accessor, context)?;
    }
    Ok(())
}

fn getter(value: JsValue, context: &mut Context) -> JsResult<JsObject> {
    let get = NativeFunction::from_copy_closure_with_captures(|_, _, value, _| Ok(value.clone()), value);
    frozen_function(get, context)
}

fn setter(key: JsString, home: JsObject, context: &mut Context) -> JsResult<JsObject> {
    let set = NativeFunction::from_copy_closure_with_captures(
        |this, args, (key, home): &(JsString, JsObject), context| match this.as_object() {
            Some(object) if !JsObject::equals(&object, home) => {
                object.create_data_property_or_throw(key.clone(), args.get_or_undefined(0).clone(), context)?;
                Ok(JsValue::undefined())
            }
            None => Ok(JsValue::undefined()),
            Some(_) => Err(JsNativeError::typ()
                .with_message(format!("cannot change `{}` of a built-in prototype", key.to_std_string_lossy()))
                .into()),
        },
        (key, home),
    );
    frozen_function(set, context)
}

fn frozen_function(function: NativeFunction, context: &mut Context) -> JsResult<JsObject> {
    let function = FunctionObjectBuilder::new(context.realm(), function).name(JsString::default()).length(0).build();
    function.set_integrity_level(IntegrityLevel::Frozen, context)?;
    Ok(function.into())
}

/// Makes every present property of the global object constant, and leaves room for new ones.
fn make_constant(global: &JsObject, context: &mut Context) -> JsResult<()> {
    for key in global.own_property_keys(context)? {
        let property = global.borrow().properties().get(&key);
        let constant = PropertyDescriptor::builder().configurable(false);
        let constant = match property {
            Some(property) if property.is_data_descriptor() => constant.writable(false),
            _ => constant,
        };
        global.define_property_or_throw(key, constant, context)?;
    }
    Ok(())
}

/// Tells objects apart for the time of the walk.
fn address(object: &JsObject) -> usize {
    std::ptr::from_ref(object.as_ref()).cast::<()>() as usize
}
