//! The plans that a worker has. A plan is the part that runs of a script share; it is sent to a worker once.

use iota_scripts_domain::{EntryPoint, ExecutionId, JsonText, Limits, ScriptRef};
use iota_scripts_runtime::protocol::SLOTS;
use iota_scripts_services::ports::Job;

/// Slots, most recently used first; a slot whose plan must be sent again has no key.
#[derive(Debug, Default)]
pub(super) struct Plans(Vec<(u8, Option<PlanKey>)>);

/// The fields that identify a plan.
#[derive(Debug, PartialEq)]
struct PlanKey {
    script: ScriptRef,
    /// For an unsaved source, the run that has it.
    unsaved: Option<ExecutionId>,
    entry: EntryPoint,
    fallback: Option<EntryPoint>,
    libraries: Vec<ScriptRef>,
    context: JsonText,
    limits: Limits,
}

impl Plans {
    /// Returns the slot of a job's plan, if the worker has it.
    pub(super) fn slot(&mut self, job: &Job) -> Option<u8> {
        let index = self.find(job)?;
        self.0[..=index].rotate_right(1);
        Some(self.0[0].0)
    }

    /// Returns the slot for a job's new plan: a free one, or the least recently used.
    pub(super) fn put(&mut self, job: &Job) -> u8 {
        let slot = match u8::try_from(self.0.len()) {
            Ok(next) if usize::from(next) < SLOTS => next,
            _ => self.0.pop().map_or(0, |(slot, _)| slot),
        };
        self.0.insert(0, (slot, Some(PlanKey::of(job))));
        slot
    }

    /// Makes the plan of a job be sent again, with its sources.
    pub(super) fn forget(&mut self, job: &Job) {
        if let Some(index) = self.find(job) {
            self.0[index].1 = None;
        }
    }

    fn find(&self, job: &Job) -> Option<usize> {
        self.0.iter().position(|(_, plan_key)| plan_key.as_ref().is_some_and(|plan_key| plan_key.is_of(job)))
    }
}

impl PlanKey {
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
