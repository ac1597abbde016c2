//! `setTimeout`, `setInterval`, `clearTimeout` and `clearInterval` as on the web, and `utils.sleep`.
//!
//! A run that waits for a timer waits as for a host call: its worker is free for others. Timers that have not fired when the
//! function ends are dropped.

use boa_engine::{
    Context, JsArgs, JsError, JsNativeError, JsResult, JsValue,
    object::builtins::{JsFunction, JsPromise},
};

use super::{Extension, Globals, Native, global_function};
use crate::isolate::{Action, clear_timer, rejected, set_timer};

/// Maximum delay in milliseconds, as on the web; no run lasts that long.
const MAX_DELAY_MS: f64 = i32::MAX as f64;

pub(super) const EXTENSION: Extension = Extension { globals, ..Extension::NONE };

#[expect(clippy::unnecessary_wraps, reason = "a field of the extension")]
fn globals(context: &mut Context) -> JsResult<Globals> {
    let functions: [(&'static str, usize, Native); 4] = [
        ("setTimeout", 1, set_timeout),
        ("setInterval", 1, set_interval),
        ("clearTimeout", 0, clear),
        ("clearInterval", 0, clear),
    ];
    Ok(functions.map(|(name, length, body)| (name, global_function(name, length, body, context))).into())
}

fn set_timeout(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let delay_ms = delay(args.get_or_undefined(1), context)?;
    set("setTimeout", delay_ms, None, args, context)
}

fn set_interval(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let delay_ms = delay(args.get_or_undefined(1), context)?;
    set("setInterval", delay_ms, Some(delay_ms), args, context)
}

fn set(name: &str, delay_ms: u64, every_ms: Option<u64>, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let function = args.get_or_undefined(0).as_object().and_then(JsFunction::from_object);
    let Some(function) = function else {
        return Err(JsNativeError::typ().with_message(format!("{name} needs a function as its first argument")).into());
    };
    let args = args.get(2..).unwrap_or_default().to_vec();
    set_timer(delay_ms, Action::Call { function, args, every_ms }, context).map(JsValue::from)
}

/// Values that are not the number of a timer are ignored, as on the web.
fn clear(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let number = args.get_or_undefined(0).as_number().filter(|number| *number >= 1.0 && number.fract() == 0.0);
    if let Some(number) = number {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 1")]
        clear_timer(number as u64, context)?;
    }
    Ok(JsValue::undefined())
}

/// Returns a delay in whole milliseconds; 0 for values that are not numbers.
fn delay(value: &JsValue, context: &mut Context) -> JsResult<u64> {
    let delay = value.to_number(context)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within its bounds; NaN becomes 0")]
    Ok(delay.clamp(0.0, MAX_DELAY_MS) as u64)
}

/// `sleep(ms)`: a promise that is fulfilled after that time.
pub(super) fn sleep(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let delay = args.get_or_undefined(0).as_number().filter(|delay| (0.0..=MAX_DELAY_MS).contains(delay));
    let Some(delay) = delay else {
        let error = JsNativeError::range()
            .with_message(format!("utils.sleep needs a number of milliseconds from 0 to {MAX_DELAY_MS}"));
        return rejected(error.into(), context);
    };
    let (promise, resolvers) = JsPromise::new_pending(context);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    match set_timer(delay.ceil() as u64, Action::Wake(resolvers), context) {
        Ok(_) => Ok(promise.into()),
        Err(error) => refused(error, context),
    }
}

/// Returns a promise rejected with the error, unless it is an engine error, which ends the run.
fn refused(error: JsError, context: &mut Context) -> JsResult<JsValue> {
    if error.as_engine().is_some() { Err(error) } else { rejected(error, context) }
}
