//! `services`: the bound services of the host, as functions that return promises.
//!
//! Services that are not bound are undefined, so that a script can test for them. If a script only calls such a service, without
//! testing for it, a placeholder function is defined that is rejected with an error that names the missing service.

use std::collections::BTreeSet;

use boa_engine::{Context, JsObject, JsResult, JsString, NativeFunction};

use super::{Extension, method, property};
use crate::{
    convert, fault,
    isolate::{api_error, call_host, rejected},
    language::called_services,
    objects::freeze,
    protocol::ServiceSignature,
};

/// The object itself is built per script.
pub(super) const EXTENSION: Extension = Extension { promises: &["services.*.*"], ..Extension::NONE };

/// Builds the object for one script.
pub(super) fn build(catalogue: &[ServiceSignature], script: &str, context: &mut Context) -> JsResult<JsObject> {
    let called = called_services(script);
    let services = JsObject::with_object_proto(context.intrinsics());
    for signature in catalogue {
        let service = JsObject::with_object_proto(context.intrinsics());
        for name in &signature.methods {
            let dotted = JsString::from(format!("services.{}.{name}", signature.service));
            let call = NativeFunction::from_copy_closure_with_captures(
                |_, args, dotted: &JsString, context| {
                    call_host(&dotted.to_std_string_lossy(), args, convert::from_json, context)
                },
                dotted,
            );
            method(&service, name, 1, call, context)?;
        }
        let bound: BTreeSet<&str> = signature.methods.iter().map(String::as_str).collect();
        for name in
            called.get(signature.service.as_str()).into_iter().flatten().filter(|name| !bound.contains(name.as_str()))
        {
            let message = format!(
                "services.{}.{name} is not available; the service has: {}",
                signature.service,
                list(signature.methods.iter().map(String::as_str))
            );
            placeholder(&service, name, &message, context)?;
        }
        property(&services, JsString::from(signature.service.as_str()), service.into(), context)?;
    }
    for (name, methods) in &called {
        if catalogue.iter().any(|signature| signature.service == **name) || is_inherited(name) {
            continue;
        }
        let service = JsObject::with_object_proto(context.intrinsics());
        for method in methods {
            let message = format!(
                "services.{name} is not available to this script; available: {}",
                list(catalogue.iter().map(|signature| signature.service.as_str()))
            );
            placeholder(&service, method, &message, context)?;
        }
        property(&services, JsString::from(name.as_str()), service.into(), context)?;
    }
    freeze(&services, context)?;
    Ok(services)
}

/// Defines a placeholder function that is rejected with the message.
fn placeholder(service: &JsObject, name: &str, message: &str, context: &mut Context) -> JsResult<()> {
    if is_inherited(name) {
        return Ok(());
    }
    let refuse = NativeFunction::from_copy_closure_with_captures(
        |_, _, message: &JsString, context| {
            let error = api_error(fault::SERVICE_NOT_BOUND, message.to_std_string_lossy(), context);
            rejected(error, context)
        },
        JsString::from(message),
    );
    method(service, name, 0, refuse, context)
}

/// Returns whether every object has a member of this name.
fn is_inherited(name: &str) -> bool {
    matches!(
        name,
        "toString"
            | "valueOf"
            | "hasOwnProperty"
            | "constructor"
            | "isPrototypeOf"
            | "propertyIsEnumerable"
            | "toLocaleString"
    )
}

fn list<'s>(names: impl Iterator<Item = &'s str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
