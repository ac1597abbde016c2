//! Everything that a script can reach beyond the language, one file for each object.
//!
//! The objects are frozen before the first script runs. What reaches the outside of the isolate goes through
//! `call_host` as a JSON message; nothing else does.

mod bytes;
pub(crate) mod console;
pub(crate) mod context;
mod db;
pub(crate) mod deprecated;
mod events;
pub(crate) mod http;
mod options;
pub(crate) mod services;
mod storage;
mod timers;
pub(crate) mod utils;
mod web;

pub(crate) use web::{endpoint_answer, fetch_is_over, fetched, shown as web_shown, text_of as web_text};

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue, NativeFunction, object::FunctionObjectBuilder,
    property::PropertyDescriptor,
};

/// A native function of the API.
type Native = fn(&JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>;

/// The API objects that are the same for all runs, by their global names.
pub(crate) fn globals(context: &mut Context) -> JsResult<Vec<(&'static str, JsObject)>> {
    let mut globals = vec![
        ("console", console::build(context)?),
        ("db", db::build(context)?),
        ("events", events::build(context)?),
        ("http", http::build(context)?),
        ("storage", storage::build(context)?),
        ("utils", utils::build(context)?),
    ];
    globals.extend(timers::functions(context));
    globals.extend(web::globals(context)?);
    Ok(globals)
}

/// Adds the classes of the API to the globals.
pub(crate) fn register_classes(context: &mut Context) -> JsResult<()> {
    web::register_classes(context)
}

/// A function that is a global itself.
fn global_function(name: &str, length: usize, body: Native, context: &mut Context) -> JsObject {
    let body = NativeFunction::from_fn_ptr(body);
    FunctionObjectBuilder::new(context.realm(), body).name(JsString::from(name)).length(length).build().into()
}

/// An object with the given functions, by name and number of parameters.
fn namespace(functions: &[(&str, usize, Native)], context: &mut Context) -> JsResult<JsObject> {
    let object = JsObject::with_object_proto(context.intrinsics());
    for (name, length, function) in functions {
        method(&object, name, *length, NativeFunction::from_fn_ptr(*function), context)?;
    }
    Ok(object)
}

/// Adds a function to an object of the API.
fn method(object: &JsObject, name: &str, length: usize, body: NativeFunction, context: &mut Context) -> JsResult<()> {
    let name = JsString::from(name);
    let function = FunctionObjectBuilder::new(context.realm(), body).name(name.clone()).length(length).build();
    property(object, name, function.into(), context)
}

/// Adds a read-only property to an object of the API.
fn property(object: &JsObject, name: JsString, value: JsValue, context: &mut Context) -> JsResult<()> {
    let property = PropertyDescriptor::builder().value(value).writable(false).enumerable(true).configurable(false);
    object.define_property_or_throw(name, property, context)?;
    Ok(())
}
