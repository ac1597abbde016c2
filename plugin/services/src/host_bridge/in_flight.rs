//! The calls of a run in flight: awaited when it ends, and named if they are cut off.
//!
//! When a run restarts, the calls of its first attempt are ended without a message.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Maximum number of calls named in one line.
const NAMED: usize = 10;

/// The calls of the run's current attempt.
#[derive(Default)]
pub(crate) struct InFlightCalls {
    attempt: Mutex<Arc<Attempt>>,
}

#[derive(Default)]
struct Attempt {
    calls: Mutex<Calls>,
    answered: Notify,
    ended: CancellationToken,
}

#[derive(Default)]
struct Calls {
    waiting: BTreeMap<u64, String>,
    cut_off: Vec<String>,
}

/// A call in flight, until it is answered or dropped.
pub(super) struct InFlightCall {
    attempt: Arc<Attempt>,
    number: u64,
    answered: bool,
}

impl InFlightCalls {
    /// Registers a call.
    pub(super) fn enter(&self, number: u64, method: &str) -> InFlightCall {
        let attempt = Arc::clone(&self.attempt.lock());
        attempt.calls.lock().waiting.insert(number, method.to_owned());
        InFlightCall { attempt, number, answered: false }
    }

    /// Waits until no call is in flight.
    pub(crate) async fn idle(&self) {
        let attempt = Arc::clone(&self.attempt.lock());
        loop {
            // Subscribe before the check, so that no answer is missed in between.
            let answered = attempt.answered.notified();
            if attempt.calls.lock().waiting.is_empty() {
                return;
            }
            answered.await;
        }
    }

    /// Ends all calls in flight; returns a sentence about the unanswered calls, if there are any.
    pub(crate) fn end(&self) -> Option<String> {
        let attempt = Arc::clone(&self.attempt.lock());
        attempt.ended.cancel();
        let mut calls = attempt.calls.lock();
        let mut names = std::mem::take(&mut calls.cut_off);
        names.extend(std::mem::take(&mut calls.waiting).into_values());
        drop(calls);
        let count = names.len();
        if count == 0 {
            return None;
        }
        names.truncate(NAMED);
        let more = if count > NAMED { ", …" } else { "" };
        Some(format!(
            "the run ended before {count} of its calls were answered; they may or may not have taken effect: {}{more}",
            names.join(", ")
        ))
    }

    /// Starts a new attempt of the run.
    pub(super) fn begin_again(&self) {
        let left = std::mem::take(&mut *self.attempt.lock());
        left.ended.cancel();
    }
}

impl InFlightCall {
    /// Waits until the answer is no longer needed.
    pub(super) async fn ended(&self) {
        self.attempt.ended.cancelled().await;
    }

    /// Marks the call as answered.
    pub(super) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for InFlightCall {
    fn drop(&mut self) {
        let mut calls = self.attempt.calls.lock();
        if let Some(method) = calls.waiting.remove(&self.number)
            && !self.answered
        {
            calls.cut_off.push(method);
        }
        drop(calls);
        self.attempt.answered.notify_waiters();
    }
}
