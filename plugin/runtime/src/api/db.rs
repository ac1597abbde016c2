//! `db`: the host's tables. `query`, `findOne`, `findMany`, `insert`, `update`, `delete` and `transaction`.
//!
//! A transaction's callback gets the same functions as `tx`; these send the transaction's name. The host decides what a call may do;
//! this module only checks the types of the arguments and adds type tags to values.

mod arguments;
mod transaction;

use boa_engine::{Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction};

use super::{Extension, Globals, method};
use crate::{
    convert::{self, Bounds},
    isolate::{ReplyDecoder, Session, rejected, send_to_host},
};

use arguments::{conditions, options, row, rows};

/// A function of `db` or of a transaction.
type DbFunction = fn(&JsValue, &[JsValue], &JsString, &mut Context) -> JsResult<JsValue>;

/// The JSON for no transaction.
const NO_TRANSACTION: &str = "null";

const FUNCTIONS: &[(&str, usize, DbFunction)] = &[
    ("query", 2, query),
    ("findOne", 2, find_one),
    ("findMany", 3, find_many),
    ("insert", 2, insert),
    ("update", 3, update),
    ("delete", 2, delete),
    ("transaction", 1, transaction::run),
];

/// The functions, all of which return promises.
const PROMISES: [&str; 7] =
    ["db.query", "db.findOne", "db.findMany", "db.insert", "db.update", "db.delete", "db.transaction"];

pub(super) const EXTENSION: Extension = Extension { globals, promises: &PROMISES, ..Extension::NONE };

fn globals(context: &mut Context) -> JsResult<Globals> {
    Ok(vec![("db", build(context)?)])
}

fn build(context: &mut Context) -> JsResult<JsObject> {
    functions(NO_TRANSACTION, context)
}

/// Creates the functions of a transaction; `within` is its name as JSON.
fn functions(within: &str, context: &mut Context) -> JsResult<JsObject> {
    let object = JsObject::with_object_proto(context.intrinsics());
    for (index, (name, length, _)) in FUNCTIONS.iter().enumerate() {
        let body = NativeFunction::from_copy_closure_with_captures(
            move |this, args, within: &JsString, context| {
                let (_, _, function) = FUNCTIONS[index];
                match function(this, args, within, context) {
                    // Errors reject the promise, as with every host call.
                    Err(error) if error.as_engine().is_none() => rejected(error, context),
                    other => other,
                }
            },
            JsString::from(within),
        );
        method(&object, name, *length, body, context)?;
    }
    Ok(object)
}

/// Sends a call whose arguments are JSON texts.
fn send(
    operation: &str,
    within: &JsString,
    args: &[String],
    decoder: impl ReplyDecoder + 'static,
    context: &mut Context,
) -> JsResult<JsValue> {
    let within = within.to_std_string_lossy();
    let mut text = format!("[{within}");
    for arg in args {
        text.push(',');
        text.push_str(arg);
    }
    text.push(']');
    let args = serde_json::value::RawValue::from_string(text)
        .map_err(|error| JsNativeError::error().with_message(format!("the arguments cannot be sent: {error}")))?;
    send_to_host(&format!("db.{operation}"), args, decoder, context)
}

fn bounds(context: &Context) -> JsResult<Bounds> {
    Session::of(context)?.with(|run| Bounds::from(&run.limits))
}

fn query(_: &JsValue, args: &[JsValue], within: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let sql = text("db.query", "the SQL", args.get_or_undefined(0), context)?;
    let bounds = bounds(context)?;
    let params = arguments::params(args.get_or_undefined(1), bounds, context)?;
    send("query", within, &[sql, params], convert::rows, context)
}

fn find_one(_: &JsValue, args: &[JsValue], within: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let (table, conditions) = table_and_conditions("db.findOne", args, context)?;
    send("findOne", within, &[table, conditions], convert::first_row, context)
}

fn find_many(_: &JsValue, args: &[JsValue], within: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let (table, conditions) = table_and_conditions("db.findMany", args, context)?;
    let options = options(args.get_or_undefined(2), bounds(context)?, context)?;
    send("findMany", within, &[table, conditions, options], convert::rows, context)
}

fn insert(_: &JsValue, args: &[JsValue], within: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let table = text("db.insert", "the table's name", args.get_or_undefined(0), context)?;
    let given = args.get_or_undefined(1);
    let many = given.as_object().is_some_and(|object| object.is_array());
    let rows = rows("db.insert", given, bounds(context)?, context)?;
    let decoder = if many { convert::rows } else { convert::first_row };
    send("insert", within, &[table, rows], decoder, context)
}

fn update(_: &JsValue, args: &[JsValue], within: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let (table, conditions) = table_and_conditions("db.update", args, context)?;
    let row = row("db.update", args.get_or_undefined(2), bounds(context)?, context)?;
    send("update", within, &[table, conditions, row], convert::from_json, context)
}

fn delete(_: &JsValue, args: &[JsValue], within: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let (table, conditions) = table_and_conditions("db.delete", args, context)?;
    send("delete", within, &[table, conditions], convert::from_json, context)
}

fn table_and_conditions(method: &str, args: &[JsValue], context: &mut Context) -> JsResult<(String, String)> {
    let table = text(method, "the table's name", args.get_or_undefined(0), context)?;
    let conditions = conditions(method, args.get_or_undefined(1), bounds(context)?, context)?;
    Ok((table, conditions))
}

/// Returns a string argument as JSON.
fn text(method: &str, what: &str, value: &JsValue, context: &mut Context) -> JsResult<String> {
    if !value.is_string() {
        let message = format!("{method} needs {what}, a string, as its first argument");
        return Err(JsNativeError::typ().with_message(message).into());
    }
    convert::plain_json(what, value, bounds(context)?, context)
}
