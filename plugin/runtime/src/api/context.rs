//! `context`: who runs which script for whom, as the host's process says. A fresh frozen object for every run, whose parts
//! are shared by all runs for the same of them: they are frozen too.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue,
    builtins::object::OrdinaryObject,
    object::{IntegrityLevel, ObjectInitializer},
    property::{Attribute, PropertyKey},
};

use crate::{convert, isolate::freeze};

/// The member that each run has its own of.
const OF_THE_RUN: &str = "execution";

/// The members of `context` that many runs have in common, frozen.
#[derive(Debug)]
pub(crate) struct Shared(Vec<(PropertyKey, JsValue)>);

impl Shared {
    /// From the job's JSON.
    pub(crate) fn from_json(json: &str, context: &mut Context) -> JsResult<Self> {
        let object = frozen(json, context)?;
        let object =
            object.ok_or_else(|| JsNativeError::typ().with_message("the context of a run must be a JSON object"))?;
        let keys = object.own_property_keys(context)?;
        let members = keys.into_iter().map(|key| object.get(key.clone(), context).map(|value| (key, value)));
        members.collect::<JsResult<_>>().map(Self)
    }

    /// The object for one run, of which this is the rest.
    pub(crate) fn for_run(&self, execution: Option<&str>, context: &mut Context) -> JsResult<JsObject> {
        let execution = execution.map(|json| frozen(json, context)).transpose()?.flatten();
        let mut object = ObjectInitializer::with_native_data(OrdinaryObject, context);
        for (key, value) in &self.0 {
            object.property(key.clone(), value.clone(), Attribute::ENUMERABLE);
        }
        if let Some(execution) = execution {
            object.property(JsString::from(OF_THE_RUN), execution, Attribute::ENUMERABLE);
        }
        let object = object.build();
        object.set_integrity_level(IntegrityLevel::Frozen, context)?;
        // As its parts do, it takes no private names.
        object.set_shared();
        Ok(object)
    }
}

/// The object that a text is, with everything in it read-only; none when it is something else.
fn frozen(json: &str, context: &mut Context) -> JsResult<Option<JsObject>> {
    let value = convert::from_json(json, context)?;
    let object = value.as_object().filter(|object| !object.is_array());
    if let Some(object) = &object {
        freeze(object, context)?;
    }
    Ok(object)
}
