//! `console`: writes lines of text to the run's log, each with its level and time.
//!
//! Printing runs no code of the script and is bounded; the isolate enforces the limits of the log.

mod state;
mod table;
mod text;

use boa_engine::{Context, JsArgs, JsObject, JsResult, JsValue};
use serde_json::Value;

use self::text::{one_of, text_of};
use super::{Extension, Globals, namespace};
use crate::{isolate::Session, protocol::LogLevel};

pub(super) const EXTENSION: Extension = Extension { globals, ..Extension::NONE };

fn globals(context: &mut Context) -> JsResult<Globals> {
    Ok(vec![("console", build(context)?)])
}

fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(
        &[
            ("debug", 0, |_, args, context| print(LogLevel::Debug, args, context)),
            ("log", 0, |_, args, context| print(LogLevel::Log, args, context)),
            ("info", 0, |_, args, context| print(LogLevel::Info, args, context)),
            ("warn", 0, |_, args, context| print(LogLevel::Warn, args, context)),
            ("error", 0, |_, args, context| print(LogLevel::Error, args, context)),
            ("assert", 0, assert),
            ("table", 1, table::table),
            ("dir", 1, dir),
            ("group", 0, group),
            ("groupCollapsed", 0, group),
            ("groupEnd", 0, group_end),
            ("time", 0, state::time),
            ("timeLog", 0, state::time_log),
            ("timeEnd", 0, state::time_end),
            ("count", 0, state::count),
            ("countReset", 0, state::count_reset),
        ],
        context,
    )
}

fn print(level: LogLevel, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (message, objects) = text_of(args, context);
    write(level, message, one_of(objects), context)?;
    Ok(JsValue::undefined())
}

/// Writes one value; options are ignored.
fn dir(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    print(LogLevel::Log, args.get(..1).unwrap_or_default(), context)
}

/// Writes a line only if the first argument is falsy.
fn assert(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if args.get_or_undefined(0).to_boolean() {
        return Ok(JsValue::undefined());
    }
    let (message, objects) = text_of(args.get(1..).unwrap_or_default(), context);
    let message = if message.is_empty() { message } else { format!(": {message}") };
    write(LogLevel::Error, format!("assertion failed{message}"), one_of(objects), context)?;
    Ok(JsValue::undefined())
}

/// Writes a heading and indents the following lines.
fn group(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if !args.is_empty() {
        print(LogLevel::Log, args, context)?;
    }
    Session::of(context)?.with(|run| run.log.enter_group())?;
    Ok(JsValue::undefined())
}

fn group_end(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    Session::of(context)?.with(|run| run.log.leave_group())?;
    Ok(JsValue::undefined())
}

/// Writes one line, within the run's limits.
pub(super) fn write(level: LogLevel, message: String, data: Option<Value>, context: &Context) -> JsResult<()> {
    Session::of(context)?.log(level, message, data)
}
