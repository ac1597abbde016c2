//! `performance.now()`: milliseconds since the run began, with fractions, on a clock that nobody sets.

use boa_engine::{Context, JsObject, JsResult, JsValue};

use crate::{api::namespace, isolate::Session};

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(&[("now", 0, now)], context)
}

fn now(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let elapsed = Session::of(context)?.with(|run| run.started.elapsed())?;
    Ok(JsValue::from(elapsed.as_secs_f64() * 1_000.0))
}
