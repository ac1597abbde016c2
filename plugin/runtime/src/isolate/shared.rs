//! The frozen objects that all scripts share, and what an author is told who tries to change one.

use std::{cell::RefCell, collections::HashMap};

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsValue,
    property::{PropertyDescriptor, PropertyKey},
};

use crate::language::absent::{BUILT_IN, SETTINGS};

/// The objects by address; they are held, so that no other object comes to have theirs.
#[derive(Debug, Default)]
pub(super) struct Shared(RefCell<HashMap<usize, JsObject>>);

impl Shared {
    pub(super) fn fill(&self, objects: Vec<JsObject>) {
        *self.0.borrow_mut() = objects.into_iter().map(|object| (address(&object), object)).collect();
    }

    pub(super) fn has(&self, object: &JsObject) -> bool {
        self.0.borrow().contains_key(&address(object))
    }

    /// Why a property could not be set; none when the object is the script's own, or nothing would have changed.
    pub(super) fn refusal(
        &self,
        object: &JsObject,
        key: &PropertyKey,
        value: Option<&JsValue>,
        context: &mut Context,
    ) -> Option<JsError> {
        if !self.has(object) {
            return None;
        }
        let present = own(object, key);
        let is_global = JsObject::equals(object, &context.global_object());
        // What a script has added to the global object, it may have made read-only itself.
        if is_global && present.as_ref().and_then(PropertyDescriptor::configurable) != Some(false) {
            return None;
        }
        // Ordinary code for many places writes `self.Promise = self.Promise || …`.
        let same = |property: &PropertyDescriptor| Some(JsValue::same_value(property.value()?, value?));
        if present.as_ref().and_then(same) == Some(true) {
            return None;
        }
        let name = match (is_global, key) {
            (true, PropertyKey::String(key)) => key.to_std_string_lossy(),
            _ => member(&self.name_of(object, context).unwrap_or_else(|| "(a built-in)".to_owned()), key),
        };
        if SETTINGS.contains(&name.as_str()) {
            return None;
        }
        let message = format!("cannot set `{name}`: {BUILT_IN}");
        Some(JsNativeError::typ().with_message(message).into())
    }

    /// How an author finds an object from the global one. Looked for when it is asked for, since few scripts ever ask.
    fn name_of(&self, object: &JsObject, context: &mut Context) -> Option<String> {
        let is_it = |value: &JsObject| JsObject::equals(value, object);
        let global = context.global_object();
        for (key, value) in self.members(&global, context) {
            // `globalThis` and `self` lead to everything again.
            if JsObject::equals(&value, &global) {
                continue;
            }
            let name = key.to_string();
            if is_it(&value) {
                return Some(name);
            }
            if let Some((key, _)) = self.members(&value, context).into_iter().find(|(_, value)| is_it(value)) {
                return Some(member(&name, &key));
            }
        }
        None
    }

    /// The shared objects in the properties of one. Nothing of the script runs.
    fn members(&self, object: &JsObject, context: &mut Context) -> Vec<(PropertyKey, JsObject)> {
        let keys = object.own_property_keys(context).unwrap_or_default();
        let member = |key: PropertyKey| {
            let value = own(object, &key)?.value()?.as_object().filter(|value| self.has(value))?;
            Some((key, value))
        };
        keys.into_iter().filter_map(member).collect()
    }
}

fn member(name: &str, key: &PropertyKey) -> String {
    match key {
        PropertyKey::String(key) => format!("{name}.{}", key.to_std_string_lossy()),
        PropertyKey::Symbol(symbol) => {
            let symbol = symbol.description().map(|symbol| symbol.to_std_string_lossy()).unwrap_or_default();
            format!("{name}[{symbol}]")
        }
        PropertyKey::Index(index) => format!("{name}[{}]", index.get()),
    }
}

fn own(object: &JsObject, key: &PropertyKey) -> Option<PropertyDescriptor> {
    object.borrow().properties().get(key)
}

/// Tells objects apart while they live.
fn address(object: &JsObject) -> usize {
    std::ptr::from_ref(object.as_ref()).cast::<()>() as usize
}
