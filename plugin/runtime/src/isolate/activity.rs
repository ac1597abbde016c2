//! Tracks the promises of a run through the engine's hooks.
//!
//! It answers two questions that the engine leaves open: which rejections were not handled, and whether an engine limit ended a
//! step after an `await`. The engine silently drops such an error: the step neither awaited again nor settled a promise that has
//! reactions.

use std::cell::{Cell, RefCell};

use boa_engine::{JsObject, JsValue, builtins::promise::OperationType};

/// Maximum of unhandled rejections that are remembered; a run with more reports only these.
const MAX_REJECTIONS: usize = 16;

/// The activity of the current run's steps.
#[derive(Debug, Default)]
pub(super) struct Activity {
    marks: Cell<u64>,
    silent: Cell<u64>,
    unhandled: RefCell<Vec<JsObject>>,
    /// Whether there were more rejections than are remembered.
    more: Cell<bool>,
}

/// The activity of a waiting run.
#[derive(Debug, Default)]
pub(super) struct Traces {
    silent: u64,
    unhandled: Vec<JsObject>,
    more: bool,
}

/// Unhandled rejections.
pub(super) struct Unhandled {
    pub(super) reasons: Vec<JsValue>,
    /// Whether there were more than are remembered.
    pub(super) more: bool,
}

impl Activity {
    /// Restores the activity of a run before its next step.
    pub(super) fn resume(&self, traces: Traces) {
        self.silent.set(traces.silent);
        self.more.set(traces.more);
        *self.unhandled.borrow_mut() = traces.unhandled;
    }

    /// Takes the activity of the run, to be kept while it waits.
    pub(super) fn suspend(&self) -> Traces {
        Traces { silent: self.silent.take(), unhandled: self.unhandled.take(), more: self.more.take() }
    }

    /// Records that something awaits or was settled.
    pub(super) fn mark(&self) {
        self.marks.set(self.marks.get().wrapping_add(1));
    }

    /// Runs one promise job and records whether it left any trace.
    pub(super) fn watch<T>(&self, step: impl FnOnce() -> T) -> T {
        let before = self.marks.get();
        let outcome = step();
        if self.marks.get() == before {
            self.silent.set(self.silent.get() + 1);
        }
        outcome
    }

    /// Returns whether some job left no trace, as happens if an engine limit ended it.
    pub(super) fn had_silent_step(&self) -> bool {
        self.silent.get() > 0
    }

    pub(super) fn rejection<T>(&self, promise: &JsObject<T>, operation: OperationType)
    where
        T: boa_engine::object::NativeObject,
    {
        self.mark();
        let promise = promise.clone().upcast();
        let mut unhandled = self.unhandled.borrow_mut();
        match operation {
            OperationType::Handle => unhandled.retain(|known| !JsObject::equals(known, &promise)),
            OperationType::Reject if unhandled.len() < MAX_REJECTIONS => unhandled.push(promise),
            OperationType::Reject => self.more.set(true),
        }
    }

    /// Takes the reasons of the unhandled rejections, except for the promise whose rejection is the run's outcome.
    pub(super) fn take_unhandled(&self, except: Option<&JsObject>) -> Unhandled {
        use boa_engine::{builtins::promise::PromiseState, object::builtins::JsPromise};
        let reason = |promise| match JsPromise::from_object(promise).ok()?.state() {
            PromiseState::Rejected(reason) => Some(reason),
            PromiseState::Pending | PromiseState::Fulfilled(_) => None,
        };
        let ours = |promise: &JsObject| except.is_some_and(|except| JsObject::equals(promise, except));
        let reasons = self.unhandled.take().into_iter().filter(|promise| !ours(promise)).filter_map(reason).collect();
        Unhandled { reasons, more: self.more.take() }
    }
}
