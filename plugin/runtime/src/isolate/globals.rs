//! The global object: its initial properties, and its repair after each step of a run.
//!
//! The initial properties cannot be changed. Properties that a script adds are removed whenever the run waits or ends; if one
//! cannot be removed, the isolate is tainted.

use std::{cell::OnceCell, collections::HashSet};

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString,
    property::{PropertyDescriptor, PropertyKey},
    realm::Templates,
};

use super::{extension::Api, freeze, shared::SharedObjects};
use crate::builtins::{self, SymbolRegistry};

pub(super) struct GlobalObject {
    names: HashSet<PropertyKey>,
    /// The same names as texts, created on first use.
    known: OnceCell<HashSet<String>>,
    prototype: Option<JsObject>,
}

/// Additions of a run to shared state: globals, symbols in the registry, and the objects of its tagged templates.
#[derive(Default)]
pub(super) struct RunGlobals {
    globals: Vec<(PropertyKey, PropertyDescriptor)>,
    symbols: SymbolRegistry,
    templates: Templates,
}

impl GlobalObject {
    /// Adds the API to the globals and freezes every object that a script can reach.
    pub(super) fn install(api: &Api, shared: &SharedObjects, context: &mut Context) -> JsResult<Self> {
        let mut globals = Vec::new();
        for extension in api.extensions {
            globals.extend((extension.globals)(context)?);
        }
        for (name, object) in globals {
            define(name, &object, context)?;
        }
        for extension in api.extensions {
            (extension.register_classes)(context)?;
        }
        // Libraries look for the global object under this name before they try to compile code from text.
        define("self", &context.global_object(), context)?;
        shared.fill(freeze::intrinsics(context)?);
        let global = context.global_object();
        let names = global.own_property_keys(context)?.into_iter().collect();
        Ok(Self { names, known: OnceCell::new(), prototype: global.prototype() })
    }

    /// Returns the names of the initial globals.
    pub(super) fn known(&self) -> &HashSet<String> {
        self.known.get_or_init(|| {
            let texts = self.names.iter().filter_map(|key| match key {
                PropertyKey::String(name) => Some(name.to_std_string_lossy()),
                PropertyKey::Symbol(_) | PropertyKey::Index(_) => None,
            });
            texts.collect()
        })
    }

    /// Restores the additions of a run before its next step.
    pub(super) fn put_back(run_globals: RunGlobals, context: &mut Context) -> JsResult<()> {
        builtins::swap_symbols(run_globals.symbols, context);
        context.realm().swap_templates(run_globals.templates);
        let global = context.global_object();
        for (key, property) in run_globals.globals {
            global.define_property_or_throw(key, property, context)?;
        }
        Ok(())
    }

    /// Removes the additions of a run, so that other runs do not see them.
    pub(super) fn take_away(&self, context: &mut Context) -> JsResult<RunGlobals> {
        builtins::forget(context);
        let symbols = builtins::swap_symbols(SymbolRegistry::default(), context);
        let templates = context.realm().swap_templates(Templates::default());
        let global = context.global_object();
        let mut globals = Vec::new();
        if self.has_more(&global) {
            let keys = global.own_property_keys(context)?;
            for key in keys.into_iter().filter(|key| !self.names.contains(key)) {
                let property = global.borrow().properties().get(&key);
                global.delete_property_or_throw(key.clone(), context)?;
                globals.extend(property.map(|property| (key, property)));
            }
        }
        if !global.is_extensible(context)? || global.prototype() != self.prototype {
            return Err(JsError::from(JsNativeError::typ().with_message("the global object was changed irreversibly")));
        }
        Ok(RunGlobals { globals, symbols, templates })
    }

    /// Returns whether properties were added; the initial ones cannot be removed.
    fn has_more(&self, global: &JsObject) -> bool {
        let global = global.borrow();
        global.shape().property_count() > self.names.len() || global.properties().index_property_keys().next().is_some()
    }
}

fn define(name: &str, object: &JsObject, context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    let property = PropertyDescriptor::builder().value(object.clone()).writable(false).enumerable(false);
    global.define_property_or_throw(JsString::from(name), property.configurable(false), context)?;
    Ok(())
}
