//! What is under way on one worker: each run or check with its deadline, and how it is told that it has ended.

use std::{collections::HashMap, time::Duration};

use iota_scripts_domain::{Fault, FaultCode};
use iota_scripts_runtime::protocol::Done;
use iota_scripts_services::ports::{Checked, Measured, RunReport};
use tokio::time::Instant;

use crate::worker_pool::{
    errand::{CheckWork, Ended, Fate, RunWork},
    micros,
    staff::Hold,
    wire,
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
    due: Instant,
    /// How it ends, once it is told to.
    ending: Option<Fault>,
    hold: Hold,
}

pub(super) struct ActiveCheck {
    work: CheckWork,
    due: Instant,
    ending: Option<Fault>,
    hold: Hold,
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

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn numbers(&self) -> Vec<u64> {
        self.0.keys().copied().collect()
    }

    /// When the first of them is late.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.0.values().map(Active::due).min()
    }

    /// Those that are late.
    pub(super) fn due(&self, now: Instant) -> Vec<u64> {
        self.0.iter().filter(|(_, active)| active.due() <= now).map(|(run, _)| *run).collect()
    }
}

impl Active {
    pub(super) fn run(work: RunWork, hold: Hold) -> Self {
        let began = Instant::now();
        let due = began + Duration::from_millis(work.job.limits.wall_ms);
        Self::Run(ActiveRun { work, log: wire::LogClock::start(), began, due, ending: None, hold })
    }

    pub(super) fn check(work: CheckWork, hold: Hold) -> Self {
        let due = Instant::now() + work.time;
        Self::Check(ActiveCheck { work, due, ending: None, hold })
    }

    fn due(&self) -> Instant {
        match self {
            Self::Run(run) => run.due,
            Self::Check(check) => check.due,
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
        let (ending, due) = match self {
            Self::Run(run) => (&mut run.ending, &mut run.due),
            Self::Check(check) => (&mut check.ending, &mut check.due),
        };
        (*ending, *due) = (Some(fault), until);
    }

    /// Tells whoever waits that it has failed.
    pub(super) fn tell_fault(self, fault: Fault, fate: Fate) {
        match self {
            Self::Run(run) => {
                let usage = run.usage_of_the_dead(&fault);
                run.tell(RunReport { outcome: Err(fault), usage }, fate);
            }
            Self::Check(check) => check.tell(Err(fault)),
        }
    }
}

impl ActiveRun {
    /// Tells whoever waits what the worker says of the end.
    pub(super) fn tell_done(mut self, done: Done) {
        let mut report = wire::report(done);
        // What was told to end and did is ended by the teller, whatever the script made of it.
        if let (Some(fault), Err(said)) = (self.ending.take(), &report.outcome) {
            let place = said.clone();
            report.outcome = Err(if said.code == FaultCode::Cancelled { fault.at_the_place_of(place) } else { fault });
        }
        self.tell(report, Fate::Apart);
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

    fn tell(self, mut report: RunReport, fate: Fate) {
        report.usage.wall_us = micros(self.began.elapsed());
        // Before the answer, so that whoever hears it finds the place free.
        drop(self.hold);
        let _ = self.work.ended.send(Ended { report, fate });
    }
}

impl ActiveCheck {
    pub(super) fn tell(self, checked: Result<Checked, Fault>) {
        drop(self.hold);
        let _ = self.work.checked.send(checked);
    }
}
