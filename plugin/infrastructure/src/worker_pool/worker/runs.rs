//! The runs and checks in flight on one worker, with their deadlines, and how their end is reported.

use std::{collections::HashMap, time::Duration};

use iota_scripts_domain::{Fault, FaultCode};
use iota_scripts_runtime::protocol::Done;
use iota_scripts_services::ports::{Checked, Measured, RunReport};
use tokio::time::Instant;

use crate::worker_pool::{
    micros,
    pool_state::WorkerPermit,
    wire,
    work::{CheckWork, CrashRole, RunOutcome, RunWork},
};

/// Runs and checks by number.
#[derive(Default)]
pub(super) struct Runs(HashMap<u64, Active>);

/// A run or check in flight.
pub(super) enum Active {
    Run(ActiveRun),
    Check(ActiveCheck),
}

pub(super) struct ActiveRun {
    pub(super) work: RunWork,
    pub(super) log: wire::LogClock,
    began: Instant,
    /// `None` before it first executes.
    due: Option<Instant>,
    recalled: bool,
    /// The worker has sent a message about it, so it has started.
    has_reported: bool,
    /// Sources that the worker reported missing for it.
    missing_count: usize,
    /// The fault it ends with, once it is told to end.
    ending: Option<Fault>,
    permit: WorkerPermit,
}

pub(super) struct ActiveCheck {
    work: CheckWork,
    due: Instant,
    ending: Option<Fault>,
    permit: WorkerPermit,
}

impl Runs {
    pub(super) fn add(&mut self, run: u64, active: Active) {
        self.0.insert(run, active);
    }

    pub(super) fn get(&self, run: u64) -> Option<&Active> {
        self.0.get(&run)
    }

    pub(super) fn get_mut(&mut self, run: u64) -> Option<&mut Active> {
        self.0.get_mut(&run)
    }

    pub(super) fn remove(&mut self, run: u64) -> Option<Active> {
        self.0.remove(&run)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn numbers(&self) -> Vec<u64> {
        self.0.keys().copied().collect()
    }

    /// Returns the earliest deadline.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.0.values().filter_map(Active::due).min()
    }

    /// Returns those past their deadline.
    pub(super) fn due(&self, now: Instant) -> Vec<u64> {
        self.0.iter().filter(|(_, active)| active.due().is_some_and(|due| due <= now)).map(|(run, _)| *run).collect()
    }

    /// Returns the number of those that have started.
    pub(super) fn begun(&self) -> usize {
        self.0.values().filter(|active| active.has_begun()).count()
    }

    /// Marks the pipelined runs that have not started as recalled, and returns those newly marked.
    pub(super) fn recall(&mut self) -> Vec<u64> {
        let ahead = |active: &mut Active| match active {
            Active::Run(run) if run.due.is_none() => !std::mem::replace(&mut run.recalled, true),
            Active::Run(_) | Active::Check(_) => false,
        };
        self.0.iter_mut().filter_map(|(run, active)| ahead(active).then_some(*run)).collect()
    }
}

impl Active {
    pub(super) fn run(work: RunWork, permit: WorkerPermit) -> Self {
        let (log, began) = (wire::LogClock::start(), Instant::now());
        Self::Run(ActiveRun {
            work,
            log,
            began,
            due: None,
            recalled: false,
            has_reported: false,
            missing_count: 0,
            ending: None,
            permit,
        })
    }

    pub(super) fn check(work: CheckWork, permit: WorkerPermit) -> Self {
        let due = Instant::now() + work.time;
        Self::Check(ActiveCheck { work, due, ending: None, permit })
    }

    fn due(&self) -> Option<Instant> {
        match self {
            Self::Run(run) => run.due,
            Self::Check(check) => Some(check.due),
        }
    }

    pub(super) fn has_begun(&self) -> bool {
        self.due().is_some()
    }

    /// Records that it is executing: its time starts, unless it has started already.
    pub(super) fn on_processor(&mut self, grace: Duration) {
        if let Self::Run(run) = self
            && run.due.is_none()
        {
            let time = if run.ending.is_some() { grace } else { Duration::from_millis(run.work.job.limits.wall_ms) };
            (run.log, run.began) = (wire::LogClock::start(), Instant::now());
            run.due = Some(run.began + time);
        }
    }

