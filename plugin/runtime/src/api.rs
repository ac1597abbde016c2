//! The API of scripts: everything beyond the language, one file or folder per object.
//!
//! The list below is complete. An isolate gets it as a parameter and does not depend on its parts. The objects are frozen before the
//! first script runs. All communication with the host passes through `call_host` as JSON messages.

mod bytes;
mod console;
mod db;
mod deprecated;
mod events;
mod http;
mod options;
mod services;
mod storage;
mod timers;
mod utils;
mod web;

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue, NativeFunction, object::FunctionObjectBuilder,
    property::PropertyDescriptor,
};

use crate::{
    isolate::{Api, Config, Extension, Globals, Isolate},
    protocol::Fault,
};

/// The API of scripts.
static API: Api = Api {
    extensions: &[
        console::EXTENSION,
        db::EXTENSION,
        events::EXTENSION,
        http::EXTENSION,
        storage::EXTENSION,
        utils::EXTENSION,
        timers::EXTENSION,
        web::EXTENSION,
        services::EXTENSION,
    ],
    services: services::build,
    deprecated: deprecated::DEPRECATED,
};

impl Isolate {
    /// Creates an engine with the API of scripts; takes some milliseconds.
    ///
    /// # Errors
    /// `INTERNAL` if the engine cannot be created: a defect, or no memory.
    pub fn new(config: Config) -> Result<Self, Fault> {
        Self::with_api(config, &API)
    }
}

/// A native function of the API.
type Native = fn(&JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>;

/// Creates a global function.
fn global_function(name: &str, length: usize, body: Native, context: &mut Context) -> JsObject {
    let body = NativeFunction::from_fn_ptr(body);
    FunctionObjectBuilder::new(context.realm(), body).name(JsString::from(name)).length(length).build().into()
}

/// Creates an object with these functions, given by name and number of parameters.
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
