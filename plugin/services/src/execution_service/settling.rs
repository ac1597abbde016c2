//! The consequences of a run's end for its occurrence, written together with the end.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use iota_scripts_domain::{Execution, Settlement};

/// Decides the settlement when the run has ended, and remembers whether it was written with the end.
pub struct Settling {
    decide: Box<dyn Fn(&Execution) -> Settlement + Send + Sync>,
    written: AtomicBool,
}

impl Settling {
    /// Creates it from a rule.
    #[must_use]
    pub fn new(decide: impl Fn(&Execution) -> Settlement + Send + Sync + 'static) -> Self {
        Self { decide: Box::new(decide), written: AtomicBool::new(false) }
    }

    /// Returns the settlement for this end.
    #[must_use]
    pub fn after(&self, finished: &Execution) -> Settlement {
        (self.decide)(finished)
    }

    /// Returns whether the settlement was written with the end, so that nothing is left to do.
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.written.load(Ordering::Acquire)
    }

    pub(super) fn written(&self) {
        self.written.store(true, Ordering::Release);
    }
}

impl fmt::Debug for Settling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settling").field("written", &self.is_written()).finish_non_exhaustive()
    }
}
