//! Converts thrown values and engine errors to faults with positions in the author's text.

use std::error::Error as _;

use boa_engine::{
    Context, JsError, JsObject, JsString, JsValue,
    builtins::error::Error,
    error::{EngineError, RuntimeLimitError},
    js_string,
    vm::CallFrame,
};

use super::{
    api_errors::brand_of,
    wrapper::{ENGINE_PATH, author_position},
};
use crate::{
    convert::{self, Bounds},
    fault,
    language::modules::SCHEME,
    protocol::{Fault, Limits, LogLevel},
    source,
};

/// Maximum length of a message in characters.
const MAX_MESSAGE_CHARS: usize = 4_000;
/// Limits of the details: bytes and depth.
const DETAILS_BOUNDS: Bounds = Bounds { bytes: 16 << 10, depth: 16 };

/// The script that a fault refers to.
pub(super) struct Origin<'s> {
    pub(super) name: &'s str,
    pub(super) source: &'s str,
    pub(super) limits: &'s Limits,
}

/// Returns the fault for an engine limit or defect, after which the isolate must not be used any more; `None` for an ordinary
/// error.
pub(super) fn engine_fault(error: &JsError, origin: &Origin<'_>) -> Option<Fault> {
    let fault = match cause(error.as_engine()?) {
        EngineError::RuntimeLimit(RuntimeLimitError::LoopIteration) => {
            fault::LOOP_LIMIT.fault(format!("a loop ran more than {} times", origin.limits.loop_iterations))
        }
        EngineError::RuntimeLimit(_) => too_deep(origin.limits),
        // The isolate knows the actual reason.
        EngineError::Interrupted => fault::cancelled(),
        EngineError::Panic(error) => {
            fault::INTERNAL.fault(format!("the JavaScript engine failed: {}", error.message()))
        }
    };
    // The text of an engine error comes from the engine, so printing it runs no code of the script.
    Some(with_trace(fault, &error.to_string(), origin))
}

/// Returns the innermost cause. If a limit ends an operation that the engine considers infallible, the engine wraps it in an error
/// about a defect.
fn cause(error: &EngineError) -> &EngineError {
    let EngineError::Panic(panic) = error else { return error };
    let inner = panic.source().and_then(|inner| {
        let boxed = || inner.downcast_ref::<Box<JsError>>().map(AsRef::as_ref);
        inner.downcast_ref::<JsError>().or_else(boxed)
    });
    inner.and_then(JsError::as_engine).map_or(error, cause)
}

/// Returns the fault of calls that are nested too deep.
pub(super) fn too_deep(limits: &Limits) -> Fault {
    fault::STACK_OVERFLOW
        .fault(format!("function calls are nested more than {} deep, or pass too many arguments", limits.recursion))
}

/// Returns the fault of an error that the script threw and did not catch.
pub(super) fn script_fault(error: JsError, origin: &Origin<'_>, context: &mut Context) -> Fault {
    if let Some(fault) = engine_fault(&error, origin) {
        return fault;
    }
    // Printing a primitive is safe, and only the error holds the position of the `throw`.
    let trace = match error.as_opaque() {
        Some(value) if !value.is_object() => error.to_string(),
        _ => String::new(),
    };
    match error.into_opaque(context) {
        Ok(thrown) => thrown_fault(&thrown, &trace, origin, context),
        Err(error) => {
            engine_fault(&error, origin).unwrap_or_else(|| fault::INTERNAL.fault("the JavaScript engine failed"))
        }
    }
}

/// Returns the fault of a value that the script threw or rejected its promise with.
pub(super) fn thrown_fault(thrown: &JsValue, trace: &str, origin: &Origin<'_>, context: &mut Context) -> Fault {
    let Some(object) = thrown.as_object() else {
        let message = clip(&convert::plain_text(thrown, context));
        return with_trace(fault::SCRIPT_ERROR.fault(message), trace, origin);
    };
    let Some((name, message)) = convert::message_of(&object, context) else {
        return with_trace(plain_object_fault(&object, context), trace, origin);
    };
    let stack = object.downcast_ref::<Error>().map(|error| error.frames()).unwrap_or_default();
    let stack = stack.trim_start();
    let message = if name == "Error" || message.is_empty() && !name.is_empty() {
        if message.is_empty() { name } else { message }
    } else {
        format!("{name}: {message}")
    };
    let details = details(&object, context);
    let brand = brand_of(&object, context);
    let code = brand.as_ref().map_or(fault::SCRIPT_ERROR, |brand| brand.code);
    let fault = Fault { details, ..code.fault(clip(&message)) };
    let fault = with_trace(fault, outside_of_constructors(stack, &class_names(&object)), origin);
    match brand.and_then(|brand| brand.position) {
        Some((line, column)) if fault.line.is_none() => {
            let (line, column) = author_position(line, column);
            source::locate(fault, origin.source, line, column)
        }
        _ => fault,
    }
}

