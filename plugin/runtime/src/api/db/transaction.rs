//! `transaction(callback)`: commits if the callback's promise is fulfilled, rolls back if it is rejected.
//!
//! Inside another transaction it is a savepoint. The host rolls back transactions that a run leaves open.

use boa_engine::{
    Context, JsArgs, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    object::{
        FunctionObjectBuilder,
        builtins::{JsFunction, JsPromise},
    },
};

use super::{functions, send};
use crate::convert;

pub(super) fn run(_: &JsValue, args: &[JsValue], within: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let Some(callback) = args.get_or_undefined(0).as_callable() else {
        let error = JsNativeError::typ()
            .with_message("db.transaction needs a function, such as db.transaction(async tx => { … })");
        return Err(error.into());
    };
    let begun = send("begin", within, &[], convert::from_json, context)?;
    let entered = function(entered, callback, context);
    then(&begun, Some(entered), None, context)
}

/// Calls the callback after the transaction has begun, and ends the transaction when the callback's promise settles.
fn entered(_: &JsValue, args: &[JsValue], callback: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    let id = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let name = serde_json::Value::from(id).to_string();
    let tx = functions(&name, context)?;
    let name = JsString::from(name);
    let outcome = match callback.call(&JsValue::undefined(), &[tx.into()], context) {
        Ok(value) => JsPromise::resolve(value, context)?,
        // An engine limit ends the run and its transaction.
        Err(error) if error.as_engine().is_some() => return Err(error),
        Err(error) => JsPromise::reject(error, context)?,
    };
    let keep = function(keep, name.clone(), context);
    let undo = function(undo, name, context);
    then(&outcome.into(), Some(keep), Some(undo), context)
}

/// Commits, then returns the callback's value.
fn keep(_: &JsValue, args: &[JsValue], name: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let kept = send("commit", name, &[], convert::from_json, context)?;
    let value = function(|_, _, value: &JsValue, _| Ok(value.clone()), args.get_or_undefined(0).clone(), context);
    then(&kept, Some(value), None, context)
}

/// Rolls back, then throws the callback's error, even if the rollback failed.
fn undo(_: &JsValue, args: &[JsValue], name: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let undone = send("rollback", name, &[], convert::from_json, context)?;
    let thrown = args.get_or_undefined(0).clone();
    let again =
        |_: &JsValue, _: &[JsValue], thrown: &JsValue, _: &mut Context| Err(JsError::from_opaque(thrown.clone()));
    let after = function(again, thrown.clone(), context);
    let instead = function(again, thrown, context);
    then(&undone, Some(after), Some(instead), context)
}

fn then(
    promise: &JsValue,
    fulfilled: Option<JsFunction>,
    rejected: Option<JsFunction>,
    context: &mut Context,
) -> JsResult<JsValue> {
    let promise =
        promise.as_object().ok_or_else(|| JsNativeError::typ().with_message("the call did not return a promise"))?;
    Ok(JsPromise::from_object(promise)?.then(fulfilled, rejected, context)?.into())
}

fn function<T: boa_gc::Trace + 'static>(
    body: fn(&JsValue, &[JsValue], &T, &mut Context) -> JsResult<JsValue>,
    captured: T,
    context: &mut Context,
) -> JsFunction {
    let body = NativeFunction::from_copy_closure_with_captures(body, captured);
    FunctionObjectBuilder::new(context.realm(), body).length(1).build()
}
