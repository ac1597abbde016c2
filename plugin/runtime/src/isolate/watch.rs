//! Decides whether the current run may continue. The engine asks from within its loops.
//!
//! A refusal lasts until the step ends, because the engine may lose the error on its way: in a promise, or in a native function
//! that mistakes it for another error.

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use boa_engine::Context;

use super::{Allowance, Meter, cpu_us, errors, garbage::Garbage};
use crate::{
    fault,
    host::Port,
    protocol::{Fault, Limits},
    source,
};

/// The end of a run by this module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    reason: StopReason,
    /// Line and column in the script's text, if the engine gave them.
    place: Option<(u32, u32)>,
}

#[derive(Debug, Clone, Copy)]
enum StopReason {
    Cancelled,
    Cpu,
    Memory,
}

impl Stop {
    /// Returns the fault of the run, at the position of the engine's error unless that error was lost.
    pub(super) fn fault(self, error: Option<Fault>, source: &str, limits: &Limits) -> Fault {
        let fault = match self.reason {
            StopReason::Cancelled => fault::cancelled(),
            StopReason::Cpu => fault::over_cpu(limits),
            StopReason::Memory => fault::over_memory(limits),
        };
        match (error.filter(|error| error.code == fault::CANCELLED.name && error.line.is_some()), self.place) {
            (Some(Fault { line, column, source_line, stack, .. }), _) => {
                Fault { line, column, source_line, stack, ..fault }
            }
            (None, Some((line, column))) => source::locate(fault, source, line, column),
            (None, None) => fault,
        }
    }
}

/// The step in progress.
struct WatchedStep {
    run: u64,
    port: Port,
    /// Processor time of the thread at which the step is ended, in microseconds.
    cpu_end_us: u64,
    /// Live bytes above which the step is ended.
    bytes_end: u64,
}

/// See the module's documentation.
pub(super) struct Watch {
    meter: Option<&'static dyn Meter>,
    garbage: Rc<Garbage>,
    /// Makes the engine ask immediately.
    alarm: Arc<AtomicBool>,
    step: RefCell<Option<WatchedStep>>,
    stopped: Cell<Option<Stop>>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("stopped", &self.stopped).finish_non_exhaustive()
    }
}

impl Watch {
    pub(super) fn new(meter: Option<&'static dyn Meter>, garbage: Rc<Garbage>, alarm: Arc<AtomicBool>) -> Self {
        Self { meter, garbage, alarm, step: RefCell::default(), stopped: Cell::default() }
    }

    /// Starts to watch a step of a run; `cpu_us` is the current processor time of the thread.
    pub(super) fn begin(self: &Rc<Self>, run: u64, port: Port, allowance: Allowance, cpu_us: u64) {
        if let Some(meter) = self.meter {
            meter.begin(allowance, &self.alarm);
        }
        let bytes_end = self.live_bytes().saturating_add(allowance.memory_bytes);
        let cpu_end_us = allowance.cpu_us.map_or(u64::MAX, |cpu| cpu_us.saturating_add(cpu));
        *self.step.borrow_mut() = Some(WatchedStep { run, port, cpu_end_us, bytes_end });
        let watch = Rc::clone(self);
        regress::set_host(Some(Rc::new(move || watch.allow_work(None))));
    }

    /// Stops watching. Returns the peak of live bytes above those at the start and, if the step was ended, the reason.
    pub(super) fn end(&self) -> (u64, Option<Stop>) {
        regress::set_host(None);
        *self.step.borrow_mut() = None;
        (self.meter.map_or(0, Meter::end), self.stopped.take())
    }

    /// Returns whether the step may continue.
    pub(super) fn allow_work(&self, context: Option<&Context>) -> bool {
        self.may_continue(context, |step| {
            // If the port is borrowed, the step is sending a message and asks again soon.
            if step.port.try_borrow_mut().is_ok_and(|mut port| port.cancelled(step.run)) {
                Some(StopReason::Cancelled)
            } else if cpu_us() >= step.cpu_end_us {
                Some(StopReason::Cpu)
            } else {
                self.exceeds_memory(0, step.bytes_end).then_some(StopReason::Memory)
            }
        })
    }

    /// Returns whether the step may allocate this many bytes more at once.
    pub(super) fn allow_bytes(&self, bytes: usize, context: &Context) -> bool {
        self.garbage.collect();
        self.may_continue(Some(context), |step| {
            self.exceeds_memory(bytes as u64, step.bytes_end).then_some(StopReason::Memory)
        })
    }

    fn may_continue(&self, context: Option<&Context>, reason: impl FnOnce(&WatchedStep) -> Option<StopReason>) -> bool {
        if self.stopped.get().is_none() {
            let step = self.step.try_borrow();
            let reason = step.ok().and_then(|step| reason(step.as_ref()?));
            self.stopped.set(reason.map(|reason| Stop { reason, place: context.and_then(errors::place) }));
        }
        let may_continue = self.stopped.get().is_none();
        if !may_continue {
            // So that the engine asks again if the error gets lost.
            self.alarm.store(true, Ordering::Relaxed);
        }
        may_continue
    }

    fn exceeds_memory(&self, bytes: u64, end: u64) -> bool {
        let is_over = |end: u64| self.live_bytes().saturating_add(bytes) > end;
        if self.meter.is_none() || !is_over(end) {
            return false;
        }
        // Collect garbage before deciding. Some room must be left, or the next check would follow immediately.
        self.garbage.collect_all();
        is_over(end - end / 32)
    }

    fn live_bytes(&self) -> u64 {
        self.meter.map_or(0, Meter::live_bytes)
    }
}
