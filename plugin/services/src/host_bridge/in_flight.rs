//! The calls of a run that are under way: they are waited for when it ends, and named when they are cut off.
//!
//! A run that begins again leaves the calls of its first attempt behind: they are ended, and nobody is told of them.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Calls that are named in one line.
const NAMED: usize = 10;

/// The calls of the present attempt at a run.
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

/// One call, until it is answered or dropped.
pub(super) struct InFlightCall {
    attempt: Arc<Attempt>,
    number: u64,
    answered: bool,
}

impl InFlightCalls {
    /// Enters a call.
    pub(super) fn enter(&self, number: u64, method: &str) -> InFlightCall {
        let attempt = Arc::clone(&self.attempt.lock());
        attempt.calls.lock().waiting.insert(number, method.to_owned());
        InFlightCall { attempt, number, answered: false }
    }

    /// Waits until no call is under way.
    pub(crate) async fn quiet(&self) {
        let attempt = Arc::clone(&self.attempt.lock());
        loop {
            // Listening begins before the look, so that no answer falls in between.
            let answered = attempt.answered.notified();
            if attempt.calls.lock().waiting.is_empty() {
                return;
            }
            answered.await;
        }
    }

    /// Ends whatever is under way; one sentence on the calls that were never answered, if there are any.
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
            "the run ended before {count} of its calls were answered; they may have been done or not: {}{more}",
            names.join(", ")
        ))
    }

    /// The run begins again.
    pub(super) fn begin_again(&self) {
        let left = std::mem::take(&mut *self.attempt.lock());
        left.ended.cancel();
    }
}

impl InFlightCall {
    /// Waits until nobody wants the answer any more.
    pub(super) async fn ended(&self) {
        self.attempt.ended.cancelled().await;
    }

    /// It was answered.
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
