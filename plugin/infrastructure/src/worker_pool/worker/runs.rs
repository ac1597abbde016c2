//! What is under way on one worker: each run or check with its deadline, and how it is told that it has ended.

use std::{collections::HashMap, time::Duration};

use iota_scripts_domain::{Fault, FaultCode};
use iota_scripts_runtime::protocol::Done;
use iota_scripts_services::ports::{Checked, Measured, RunReport};
use tokio::time::Instant;

use crate::worker_pool::{
    micros,
    pool_state::WorkerPermit,
    wire,
    work::{CheckWork, CrashRole, Ended, RunWork},
};

/// By number.
#[derive(Default)]
pub(super) struct Runs(HashMap<u64, Active>);

/// One of them.
pub(super) enum Active {
    Run(ActiveRun),
    Check(ActiveCheck),
}

pub(super) struct ActiveRun {
    pub(super) work: RunWork,
    pub(super) log: wire::LogClock,
    began: Instant,
    /// None before it has the processor for the first time.
    due: Option<Instant>,
    recalled: bool,
    /// The worker has said something of it, so it has begun.
    spoke: bool,
    /// Sources that the worker has missed for it.
    missed: usize,
    /// How it ends, once it is told to.
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

    /// When the first of them is late.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.0.values().filter_map(Active::due).min()
    }

    /// Those that are late.
    pub(super) fn due(&self, now: Instant) -> Vec<u64> {
        self.0.iter().filter(|(_, active)| active.due().is_some_and(|due| due <= now)).map(|(run, _)| *run).collect()
    }

    /// Those that have begun.
    pub(super) fn begun(&self) -> usize {
        self.0.values().filter(|active| active.has_begun()).count()
    }

    /// Takes those that were sent ahead and are not asked back yet as asked back.
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
            spoke: false,
            missed: 0,
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

    /// It has the processor: its time begins, unless it has begun already.
    pub(super) fn begins(&mut self, grace: Duration) {
        if let Self::Run(run) = self
            && run.due.is_none()
        {
            let time = if run.ending.is_some() { grace } else { Duration::from_millis(run.work.job.limits.wall_ms) };
            (run.log, run.began) = (wire::LogClock::start(), Instant::now());
            run.due = Some(run.began + time);
        }
    }

    /// The fault of being late.
    pub(super) fn late(&self) -> Fault {
        match self {
            Self::Run(run) => wire::timed_out(run.work.job.limits.wall_ms),
            Self::Check(check) => wire::check_timed_out(check.work.time),
        }
    }

    pub(super) fn is_ending(&self) -> bool {
        self.ending().is_some()
    }

    /// How it ends, once it is told to.
    pub(super) fn ending(&self) -> Option<&Fault> {
        match self {
            Self::Run(run) => run.ending.as_ref(),
            Self::Check(check) => check.ending.as_ref(),
        }
    }

    /// Notes how it ends, and until when it may take to do so.
    pub(super) fn end(&mut self, fault: Fault, until: Instant) {
        match self {
            // One that has not begun has until then once it does.
            Self::Run(run) => (run.ending, run.due) = (Some(fault), run.due.map(|_| until)),
            Self::Check(check) => (check.ending, check.due) = (Some(fault), until),
        }
    }

    /// Notes that the worker has said something of it.
    pub(super) fn speaks(&mut self) {
        if let Self::Run(run) = self {
            run.spoke = true;
        }
    }

    /// Whether the worker may say that it has not begun.
    pub(super) fn may_be_given_back(&self) -> bool {
        matches!(self, Self::Run(run) if !run.spoke)
    }

    /// Whether it was asked back, or told to end.
    pub(super) fn is_wanted_back(&self) -> bool {
        matches!(self, Self::Run(run) if run.recalled || run.ending.is_some())
    }

    /// A source that it needs is sent, and it again: it has not begun. False when that was too often.
    pub(super) fn misses(&mut self) -> bool {
        let Self::Run(run) = self else { return false };
        (run.due, run.recalled, run.missed) = (None, false, run.missed + 1);
        run.missed <= run.work.job.libraries.len() + 1
    }

    /// Gives a run back of which nothing has happened.
    pub(super) fn report_not_started(mut self) {
        match &mut self {
            Self::Run(run) => match run.ending.take() {
                Some(fault) => self.report_fault(fault, CrashRole::Unrelated),
                None => self.report_fault(wire::bystander(), CrashRole::NotStarted),
            },
            Self::Check(_) => self.report_fault(wire::bystander(), CrashRole::Unrelated),
        }
    }

    /// Tells whoever waits that it has failed.
    pub(super) fn report_fault(self, fault: Fault, role: CrashRole) {
        match self {
            Self::Run(run) => {
                let usage = run.usage_of_the_dead(&fault);
                run.report_end(RunReport { outcome: Err(fault), usage }, role);
            }
            Self::Check(check) => check.report_end(Err(fault)),
        }
    }
}

impl ActiveRun {
    /// Tells whoever waits what the worker says of the end.
    pub(super) fn report_done(mut self, done: Done) {
        let mut report = wire::report(done);
        // What was told to end and did is ended by the teller, whatever the script made of it.
        if let (Some(fault), Err(said)) = (self.ending.take(), &report.outcome) {
            let place = said.clone();
            report.outcome = Err(if said.code == FaultCode::Cancelled { fault.at_the_place_of(place) } else { fault });
        }
        self.report_end(report, CrashRole::Unrelated);
    }

    /// What a run has used whose worker can no longer tell: at least what it died of.
    fn usage_of_the_dead(&self, fault: &Fault) -> Measured {
        let limits = &self.work.job.limits;
        Measured {
            peak_memory_bytes: (fault.code == FaultCode::MemoryLimit).then_some(limits.memory_bytes),
            cpu_us: (fault.code == FaultCode::CpuLimit).then_some(limits.cpu_ms * 1000),
            ..self.log.measured()
        }
    }

    fn report_end(self, mut report: RunReport, role: CrashRole) {
        report.usage.wall_us = micros(self.began.elapsed());
        // Before the answer, so that whoever hears it finds the place free.
        drop(self.permit);
        let _ = self.work.ended.send(Ended { report, role });
    }
}

impl ActiveCheck {
    pub(super) fn report_end(self, checked: Result<Checked, Fault>) {
        drop(self.permit);
        let _ = self.work.checked.send(checked);
    }
}
