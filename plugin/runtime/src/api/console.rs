//! `console`: lines of text for the run's log, each with its level and time.
//!
//! Printing runs no code of the script and is bounded. Over the run's limit, one line says so and the rest is dropped
//! and counted; the run goes on.

mod state;
mod table;
mod text;

use boa_engine::{Context, JsArgs, JsObject, JsResult, JsValue};
use serde_json::Value;

pub(crate) use self::state::State;
use self::text::{one_of, text_of};
use super::namespace;
use crate::{
    isolate::Session,
    protocol::{LogLevel, LogLine},
};

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
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
            ("groupEnd", 0, state::group_end),
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

/// Writes one value; how it is shown cannot be chosen.
fn dir(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    print(LogLevel::Log, args.get(..1).unwrap_or_default(), context)
}

/// Writes a line only when the first argument is not true.
fn assert(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if args.get_or_undefined(0).to_boolean() {
        return Ok(JsValue::undefined());
    }
    let (message, objects) = text_of(args.get(1..).unwrap_or_default(), context);
    let message = if message.is_empty() { message } else { format!(": {message}") };
    write(LogLevel::Error, format!("assertion failed{message}"), one_of(objects), context)?;
    Ok(JsValue::undefined())
}

/// Writes a heading, and what follows further in.
fn group(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if !args.is_empty() {
        print(LogLevel::Log, args, context)?;
    }
    Session::of(context)?.with(|run| run.console.enter_group())?;
    Ok(JsValue::undefined())
}

/// Writes one line, within the run's limits.
pub(crate) fn write(level: LogLevel, message: String, data: Option<Value>, context: &mut Context) -> JsResult<()> {
    let session = Session::of(context)?;
    let lines = session.with(|run| {
        let limit = run.limits.log_line_bytes;
        let (message, cut) = if run.console.is_in_group() {
            // Cut before it is set further in too: a margin is longer than a line at the worst.
            let (message, before) = cut(message, limit);
            let (message, after) = cut(run.console.indented(&message), limit);
            (message, before + after)
        } else {
            cut(message, limit)
        };
        run.usage.log_dropped_bytes += cut as u64;
        let at_ms = run.elapsed_ms();
        let line = LogLine { level, message, at_ms, cut: cut > 0, data: data.filter(|_| cut == 0) };
        let cost = line.cost();
        if run.log_closed || run.usage.log_bytes + cost > run.limits.log_bytes {
            run.usage.log_dropped_bytes += cost;
            let limit = run.limits.log_bytes;
            let message = format!("the log has reached its limit of {limit} bytes; what follows is dropped");
            let first = !std::mem::replace(&mut run.log_closed, true);
            let last = LogLine { level: LogLevel::Warn, message, at_ms, cut: true, data: None };
            return (run.port.clone(), run.number, first.then_some(last));
        }
        run.usage.log_bytes += cost;
        (run.port.clone(), run.number, Some(line))
    })?;
    if let (port, run, Some(line)) = lines {
        port.borrow_mut().log(run, line);
    }
    Ok(())
}

/// Cuts a line at a limit; the number of bytes that were cut off.
fn cut(mut message: String, limit: usize) -> (String, usize) {
    if message.len() <= limit {
        return (message, 0);
    }
    let end = message.floor_char_boundary(limit);
    let cut = message.len() - end;
    message.truncate(end);
    message.push_str(&format!("… ({cut} more bytes)"));
    (message, cut)
}
