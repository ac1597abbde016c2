//! Whether the run that has the processor may go on: asked by the engine from within its loops.
//!
//! What is refused once stays refused until the step ends: the engine may lose an error on its way, in a promise or in
//! a native function that takes it for something else.

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

/// That a run was ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    why: Why,
    /// Line and column of the script's text, where the engine said so.
    place: Option<(u32, u32)>,
}

#[derive(Debug, Clone, Copy)]
enum Why {
    Cancelled,
    Cpu,
    Memory,
}

impl Stop {
    /// The fault of a run that came to this end: at the place of the error that the engine made of it, unless that was
    /// lost on its way.
    pub(super) fn fault(self, error: Option<Fault>, source: &str, limits: &Limits) -> Fault {
        let fault = match self.why {
            Why::Cancelled => fault::cancelled(),
            Why::Cpu => fault::over_cpu(limits),
            Why::Memory => fault::over_memory(limits),
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

/// The step that is under way.
struct Step {
    run: u64,
    port: Port,
    /// Processor time of the thread at which it ends.
    cpu_end_us: u64,
    /// Live bytes above which it ends.
    bytes_end: u64,
}

/// See the module's documentation.
pub(super) struct Watch {
    meter: Option<&'static dyn Meter>,
    garbage: Rc<Garbage>,
    /// Makes the engine ask at once.
    alarm: Arc<AtomicBool>,
    step: RefCell<Option<Step>>,
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

    /// Watches a step of a run from now on, which is that processor time of the thread.
    pub(super) fn begin(self: &Rc<Self>, run: u64, port: Port, allowance: Allowance, cpu_us: u64) {
        if let Some(meter) = self.meter {
            meter.begin(allowance, &self.alarm);
        }
        let bytes_end = self.live_bytes().saturating_add(allowance.memory_bytes);
        let cpu_end_us = allowance.cpu_us.map_or(u64::MAX, |cpu| cpu_us.saturating_add(cpu));
        *self.step.borrow_mut() = Some(Step { run, port, cpu_end_us, bytes_end });
        let watch = Rc::clone(self);
        regress::set_host(Some(Rc::new(move || watch.allow_work(None))));
    }

    /// Stops watching; the most bytes above the start that were live, and why the step was ended, if it was.
    pub(super) fn end(&self) -> (u64, Option<Stop>) {
        regress::set_host(None);
        *self.step.borrow_mut() = None;
        (self.meter.map_or(0, Meter::end), self.stopped.take())
    }

    /// Whether the step may go on working.
    pub(super) fn allow_work(&self, context: Option<&Context>) -> bool {
        self.goes_on(context, |step| {
            // Who holds the port just now asks nothing, and goes on in a moment.
            if step.port.try_borrow_mut().is_ok_and(|mut port| port.cancelled(step.run)) {
                Some(Why::Cancelled)
            } else if cpu_us() >= step.cpu_end_us {
                Some(Why::Cpu)
            } else {
                self.is_too_much(0, step.bytes_end).then_some(Why::Memory)
            }
        })
    }

    /// Whether it may take so many bytes more at once.
    pub(super) fn allow_bytes(&self, bytes: usize, context: &Context) -> bool {
        self.garbage.collect();
        self.goes_on(Some(context), |step| self.is_too_much(bytes as u64, step.bytes_end).then_some(Why::Memory))
    }

    fn goes_on(&self, context: Option<&Context>, reason: impl FnOnce(&Step) -> Option<Why>) -> bool {
        if self.stopped.get().is_none() {
            let step = self.step.try_borrow();
            let why = step.ok().and_then(|step| reason(step.as_ref()?));
            self.stopped.set(why.map(|why| Stop { why, place: context.and_then(errors::place) }));
        }
        let goes_on = self.stopped.get().is_none();
        if !goes_on {
            // So that whoever lost the error asks again.
            self.alarm.store(true, Ordering::Relaxed);
        }
        goes_on
    }

    fn is_too_much(&self, bytes: u64, end: u64) -> bool {
        let is_over = |end: u64| self.live_bytes().saturating_add(bytes) > end;
        if self.meter.is_none() || !is_over(end) {
            return false;
        }
        // Garbage is the script's too, but not for long. Without some room the next look would come at once.
        self.garbage.collect_all();
        is_over(end - end / 32)
    }

    fn live_bytes(&self) -> u64 {
        self.meter.map_or(0, Meter::live_bytes)
    }
}
