//! Which plans a worker has: what the runs of a script for somebody have in common is sent to it once.

use iota_scripts_domain::{EntryPoint, ExecutionId, JsonText, Limits, ScriptRef};
use iota_scripts_runtime::protocol::SLOTS;
use iota_scripts_services::ports::Job;

/// By their places, the last used first; a place whose plan is to be sent again has none.
#[derive(Debug, Default)]
pub(super) struct Plans(Vec<(u8, Option<Common>)>);

/// What tells one plan from another.
#[derive(Debug, PartialEq)]
struct Common {
    script: ScriptRef,
    /// Of a text that is not the version's, the run that has it.
    unsaved: Option<ExecutionId>,
    entry: EntryPoint,
    fallback: Option<EntryPoint>,
    libraries: Vec<ScriptRef>,
    context: JsonText,
    limits: Limits,
}

impl Plans {
    /// The place of the plan of a job, if the worker has it.
    pub(super) fn place(&mut self, job: &Job) -> Option<u8> {
        let at = self.find(job)?;
        self.0[..=at].rotate_right(1);
        Some(self.0[0].0)
    }

    /// A place for the plan of a job, which is to be sent: the one that was not used for longest.
    pub(super) fn put(&mut self, job: &Job) -> u8 {
        let place = match u8::try_from(self.0.len()) {
            Ok(next) if usize::from(next) < SLOTS => next,
            _ => self.0.pop().map_or(0, |(place, _)| place),
        };
        self.0.insert(0, (place, Some(Common::of(job))));
        place
    }

    /// Has the plan of a job sent again, with all that it needs.
    pub(super) fn forget(&mut self, job: &Job) {
        if let Some(at) = self.find(job) {
            self.0[at].1 = None;
        }
    }

    fn find(&self, job: &Job) -> Option<usize> {
        self.0.iter().position(|(_, common)| common.as_ref().is_some_and(|common| common.is_of(job)))
    }
}

impl Common {
    fn of(job: &Job) -> Self {
        Self {
            script: job.script.clone(),
            unsaved: job.unsaved.then_some(job.execution),
            entry: job.entry.clone(),
            fallback: job.fallback.clone(),
            libraries: job.libraries.iter().map(|library| library.script.clone()).collect(),
            context: job.context.clone(),
            limits: job.limits,
        }
    }

    fn is_of(&self, job: &Job) -> bool {
        self.script == job.script
            && self.unsaved == job.unsaved.then_some(job.execution)
            && self.entry == job.entry
            && self.fallback == job.fallback
            && self.limits == job.limits
            && self.libraries.iter().eq(job.libraries.iter().map(|library| &library.script))
            && self.context == job.context
    }
}
