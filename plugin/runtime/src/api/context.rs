//! `context`: who runs which script for whom, as the host's process says. A fresh frozen object for every run.

use boa_engine::{Context, JsNativeError, JsObject, JsResult};

use crate::{convert, isolate::freeze};

/// Builds the object from the job's JSON.
pub(crate) fn build(json: &str, context: &mut Context) -> JsResult<JsObject> {
    let value = convert::from_json(json, context)?;
    let object = value.as_object().filter(|object| !object.is_array());
    let object =
        object.ok_or_else(|| JsNativeError::typ().with_message("the context of a run must be a JSON object"))?;
    freeze(&object, context)?;
    Ok(object)
}