/// Returns the log line for an unhandled rejection: a warning with its code for a call of the API that was not awaited, an error
/// for anything else.
pub(super) fn unhandled(reason: &JsValue, context: &mut Context) -> (LogLevel, String) {
    let message = clip(&convert::plain_text(reason, context));
    let object = reason.as_object();
    let Some((object, brand)) = object.and_then(|object| brand_of(&object, context).map(|brand| (object, brand)))
    else {
        return (LogLevel::Error, format!("unhandled promise rejection: {message}"));
    };
    let code = object.borrow().properties().get(&js_string!("code").into());
    let code = code.and_then(|code| code.value()?.as_string()).map(|code| code.to_std_string_lossy());
    let code = code.unwrap_or_else(|| brand.code.name.to_owned());
    let place = brand.position.map(|(line, column)| author_position(line, column));
    let place = place.map(|(line, column)| format!(" at line {line}, column {column}")).unwrap_or_default();
    let text = convert::message_of(&object, context).map_or(message, |(_, text)| clip(&text));
    (LogLevel::Warn, format!("a call that was not awaited failed{place}: {code}: {text}"))
}

fn plain_object_fault(object: &JsObject, context: &mut Context) -> Fault {
    let message = object.get(js_string!("message"), context).ok().and_then(|message| message.as_string());
    let message = match message {
        Some(message) => message.to_std_string_lossy(),
        None => format!("the script threw {}", convert::plain_text(&object.clone().into(), context)),
    };
    Fault { details: details(object, context), ..fault::SCRIPT_ERROR.fault(clip(&message)) }
}

/// Returns the author's own properties of the error; `None` if there are none or they cannot be read.
fn details(object: &JsObject, context: &mut Context) -> Option<serde_json::Value> {
    let json = convert::to_json(&object.clone().into(), DETAILS_BOUNDS, context).ok()??;
    let mut value: serde_json::Value = serde_json::from_str(json.get()).ok()?;
    if let Some(members) = value.as_object_mut().filter(|_| object.is::<Error>()) {
        // The fault's message contains these already.
        members.retain(|name, _| !matches!(name.as_str(), "name" | "message" | "stack"));
    }
    value.as_object().is_none_or(|members| !members.is_empty()).then_some(value)
}

/// Returns the names of the object's class and of the script's classes that it is derived from, its own first.
fn class_names(object: &JsObject) -> Vec<String> {
    const CLASSES: usize = 16;
    let stored = |object: &JsObject, key: &str| {
        let property = object.borrow().properties().get(&JsString::from(key).into())?;
        property.value().cloned()
    };
    let mut names = Vec::new();
    let mut prototype = object.prototype();
    while let Some(current) = prototype.filter(|_| names.len() < CLASSES) {
        let constructor = stored(&current, "constructor").and_then(|constructor| constructor.as_object());
        let name = constructor.and_then(|constructor| stored(&constructor, "name")).and_then(|name| name.as_string());
        names.extend(name.map(|name| name.to_std_string_lossy()));
        prototype = current.prototype();
    }
    names
}

/// Removes the topmost calls in constructors of the error's class from a stack: the author looks for the `throw`.
fn outside_of_constructors<'s>(stack: &'s str, classes: &[String]) -> &'s str {
    let mut rest = stack;
    while let Some((line, below)) = rest.split_once('\n') {
        let call = line.trim_start().strip_prefix("at ").unwrap_or_default();
        let in_constructor =
            classes.iter().any(|class| call.strip_prefix(class.as_str()).is_some_and(|rest| rest.starts_with(" (")));
        if !in_constructor || below.is_empty() {
            break;
        }
        rest = below;
    }
    rest
}

/// Adds the stack and the position of its first call in the author's text.
fn with_trace(fault: Fault, trace: &str, origin: &Origin<'_>) -> Fault {
    let mut lines = Vec::new();
    let mut first = None;
    for line in trace.lines() {
        let Some(call) = line.trim_start().strip_prefix("at ") else { continue };
        let Some((function, path, line, column)) = parse_call(call) else { continue };
        let (line, column) = author_position(line, column);
        let function = if function == "<main>" { "<anonymous>" } else { function };
        let name = if path == ENGINE_PATH {
            first.get_or_insert((line, column));
            origin.name
        } else {
            path
        };
        lines.push(format!("at {function} ({name}:{line}:{column})"));
    }
    let Some((line, column)) = first else { return fault };
    let fault = Fault { stack: Some(without_repeats(&lines)), ..fault };
    source::locate(fault, origin.source, line, column)
}

/// Joins the lines of a stack; a repeated call is written once, with a count.
fn without_repeats(lines: &[String]) -> String {
    let mut written = Vec::new();
    for same in lines.chunk_by(|one, next| one == next) {
        written.extend(same.first().cloned());
        if same.len() > 1 {
            written.push(format!("   … {} more of the same", same.len() - 1));
        }
    }
    written.join("\n")
}

/// Parses `function (path:line:column)` if the path is that of the script or of a library.
fn parse_call(call: &str) -> Option<(&str, &str, u32, u32)> {
    let (function, place) = call.strip_suffix(')')?.rsplit_once(" (")?;
    let mut place = place.rsplitn(3, ':');
    let (column, line, path) = (place.next()?, place.next()?, place.next()?);
    let known = path == ENGINE_PATH || path.starts_with(SCHEME);
    known.then_some((function, path, line.parse().ok()?, column.parse().ok()?))
}

/// Returns the current position in the script's text: that of the innermost call in it.
pub(super) fn place(context: &Context) -> Option<(u32, u32)> {
    let places = context.stack_trace().map(CallFrame::position);
    let mut ours = places.filter(|place| place.path.to_string() == ENGINE_PATH);
    let position = ours.find_map(|place| place.position)?;
    Some(author_position(position.line_number(), position.column_number()))
}

fn clip(message: &str) -> String {
    message.chars().take(MAX_MESSAGE_CHARS).collect()
}
