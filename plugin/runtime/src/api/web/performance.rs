//! `performance`: the time since the run began, with a higher resolution than `Date`.

use std::time::Duration;

use boa_engine::{
    Context, JsObject, JsResult, JsSymbol, JsValue, NativeFunction, js_string, object::FunctionObjectBuilder,
    property::PropertyDescriptor,
};

use crate::{api::namespace, isolate::Session};

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    let object = namespace(&[("now", 0, now)], context)?;
    let origin = NativeFunction::from_fn_ptr(time_origin);
    let origin = FunctionObjectBuilder::new(context.realm(), origin).name(js_string!("get timeOrigin")).build();
    let property = PropertyDescriptor::builder().get(origin).enumerable(true).configurable(false);
    object.define_property_or_throw(js_string!("timeOrigin"), property, context)?;
    let tag = PropertyDescriptor::builder().value(js_string!("Performance")).writable(false).enumerable(false);
    object.define_property_or_throw(JsSymbol::to_string_tag(), tag.configurable(false), context)?;
    Ok(object)
}

/// Returns the milliseconds since the run began, with fractions; monotonic.
fn now(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    Session::of(context)?.with(|run| milliseconds(run.started.elapsed()).into())
}

/// Returns the start of the run in milliseconds since 1970.
fn time_origin(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    Session::of(context)?.with(|run| {
        let origin = run.started_at.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        milliseconds(origin).into()
    })
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
