//! Freezes the objects that all scripts share, so that a run cannot leave data in them for the next run.
//!
//! A plain freeze breaks ordinary code: an inherited read-only property cannot be assigned to, so `this.name = …` in a
//! subclass of `Error` or `item.toString = …` would fail. A patch of the engine makes such an assignment define an own property
//! of the object if the holder of the inherited one is a shared object (`shared`).

use std::collections::HashSet;

use boa_engine::{
    Context, JsObject, JsResult, JsValue, Source, js_str,
    object::IntegrityLevel,
    property::{PropertyDescriptor, PropertyKey},
};

/// Intrinsics that are not reachable from a global.
const HIDDEN: &str = "[
    function* () {}, async function () {}, async function* () {}, () => {},
    [][Symbol.iterator](), new Map().entries(), new Set().entries(), ''[Symbol.iterator](), 'a'.matchAll(/a/g),
    (function* () {})(), (async function* () {})(),
    [].values().map(value => value), Iterator.from({ next() { return { done: true } } }),
    (function () { return arguments })(), (function () { 'use strict'; return arguments })(),
    Object.getOwnPropertyDescriptor((function () { 'use strict'; return arguments })(), 'callee').get
]";

/// The frozen objects.
pub(super) struct Frozen {
    pub(super) objects: Vec<JsObject>,
    /// Properties that were read-only before the freeze, except names and lengths of functions.
    pub(super) read_only: Vec<(JsObject, PropertyKey)>,
}

/// Freezes everything that is reachable from globals and syntax, and makes the globals themselves constant.
pub(super) fn intrinsics(context: &mut Context) -> JsResult<Frozen> {
    let global = context.global_object();
    let hidden = context.eval(Source::from_bytes(HIDDEN))?;
    let (mut found, mut read_only) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    let mut queue: Vec<JsObject> = vec![global.clone()];
    // The samples themselves need no freeze, only the objects reachable from them.
    queue.extend(hidden.as_object());
    while let Some(object) = queue.pop() {
        if !seen.insert(address(&object)) {
            continue;
        }
        queue.extend(object.prototype());
        // Objects of the API are frozen already.
        let is_of_the_language = object.is_extensible(context)?;
        for key in object.own_property_keys(context)? {
            let Some(property) = object.borrow().properties().get(&key) else { continue };
            let values = [property.value(), property.get(), property.set()];
            queue.extend(values.into_iter().flatten().filter_map(JsValue::as_object));
            if is_of_the_language && property.writable() == Some(false) && !describes_function(&object, &key) {
                read_only.push((object.clone(), key));
            }
        }
        found.push(object);
    }
    for object in &found {
        // Freezing does not prevent private names.
        object.set_shared();
        if JsObject::equals(object, &global) {
            make_constant(&global, context)?;
        } else {
            object.set_integrity_level(IntegrityLevel::Frozen, context)?;
        }
    }
    Ok(Frozen { objects: found, read_only })
}

/// Makes every present property of the global object constant; new ones can still be added.
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

/// Returns whether a property is the name or the length of a function; code does not assign to those.
pub(super) fn describes_function(object: &JsObject, key: &PropertyKey) -> bool {
    object.is_callable()
        && matches!(key, PropertyKey::String(key) if *key == js_str!("name") || *key == js_str!("length"))
}

/// Identifies an object during the walk.
fn address(object: &JsObject) -> usize {
    std::ptr::from_ref(object.as_ref()).cast::<()>() as usize
}
