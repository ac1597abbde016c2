//! The `context` object: tenant, user, script and execution, as sent by the host's process. Each run gets a new frozen object; its
//! members are frozen too and shared by all runs with the same text.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue,
    object::PlainShape,
    property::{Attribute, PropertyKey},
};

use crate::convert;

/// The member that differs for each run.
const OF_THE_RUN: &str = "execution";

/// The members of `context` that many runs have in common, frozen.
#[derive(Debug)]
pub(super) struct SharedContext {
    names: PlainShape,
    values: Vec<JsValue>,
    /// The shape with the run's own member; `None` if the runs share that member too.
    with_own: Option<PlainShape>,
}

impl SharedContext {
    /// Parses the job's JSON.
    pub(super) fn from_json(json: &str, context: &mut Context) -> JsResult<Self> {
        let object = convert::shared_from_json(json, context)?.as_object().filter(|object| !object.is_array());
        let object =
            object.ok_or_else(|| JsNativeError::typ().with_message("the context of a run must be a JSON object"))?;
        let (mut names, mut values) = (PlainShape::new(context), Vec::new());
        for key in object.own_property_keys(context)? {
            values.push(object.get(key.clone(), context)?);
            names = names.with(key, Attribute::ENUMERABLE).ok_or_else(|| {
                JsNativeError::typ().with_message("the members of the context of a run must have names")
            })?;
        }
        let own = PropertyKey::from(JsString::from(OF_THE_RUN));
        let with_own = names.with(own, Attribute::ENUMERABLE);
        Ok(Self { names, values, with_own })
    }

    /// Returns the object for one run; `execution` is the JSON of the member that differs.
    pub(super) fn for_run(&self, execution: Option<&str>, context: &mut Context) -> JsResult<JsObject> {
        let mut values = Vec::with_capacity(self.values.len() + 1);
        values.extend(self.values.iter().cloned());
        match (execution, &self.with_own) {
            (Some(execution), Some(names)) => {
                values.push(convert::shared_from_json(execution, context)?);
                Ok(names.create_shared(values))
            }
            _ => Ok(self.names.create_shared(values)),
        }
    }
}
