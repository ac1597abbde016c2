//! `context`: who runs which script for whom, as the host's process says. A fresh frozen object for every run, whose parts
//! are shared by all runs for the same of them: they are frozen too.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue,
    object::PlainShape,
    property::{Attribute, PropertyKey},
};

use crate::convert;

/// The member that each run has its own of.
const OF_THE_RUN: &str = "execution";

/// The members of `context` that many runs have in common, frozen.
#[derive(Debug)]
pub(super) struct Shared {
    names: PlainShape,
    values: Vec<JsValue>,
    /// With the run's own member; none when they have it in common.
    with_own: Option<PlainShape>,
}

impl Shared {
    /// From the job's JSON.
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

    /// The object for one run, of which this is the rest.
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
