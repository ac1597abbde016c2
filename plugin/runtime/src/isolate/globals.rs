//! The global object: what scripts find there, and its repair after each run.
//!
//! Everything that was there from the start cannot be changed. What a script adds is removed when its run ends; what
//! cannot be removed spoils the isolate.

use std::collections::HashSet;

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, js_string,
    object::builtins::JsFunction,
    property::{PropertyDescriptor, PropertyKey},
};

use super::freeze;
use crate::{api, builtins};

/// Globals that are set anew for each run.
const PER_RUN: [&str; 2] = ["services", "context"];

pub(super) struct Globals {
    names: HashSet<PropertyKey>,
    prototype: Option<JsObject>,
    per_run: [PropertyKey; 2],
}

impl Globals {
    /// Adds the API to the globals and freezes all that a script can reach.
    pub(super) fn install(context: &mut Context) -> JsResult<Self> {
        for (name, object) in api::globals(context)? {
            define(name, &object, false, context)?;
        }
        freeze::intrinsics(context)?;
        let empty = JsObject::with_null_proto();
        for name in PER_RUN {
            define(name, &empty, true, context)?;
        }
        let global = context.global_object();
        let names = global.own_property_keys(context)?.into_iter().collect();
        Ok(Self { names, prototype: global.prototype(), per_run: PER_RUN.map(|name| JsString::from(name).into()) })
    }

    /// Sets the globals of a run.
    pub(super) fn begin(&self, services: &JsObject, run: &JsObject, context: &mut Context) -> JsResult<()> {
        let global = context.global_object();
        for (name, object) in self.per_run.iter().zip([services, run]) {
            global.define_property_or_throw(name.clone(), per_run(object), context)?;
        }
        Ok(())
    }

    /// Removes what a script has added.
    pub(super) fn restore(&self, context: &mut Context) -> JsResult<()> {
        builtins::forget(context);
        let global = context.global_object();
        for key in global.own_property_keys(context)? {
            if !self.names.contains(&key) {
                global.delete_property_or_throw(key, context)?;
            }
        }
        // Fails here, and not in the next run, when the script has made one of them permanent.
        let empty = JsObject::with_null_proto();
        self.begin(&empty, &empty, context)?;
        if !global.is_extensible(context)? || global.prototype() != self.prototype {
            return Err(JsError::from(JsNativeError::typ().with_message("the global object was changed for good")));
        }
        Ok(())
    }
}

/// The engine's own getter of an error's `stack`.
pub(super) fn stack_getter(context: &mut Context) -> JsResult<Option<JsFunction>> {
    let prototype = context.intrinsics().constructors().error().prototype();
    let property = prototype.borrow().properties().get(&js_string!("stack").into());
    let getter = property.and_then(|property| property.get().and_then(boa_engine::JsValue::as_object));
    Ok(getter.and_then(JsFunction::from_object))
}

fn define(name: &str, object: &JsObject, configurable: bool, context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    let property = PropertyDescriptor::builder().value(object.clone()).writable(false).enumerable(false);
    global.define_property_or_throw(JsString::from(name), property.configurable(configurable), context)?;
    Ok(())
}

fn per_run(object: &JsObject) -> PropertyDescriptor {
    PropertyDescriptor::builder().value(object.clone()).writable(false).enumerable(false).configurable(true).build()
}
