//! The run that has the processor, as the functions that a script calls see it.
//!
//! A context has one session for its whole life; between steps it is empty, and every function that needs a run fails.

use std::{
    cell::RefCell,
    collections::HashMap,
    rc::Rc,
    time::{Instant, SystemTime},
};

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsSymbol, builtins::promise::ResolvingFunctions, js_string,
};
use serde_json::Value;

use super::{log::Log, reply::ReplyDecoder, slots::Slots, timer_queue::Timers};
use crate::{
    host::Port,
    protocol::{Limits, LogLevel, Usage},
    region::Region,
};

/// One run: its port, its limits and what it has used.
pub(crate) struct Run {
    /// Names it in messages.
    pub(crate) number: u64,
    pub(crate) port: Port,
    pub(crate) limits: Limits,
    pub(crate) started: Instant,
    /// The same by the clock of the machine.
    pub(crate) started_at: SystemTime,
    /// The tenant's language and time zone.
    pub(crate) region: Rc<Region>,
    pub(crate) usage: Usage,
    /// The API that the script was written for.
    pub(crate) api_version: u32,
    pub(crate) log: Log,
    /// Calls whose replies are still to come.
    pub(crate) pending: HashMap<u64, Pending>,
    pub(crate) timers: Timers,
    /// What the API keeps of the run.
    slots: Slots,
    /// What the script was given under a name of its own, frozen.
    pub(super) given: Vec<(&'static str, JsObject)>,
    /// The name of the last message to the outside.
    messages: u64,
}

impl Run {
    pub(super) fn new(number: u64, port: Port, limits: Limits, settings: &RunSettings, started: Instant) -> Self {
        Self {
            number,
            port,
            limits,
            started,
            started_at: SystemTime::now(),
            region: Rc::clone(&settings.region),
            usage: Usage::default(),
            api_version: settings.api_version,
            log: Log::default(),
            pending: HashMap::new(),
            timers: Timers::default(),
            slots: Slots::default(),
            given: Vec::new(),
            messages: 0,
        }
    }

    /// A name for the next message to the outside.
    pub(crate) fn next_message(&mut self) -> u64 {
        self.messages += 1;
        self.messages
    }

    /// Milliseconds since the run began.
    pub(crate) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// How the tenant writes times, unless a script says otherwise, and the version of the API that the script is for.
#[derive(Debug)]
pub(super) struct RunSettings {
    pub(super) region: Rc<Region>,
    pub(super) api_version: u32,
}

/// A call that waits for its reply.
pub(crate) struct Pending {
    pub(crate) resolvers: ResolvingFunctions,
    /// Where the script made the call: line and column as the engine counts.
    pub(crate) position: Option<(u32, u32)>,
    pub(crate) decoder: Box<dyn ReplyDecoder>,
}

/// Access to the current run from any native function.
#[derive(Clone)]
pub(crate) struct Session {
    run: Rc<RefCell<Option<Run>>>,
    brand: JsSymbol,
}

impl Session {
    pub(crate) fn new() -> JsResult<Self> {
        let brand = JsSymbol::new(Some(js_string!("iota")))
            .ok_or_else(|| JsNativeError::error().with_message("symbols ran out"))?;
        Ok(Self { run: Rc::default(), brand })
    }

    /// The session of a context.
    pub(crate) fn of(context: &Context) -> JsResult<Self> {
        let session = context.get_data::<Self>().cloned();
        session.ok_or_else(|| JsNativeError::error().with_message("there is no session").into())
    }

    /// The symbol under which errors of ours carry their brand (`api_errors`).
    pub(crate) fn brand(&self) -> &JsSymbol {
        &self.brand
    }

    /// Gives a run the processor.
    pub(super) fn enter(&self, run: Run) {
        *self.run.borrow_mut() = Some(run);
    }

    /// Takes it away again.
    pub(super) fn leave(&self) -> Option<Run> {
        self.run.borrow_mut().take()
    }

    /// Writes a line to the run's log, within its limits.
    pub(crate) fn log(&self, level: LogLevel, message: String, data: Option<Value>) -> JsResult<()> {
        let (port, run, line) = self.with(|run| {
            let at_ms = run.elapsed_ms();
            let line = run.log.line((level, message, data), at_ms, &run.limits, &mut run.usage);
            (run.port.clone(), run.number, line)
        })?;
        if let Some(line) = line {
            port.borrow_mut().log(run, line);
        }
        Ok(())
    }

    /// Works with what an extension keeps of the current run, found by its type. The same rules hold as for `with`.
    pub(crate) fn state<T: Default + 'static, R>(&self, work: impl FnOnce(&mut T) -> R) -> JsResult<R> {
        self.with(|run| run.slots.with(work))
    }

    /// Works with the current run. Must not be nested, and must not call into the engine.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Run) -> T) -> JsResult<T> {
        let mut run = self.run.borrow_mut();
        let run = run.as_mut().ok_or_else(|| JsNativeError::error().with_message("the run has ended"))?;
        Ok(work(run))
    }
}
