//! The current run, as seen by the native functions that a script calls.
//!
//! A context has one session for its whole life. Between steps the session is empty, and every function that needs a run fails.

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

/// One run: its port, its limits and the resources it has used.
pub(crate) struct CurrentRun {
    /// Identifies the run in messages.
    pub(crate) number: u64,
    pub(crate) port: Port,
    pub(crate) limits: Limits,
    pub(crate) started: Instant,
    /// The start by the clock of the machine.
    pub(crate) started_at: SystemTime,
    /// The tenant's language and time zone.
    pub(crate) region: Rc<Region>,
    pub(crate) usage: Usage,
    /// The API that the script was written for.
    pub(crate) api_version: u32,
    pub(crate) log: Log,
    /// Calls without a reply yet, by number.
    pub(crate) pending: HashMap<u64, Pending>,
    pub(crate) timers: Timers,
    /// The state of the API's extensions for this run.
    slots: Slots,
    /// Frozen objects that the run was given, by name.
    pub(super) given: Vec<(&'static str, JsObject)>,
    /// The number of the last message to the host.
    messages: u64,
}

impl CurrentRun {
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

    /// Returns the number of the next message to the host.
    pub(crate) fn next_message(&mut self) -> u64 {
        self.messages += 1;
        self.messages
    }

    /// Returns the milliseconds since the run began.
    pub(crate) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The tenant's region, which is the default for formatting, and the version of the API that the script is written for.
#[derive(Debug)]
pub(super) struct RunSettings {
    pub(super) region: Rc<Region>,
    pub(super) api_version: u32,
}

/// A call without a reply yet.
pub(crate) struct Pending {
    pub(crate) resolvers: ResolvingFunctions,
    /// Position of the call in the script: line and column as the engine counts.
    pub(crate) position: Option<(u32, u32)>,
    pub(crate) decoder: Box<dyn ReplyDecoder>,
}

/// Gives native functions access to the current run.
#[derive(Clone)]
pub(crate) struct Session {
    run: Rc<RefCell<Option<CurrentRun>>>,
    brand: JsSymbol,
}

impl Session {
    pub(crate) fn new() -> JsResult<Self> {
        let brand = JsSymbol::new(Some(js_string!("iota")))
            .ok_or_else(|| JsNativeError::error().with_message("symbols ran out"))?;
        Ok(Self { run: Rc::default(), brand })
    }

    /// Returns the session of a context.
    pub(crate) fn of(context: &Context) -> JsResult<Self> {
        let session = context.get_data::<Self>().cloned();
        session.ok_or_else(|| JsNativeError::error().with_message("there is no session").into())
    }

    /// Returns the symbol of the property that holds the brand of API errors (`api_errors`).
    pub(crate) fn brand(&self) -> &JsSymbol {
        &self.brand
    }

    /// Makes a run the current one.
    pub(super) fn enter(&self, run: CurrentRun) {
        *self.run.borrow_mut() = Some(run);
    }

    /// Takes the current run out of the session.
    pub(super) fn leave(&self) -> Option<CurrentRun> {
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

    /// Calls `work` with the state of an extension for the current run, found by its type. The rules of `with` apply.
    pub(crate) fn state<T: Default + 'static, R>(&self, work: impl FnOnce(&mut T) -> R) -> JsResult<R> {
        self.with(|run| run.slots.with(work))
    }

    /// Calls `work` with the current run. Must not be nested, and `work` must not call into the engine.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut CurrentRun) -> T) -> JsResult<T> {
        let mut run = self.run.borrow_mut();
        let run = run.as_mut().ok_or_else(|| JsNativeError::error().with_message("the run has ended"))?;
        Ok(work(run))
    }
}
