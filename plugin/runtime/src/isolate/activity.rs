//! What promises did during a run, seen from the engine's hooks.
//!
//! Two questions are answered here that the engine leaves open. Which rejections did nobody handle? And did a step
//! after an `await` die of an engine limit? The engine drops such an error without a word: the step neither awaited
//! again, nor settled anything that somebody listens to.

use std::cell::{Cell, RefCell};

use boa_engine::{JsObject, JsValue, builtins::promise::OperationType};

/// Unhandled rejections that are remembered; a run with more is told about these.
const REMEMBERED: usize = 16;

/// What the steps of the run that has the processor did.
#[derive(Debug, Default)]
pub(super) struct Activity {
    marks: Cell<u64>,
    silent: Cell<u64>,
    unhandled: RefCell<Vec<JsObject>>,
    /// There were more rejections than are remembered.
    more: Cell<bool>,
}

/// The same of a run that waits.
#[derive(Debug, Default)]
pub(super) struct Traces {
    silent: u64,
    unhandled: Vec<JsObject>,
    more: bool,
}

/// What nobody has handled.
pub(super) struct Unhandled {
    pub(super) reasons: Vec<JsValue>,
    /// There were more.
    pub(super) more: bool,
}

impl Activity {
    /// Goes on with what a run has done so far.
    pub(super) fn resume(&self, traces: Traces) {
        self.silent.set(traces.silent);
        self.more.set(traces.more);
        *self.unhandled.borrow_mut() = traces.unhandled;
    }

    /// What the run has done, to be kept while it waits.
    pub(super) fn suspend(&self) -> Traces {
        Traces { silent: self.silent.take(), unhandled: self.unhandled.take(), more: self.more.take() }
    }

    /// Notes that something awaits or was settled.
    pub(super) fn mark(&self) {
        self.marks.set(self.marks.get().wrapping_add(1));
    }

    /// Runs one step of a promise and notes whether it left any trace.
    pub(super) fn watch<T>(&self, step: impl FnOnce() -> T) -> T {
        let before = self.marks.get();
        let outcome = step();
        if self.marks.get() == before {
            self.silent.set(self.silent.get() + 1);
        }
        outcome
    }

    /// Whether some step left no trace, as one does that an engine limit has ended.
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
            OperationType::Reject if unhandled.len() < REMEMBERED => unhandled.push(promise),
            OperationType::Reject => self.more.set(true),
        }
    }

    /// The reasons of the rejections that nobody handled, except for the promise whose rejection is the run's outcome.
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
