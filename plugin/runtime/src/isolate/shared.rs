//! The frozen objects that all scripts share or that a run is given, and the errors of attempts to change them.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsValue,
    builtins::proxy::Proxy,
    property::{PropertyDescriptor, PropertyKey},
};

use super::{
    freeze::{Frozen, describes_function},
    session::Session,
};
use crate::language::absent::{BUILT_IN, GIVEN, SETTINGS};

/// The objects by address. They are kept alive, so that no other object gets the same address.
#[derive(Debug, Default)]
pub(super) struct SharedObjects {
    objects: RefCell<HashMap<usize, JsObject>>,
    /// Properties that the language defines as read-only, except names and lengths of functions.
    read_only: RefCell<HashSet<(usize, PropertyKey)>>,
}

impl SharedObjects {
    pub(super) fn fill(&self, frozen: Frozen) {
        let read_only = frozen.read_only.into_iter();
        *self.read_only.borrow_mut() = read_only.map(|(object, key)| (address(&object), key)).collect();
        let objects = frozen.objects.into_iter();
        *self.objects.borrow_mut() = objects.map(|object| (address(&object), object)).collect();
    }

    /// Returns whether assigning to an inherited property may define an own one, as if the inherited property were not frozen.
    pub(super) fn may_shadow(&self, holder: &JsObject, key: &PropertyKey) -> bool {
        self.has(holder)
            && !describes_function(holder, key)
            && !self.read_only.borrow().contains(&(address(holder), key.clone()))
    }

    pub(super) fn has(&self, object: &JsObject) -> bool {
        self.objects.borrow().contains_key(&address(object))
    }

    /// Returns why a property could not be set; `None` if the object is the script's own, or the assignment would change nothing.
    pub(super) fn refusal(
        &self,
        object: &JsObject,
        key: &PropertyKey,
        value: Option<&JsValue>,
        context: &mut Context,
    ) -> Option<JsError> {
        if !self.has(object) {
            return given(object, key, value, context);
        }
        let present = own(object, key);
        let is_global = JsObject::equals(object, &context.global_object());
        // The script may have made a global that it added read-only itself.
        if is_global && present.as_ref().and_then(PropertyDescriptor::configurable) != Some(false) {
            return None;
        }
        // Portable code writes `self.Promise = self.Promise || …`.
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

    /// Returns the path of an object from the global object. Computed on demand, since few scripts need it.
    fn name_of(&self, object: &JsObject, context: &mut Context) -> Option<String> {
        let is_it = |value: &JsObject| JsObject::equals(value, object);
        let global = context.global_object();
        for (key, value) in self.members(&global, context) {
            // `globalThis` and `self` are the global object again.
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

    /// Returns the shared objects in the properties of an object. Runs no code of the script.
    fn members(&self, object: &JsObject, context: &mut Context) -> Vec<(PropertyKey, JsObject)> {
        let keys = object.own_property_keys(context).unwrap_or_default();
        let member = |key: PropertyKey| {
            let value = own(object, &key)?.value()?.as_object().filter(|value| self.has(value))?;
            Some((key, value))
        };
        keys.into_iter().filter_map(member).collect()
    }
}

/// Returns why a property of an object that the run was given, such as `context`, could not be set.
fn given(object: &JsObject, key: &PropertyKey, value: Option<&JsValue>, context: &mut Context) -> Option<JsError> {
    // Reading a proxy would run the script's code.
    if object.is::<Proxy>() || object.is_extensible(context).unwrap_or(true) {
        return None;
    }
    let same = |property: PropertyDescriptor| Some(JsValue::same_value(property.value()?, value?));
    if own(object, key).and_then(same) == Some(true) {
        return None;
    }
    let roots = Session::of(context).and_then(|session| session.with(|run| run.given.clone())).ok()?;
    let path = roots.into_iter().find_map(|(name, root)| path(name.to_owned(), &root, object, context))?;
    let message = format!("cannot set `{}`: {GIVEN}", member(&path, key));
    Some(JsNativeError::typ().with_message(message).into())
}

/// Returns the path from an object of the API to an object in it. Runs no code of the script.
fn path(name: String, at: &JsObject, to: &JsObject, context: &mut Context) -> Option<String> {
    if JsObject::equals(at, to) {
        return Some(name);
    }
    at.own_property_keys(context).unwrap_or_default().into_iter().find_map(|key| {
        let next = own(at, &key)?.value()?.as_object().filter(|next| !next.is_callable())?;
        path(member(&name, &key), &next, to, context)
    })
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

/// Identifies an object while it is alive.
fn address(object: &JsObject) -> usize {
    std::ptr::from_ref(object.as_ref()).cast::<()>() as usize
}
