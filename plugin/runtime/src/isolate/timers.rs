//! Sets and clears the timers of the current run, and asks the host to wait for the earliest.
//!
//! The host waits for one timer at a time, so a run with many timers sends few messages, and a cleared timer costs nothing.

use boa_engine::{Context, JsResult};
use serde_json::value::RawValue;

use super::{
    api_errors::api_error,
    session::Session,
    timer_queue::{Action, MAX_TIMERS, MAX_WAITS},
};
use crate::{fault, protocol::Call};

/// The host method that waits.
const WAIT: &str = "timer.wait";

/// Sets a timer and returns its number.
///
/// # Errors
/// `TIMER_LIMIT` if there are too many.
pub(crate) fn set_timer(delay_ms: u64, action: Action, context: &mut Context) -> JsResult<u64> {
    let session = Session::of(context)?;
    let Some(number) = session.with(|run| run.timers.set(run.elapsed_ms(), delay_ms, action))? else {
        let message = format!("the run reached its limit of {MAX_TIMERS} timers; let some fire or clear them first");
        return Err(api_error(fault::TIMER_LIMIT, message, context));
    };
    if wait(&session)? { Ok(number) } else { Err(api_error(fault::TIMER_LIMIT, too_often(), context)) }
}

/// Clears the timer with this number, if there is one.
pub(crate) fn clear_timer(number: u64, context: &Context) -> JsResult<()> {
    Session::of(context)?.with(|run| run.timers.clear(number))
}

/// Sets an interval again after it fired, unless its function cleared it.
pub(super) fn repeat(session: &Session, number: u64, action: Action) -> JsResult<()> {
    session.with(|run| run.timers.repeat(run.elapsed_ms(), number, action))
}

/// Asks the host to wait for the earliest timer, unless it does already. Returns `false` if the run reached its limit of waits.
pub(super) fn wait(session: &Session) -> JsResult<bool> {
    let wait = session.with(|run| {
        let Some(due_ms) = run.timers.unwaited() else { return Ok(None) };
        if run.timers.has_waited_too_often() {
            return Err(());
        }
        let call = run.next_message();
        run.timers.begin_wait(call, due_ms);
        let wait_ms = due_ms.saturating_sub(run.timers.now_ms(run.elapsed_ms())).max(1);
        Ok(Some((run.port.clone(), run.number, call, wait_ms)))
    })?;
    let Ok(wait) = wait else { return Ok(false) };
    if let Some((port, run, call, wait_ms)) = wait {
        let args = RawValue::from_string(format!("[{wait_ms}]")).unwrap_or_else(|_| RawValue::NULL.to_owned());
        port.borrow_mut().call(Call { run, call, method: WAIT.to_owned(), args });
    }
    Ok(true)
}

pub(super) fn too_often() -> String {
    format!("the run reached its limit of {MAX_WAITS} waits for timers")
}
