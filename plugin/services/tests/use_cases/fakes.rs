//! Every port in memory. The repositories keep the promises of `tests/contract`; host and runtime behave as the tests configure them.

mod executions;
mod host;
mod incidents;
mod occurrences;
mod runtime;
mod scripts;
mod storage;
mod strikes;
mod templates;
mod web;

use std::sync::Arc;

use parking_lot::Mutex;

pub(crate) use executions::{Executions, Insert};
pub(crate) use host::Host;
pub(crate) use incidents::Counted;
pub(crate) use occurrences::Occurrences;
pub(crate) use runtime::{FakeRuntime, Play};
pub(crate) use scripts::Scripts;
pub(crate) use storage::Storage;
pub(crate) use strikes::Strikes;
pub(crate) use templates::Templates;
pub(crate) use web::{AllowedHosts, Web};

/// The calls of the ports, in order; shared by those whose order matters.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.0.lock().push(what.into());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().clone()
    }

    /// Returns the position of a line that must be there exactly once.
    pub(crate) fn position_of(&self, line: &str) -> usize {
        let lines = self.lines();
        let places: Vec<usize> =
            lines.iter().enumerate().filter(|(_, noted)| *noted == line).map(|(place, _)| place).collect();
        assert_eq!(places.len(), 1, "\"{line}\" in {lines:?}");
        places[0]
    }
}