    /// Returns the fault for exceeding the time limit.
    pub(super) fn late(&self) -> Fault {
        match self {
            Self::Run(run) => wire::timed_out(run.work.job.limits.wall_ms),
            Self::Check(check) => wire::check_timed_out(check.work.time),
        }
    }

    pub(super) fn is_ending(&self) -> bool {
        self.ending().is_some()
    }

    /// The fault it ends with, once it is told to end.
    pub(super) fn ending(&self) -> Option<&Fault> {
        match self {
            Self::Run(run) => run.ending.as_ref(),
            Self::Check(check) => check.ending.as_ref(),
        }
    }

    /// Records the fault it ends with, and the deadline for ending.
    pub(super) fn end(&mut self, fault: Fault, until: Instant) {
        match self {
            // A run that has not started gets its deadline when it does.
            Self::Run(run) => (run.ending, run.due) = (Some(fault), run.due.map(|_| until)),
            Self::Check(check) => (check.ending, check.due) = (Some(fault), until),
        }
    }

    /// Records that the worker has sent a message about it.
    pub(super) fn note_activity(&mut self) {
        if let Self::Run(run) = self {
            run.has_reported = true;
        }
    }

    /// Whether the worker may still return it unstarted.
    pub(super) fn can_be_returned(&self) -> bool {
        matches!(self, Self::Run(run) if !run.has_reported)
    }

    /// Whether it was recalled, or told to end.
    pub(super) fn is_recalled(&self) -> bool {
        matches!(self, Self::Run(run) if run.recalled || run.ending.is_some())
    }

    /// Records that the worker lacked a source, so that the run is sent again as not started. False if that happened too often.
    pub(super) fn note_missing(&mut self) -> bool {
        let Self::Run(run) = self else { return false };
        (run.due, run.recalled, run.missing_count) = (None, false, run.missing_count + 1);
        run.missing_count <= run.work.job.libraries.len() + 1
    }

    /// Returns an unstarted run to the pool.
    pub(super) fn report_not_started(mut self) {
        match &mut self {
            Self::Run(run) => match run.ending.take() {
                Some(fault) => self.report_fault(fault, CrashRole::Unrelated),
                None => self.report_fault(wire::bystander(), CrashRole::NotStarted),
            },
            Self::Check(_) => self.report_fault(wire::bystander(), CrashRole::Unrelated),
        }
    }

    /// Reports a failure to the caller.
    pub(super) fn report_fault(self, fault: Fault, role: CrashRole) {
        match self {
            Self::Run(run) => {
                let usage = run.usage_without_worker(&fault);
                run.report_end(RunReport { outcome: Err(fault), usage }, role);
            }
            Self::Check(check) => check.report_end(Err(fault)),
        }
    }
}

impl ActiveRun {
    /// Reports the worker's result to the caller.
    pub(super) fn report_done(mut self, done: Done) {
        let mut report = wire::report(done);
        // A run that was told to end, and failed, ends with that fault, whatever the script did.
        if let (Some(fault), Err(said)) = (self.ending.take(), &report.outcome) {
            let place = said.clone();
            report.outcome = Err(if said.code == FaultCode::Cancelled { fault.at_the_place_of(place) } else { fault });
        }
        self.report_end(report, CrashRole::Unrelated);
    }

    /// Returns the usage of a run whose worker cannot report it: at least the limit that it exceeded.
    fn usage_without_worker(&self, fault: &Fault) -> Measured {
        let limits = &self.work.job.limits;
        Measured {
            peak_memory_bytes: (fault.code == FaultCode::MemoryLimit).then_some(limits.memory_bytes),
            cpu_us: (fault.code == FaultCode::CpuLimit).then_some(limits.cpu_ms * 1000),
            ..self.log.measured()
        }
    }

    fn report_end(self, mut report: RunReport, role: CrashRole) {
        report.usage.wall_us = micros(self.began.elapsed());
        // Released before the result is sent, so that the caller finds the slot free.
        drop(self.permit);
        let _ = self.work.ended.send(RunOutcome { report, role });
    }
}

impl ActiveCheck {
    pub(super) fn report_end(self, checked: Result<Checked, Fault>) {
        drop(self.permit);
        let _ = self.work.checked.send(checked);
    }
}
